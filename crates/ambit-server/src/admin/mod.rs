//! The Admin API: `/v1/orgs/{org}/…`. Reads show the organization to keys that the engine lets read it; writes are
//! decided by `ambit-governance` at the log's serial order, with the key as actor.
//!
//! [`list`] is how every list is cut into pages, [`seen`] how a view is chosen and an answer written, [`write`] the way
//! of every write to the ledger.

pub mod apply;
pub mod approvals;
pub mod assignments;
pub mod bodies;
pub mod budgets;
pub mod catalogs;
pub mod changes;
pub mod commands;
pub mod deletion;
pub mod export;
pub mod list;
pub mod matrix;
pub mod me;
pub mod named;
pub mod names;
pub mod organization;
pub mod record;
pub mod relations;
pub mod resources;
pub mod review;
pub mod roles;
pub mod seats;
pub mod seen;
pub mod stream;
pub mod subjects;
pub mod verification;
pub mod write;
pub mod writes;
