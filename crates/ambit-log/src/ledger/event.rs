//! What a ledger tells about itself, beside its answers: for waking up tails, for metrics, for alerts.

use super::error::FoldError;
use crate::storage::{Head, StorageError};
use ambit_model::OrgId;
use std::sync::Arc;

/// Hears of every event, on the ledger's own threads: it must be quick and must not call the ledger.
pub type Listener = Arc<dyn Fn(&Event) + Send + Sync>;

/// Something that happened to a ledger.
#[derive(Debug)]
pub enum Event {
    /// A newer view is published.
    Advanced {
        /// Whose.
        org: OrgId,
        /// Its head.
        head: Head,
    },
    /// The log is another one than before. The view was dropped and folded anew.
    Rebuilt(Rebuilt),
    /// The newest entries cannot be followed; the view stays where it is.
    CannotFollow {
        /// Whose.
        org: OrgId,
        /// Why.
        error: Arc<FoldError>,
    },
    /// A snapshot could not be saved; the next one will be tried.
    SnapshotFailed {
        /// Whose.
        org: OrgId,
        /// Why.
        error: StorageError,
    },
}

/// A view that was dropped because the log behind it is another one: a backup was restored, or a database was
/// promoted that had not heard of the last entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Whose.
    pub org: OrgId,
    /// How it was noticed.
    pub cause: RewriteCause,
    /// The head of the view that was dropped: acknowledged entries up to here may be gone.
    pub dropped: Head,
    /// The head of the view that took its place; none if the organization is gone.
    pub now: Option<Head>,
}

/// How a rewritten log is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewriteCause {
    /// It ends earlier than before.
    LowerHead,
    /// It ends with another entry of the same number.
    OtherHash,
    /// It went on from another entry with a number that had been given out before.
    ReusedNumber,
}

/// What a refresh found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Organizations with newer entries of other processes.
    pub advanced: Vec<OrgId>,
    /// Organizations whose log is another one than before.
    pub rebuilt: Vec<Rebuilt>,
}
