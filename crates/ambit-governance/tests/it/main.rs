//! What nobody can do, whatever it is called: the channels of `administration.md` C.4 one by one, the constraints, and
//! small worlds and long walks in which nothing is left to chance.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on should say so and stop"
)]

mod channels;
mod climb;
mod constraints;
mod effects;
mod modes;
mod oracle;
mod review;
mod table;
mod world;
