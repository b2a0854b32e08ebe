//! Catalogs: what a product declares. This crate parses catalog files and organization files with line and column,
//! validates a catalog as a whole, and hands the engine a [`Catalog`] in which every name is resolved.
//!
//! [`file`] is the format as written, [`validate`] turns it into a [`Catalog`], [`grants`] says what a role grants after
//! inclusion, [`closure`] refuses authority that grows step by step, [`condition`] bounds and compiles CEL, [`matrix`] is the roles × permissions table, and
//! [`organization`] the format of organization files. Nothing here opens a file: texts come in, values and
//! [`diagnostic::Problem`]s come out.

pub mod builtin;
pub mod catalog;
pub mod closure;
pub mod condition;
pub mod diagnostic;
pub mod file;
pub mod grants;
pub mod matrix;
pub mod organization;
pub mod position;
pub mod schema;
pub mod table;
pub mod validate;

pub use catalog::{Catalog, PermissionId, RoleId};
pub use condition::Condition;
pub use diagnostic::{Problem, Report, Severity};
pub use validate::parse_catalog;
