//! The command line from outside: the real binary, real files, exit statuses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so"
)]

mod apply;
mod bad_input;
mod generated;
mod point_in_time;
mod run;
mod serve;
mod shown;
mod signin;
