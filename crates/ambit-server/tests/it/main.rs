//! The server from the outside: real HTTP on free ports, with the organizations of `tests/fixtures`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests stop where something is not as it should be"
)]

mod admin;
mod apply;
mod approvals;
mod auth;
mod bad_input;
mod batch;
mod certification;
mod client;
mod console;
mod explain;
mod interop;
mod operations;
mod overview;
mod people;
mod race;
mod reading;
mod review;
mod routes_walk;
mod search;
mod sight;
mod signin_impersonation;
mod signin_links;
mod signin_mail;
mod signin_oidc;
mod signin_sessions;
mod stream;
mod world;
mod writes;
