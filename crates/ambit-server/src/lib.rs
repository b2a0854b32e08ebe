//! The HTTP server: AuthZEN and the Admin API.
