//! The engine against a slow, obvious evaluator of the design, and its rules one by one.
//!
//! [`model`] is an organization as plain lists, [`reference`] decides over it, [`generate`] makes small random
//! organizations and questions, [`agrees`] compares, [`rules`] shows each rule in a small example, and [`hostile`]
//! evaluates the worst conditions that are accepted.
//!
//! `AMBIT_TEST_SEED=n` tries other organizations, `AMBIT_TEST_CASES=n` more of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod agrees;
mod generate;
mod hostile;
mod model;
mod reference;
mod rules;
