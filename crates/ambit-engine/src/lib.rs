//! The decision engine: check, search, explain. Pure: no async, SQL, HTTP, clock or files.
