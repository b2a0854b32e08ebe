//! The words of Ambit, one per idea: ids, the records of an organization, the changes of its log, questions and
//! decisions. Plain values with serde; nothing here reads a file, a clock or a network, and nothing decides.
//!
//! Look in [`ids`] for names, [`record`] for what an organization holds, [`change`] for what the log says, and
//! [`decision`] for what an answer looks like, with its [`explanation`].

pub mod amount;
pub mod change;
pub mod decision;
pub mod explanation;
pub mod ids;
pub mod record;
pub mod suggest;

pub use amount::{Amount, Period};
pub use change::{Actor, Change, Entry, Note, SignInMethod};
pub use decision::{Control, Decision, Outcome, Presentation, PresentationState, Reason};
pub use explanation::{AccessRequest, Explanation};
pub use ids::{
    GroupMember, IdError, OrgId, PermissionName, ProductId, ResourceRef, RoleRef, SubjectKind, SubjectRef,
};
pub use record::{
    ApiKey, Approval, ApprovalState, Assignment, Budget, CustomGrant, CustomRole, Group, KeyKind, Overlay,
    PreviousSecret, Properties, Relation, Resource, SeatLimit, Start, Status, User,
};

/// Instants are UTC; time is always an argument, never read here.
pub use jiff::Timestamp;
