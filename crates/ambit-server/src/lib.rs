//! The HTTP server: AuthZEN 1.0, the Admin API, and what operators look at.
//!
//! A check on its way: [`middleware`] (request id, time limit, metrics) → [`auth`] (whose key, which organization) →
//! [`authzen`] (what is asked) → the engine, on the newest view → answer. A write: the same way to [`admin`], whose
//! `apply` and `approvals` hand a decision of `ambit-governance` to the ledger.
//!
//! People come in through [`signin`], programs with API keys.
//!
//! [`routes`] lists every route once, [`openapi`] describes them from the types of their handlers; [`error`] is the only place where errors become HTTP; [`ops`] and [`metrics`] are
//! for operators; [`server`] listens, drains and refreshes. Nothing here decides about access.

pub mod admin;
pub mod answer;
pub mod app;
pub mod auth;
pub mod authzen;
pub mod body;
pub mod config;
pub mod console;
pub mod docs;
pub mod error;
pub mod hex;
pub mod metrics;
pub mod middleware;
pub mod minted;
pub mod openapi;
pub mod ops;
pub mod path;
pub mod reading;
pub mod routes;
pub mod secret;
pub mod server;
pub mod signin;
pub mod throttle;

pub use app::App;
pub use config::{Catalogs, Config, Limits};
pub use error::Error;
pub use routes::{ROUTES, Route, router};
pub use server::{ServeError, Server, runtime, serve};
