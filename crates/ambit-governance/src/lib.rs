//! What may be changed: proposals in, changes or refusals out. Pure, like the engine: `decide(state, proposals, actor,
//! now)` looks at the state, never at a clock or a file.
//!
//! [`decide`] is the entrance. [`validate`] makes each proposal whole and consistent, [`cascade`] finds what goes with
//! it, [`guards`] hold over the state as it would become, [`authority`] asks whether the actor may, given
//! its [`capability`]; [`keys`] takes back what nobody answers for any more, [`effects`] says who gains and loses what,
//! [`advice`] warns.
//! [`file`] and [`export`] translate organization files, [`plan`] puts changes into words,
//! [`undo`] finds what sets an entry of the log back.

pub mod advice;
pub mod approvals;
pub mod authority;
pub mod capability;
pub mod cascade;
pub mod decide;
pub mod effects;
pub mod export;
pub mod file;
pub mod guards;
pub mod keys;
pub mod plan;
pub mod refusal;
pub mod review;
pub mod sight;
pub mod undo;
pub mod validate;

pub use decide::{Decided, Proposal, decide};
pub use guards::Leniency;
pub use refusal::{Code, Refusal, Refusals, Warning};
pub use sight::{NodeSight, Reach, Sight};
