//! The server from the outside: real HTTP on free ports, with the organizations of `tests/fixtures`.

mod admin;
mod apply;
mod approvals;
mod auth;
mod bad_input;
mod batch;
mod certification;
mod client;
mod interop;
mod operations;
mod reading;
mod search;
mod world;
