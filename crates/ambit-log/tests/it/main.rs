//! The ledger, from the outside: on memory where only the ledger matters, on SQLite where files and processes do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "everything here is test code")]

mod world;

mod decisions;
mod group_commit;
mod idempotency;
mod past;
mod processes;
mod reading;
mod rewritten;
mod snapshots;
mod tampering;
