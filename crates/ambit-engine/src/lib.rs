//! The decision engine: an organization's state in memory, and the questions that it answers.
//!
//! Pure: no async, SQL, HTTP, clock or files; time is an argument. [`view`] is the state and [`evolve`] its changes;
//! [`question`] resolves names, [`check`] decides, [`answer`] puts a decision into words, [`explain`] says why and what
//! is nearest, [`search`] turns the question around, [`effective`] writes out what roles give. `ARCHITECTURE.md` tells what a check costs.

pub mod answer;
pub mod authority;
pub mod budget;
pub mod check;
pub mod effective;
pub mod evolve;
pub mod explain;
pub mod facts;
pub mod holdings;
pub mod question;
pub mod registry;
pub mod roles;
pub mod search;
pub mod snapshot;
pub mod store;
pub mod titles;
pub mod view;

pub use answer::AnswerOptions;
pub use authority::Authority;
pub use check::{Verdict, Via};
pub use effective::{Extent, Region};
pub use evolve::EvolveError;
pub use explain::Explaining;
pub use question::{EntityRef, Question};
pub use registry::{PermissionIx, ProductIx, TypeIx};
pub use roles::RoleIx;
pub use search::Page;
pub use view::{NodeIx, SubjectIx, View};
