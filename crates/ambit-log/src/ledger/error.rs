//! What may go wrong between a caller and the log.

use crate::chain::{Broken, Unwritable};
use crate::state::StateError;
use crate::storage::StorageError;
use ambit_model::OrgId;
use std::sync::Arc;

/// Why a state could not be folded from the log.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// The storage does not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The log is damaged, or was tampered with.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// An entry does not fit the state that the entries before it give.
    #[error(
        "the entry of revision {revision} in the log of `{org}` does not fit what is before it: {source}"
    )]
    Unfit {
        /// Whose log.
        org: OrgId,
        /// Which entry.
        revision: u64,
        /// What the state says.
        source: StateError,
    },
}

/// Why a view cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nobody has created it.
    #[error("there is no organization `{0}`")]
    UnknownOrganization(OrgId),
    /// The log has not come that far, or this node has not heard of it in time.
    #[error("revision {wanted} is not here yet, the newest is {head}")]
    NotReached {
        /// The revision that was asked for.
        wanted: u64,
        /// The newest revision here.
        head: u64,
    },
    /// The state could not be folded from the log.
    #[error(transparent)]
    Fold(#[from] Arc<FoldError>),
    /// The ledger is closed.
    #[error("the ledger is closed")]
    Closed,
}

impl From<FoldError> for ReadError {
    fn from(error: FoldError) -> Self {
        Self::Fold(Arc::new(error))
    }
}

impl From<StorageError> for ReadError {
    fn from(error: StorageError) -> Self {
        FoldError::from(error).into()
    }
}

/// Why a write was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum WriteError<E> {
    /// The caller's own decision, made against the newest state. Nothing was written.
    #[error("{0}")]
    Refused(E),
    /// The write did not get as far as a decision, or its decision did not become durable.
    #[error(transparent)]
    Failed(#[from] WriteFailure),
}

/// What keeps a write from being acknowledged, whatever it decides.
///
/// After [`WriteFailure::Storage`] and [`WriteFailure::Interrupted`] it is not known whether the write became
/// durable; repeating it with the same idempotency key settles it. After all others nothing was written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WriteFailure {
    /// The organization stands at another revision than the writer has seen.
    #[error("the organization is at revision {actual}, not at {expected}")]
    RevisionMismatch {
        /// What the writer expects.
        expected: u64,
        /// What it is.
        actual: u64,
    },
    /// The idempotency key was used for another request.
    #[error("the idempotency key `{key}` was used for another request")]
    KeyReused {
        /// The key.
        key: String,
    },
    /// The idempotency key is empty, too long or holds control characters.
    #[error(transparent)]
    InvalidKey(#[from] ambit_model::IdError),
    /// Nobody has created it, and this write does not begin with creating it.
    #[error("there is no organization `{0}`")]
    UnknownOrganization(OrgId),
    /// An organization is created by the first change of its log, and nowhere else.
    #[error("the creation of an organization must be the first change of its own log")]
    MisplacedCreation,
    /// The changes do not fit the state they were decided on.
    #[error("the changes do not fit the state they were decided on: {0}")]
    Unfit(#[from] StateError),
    /// The changes name something with an id that does not follow the rules of ids.
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
    /// The decision panicked. Others are not affected.
    #[error("the decision was cut short by an internal error")]
    Panicked,
    /// Other processes kept writing in between.
    #[error("other processes keep writing to the organization; try again later")]
    Contended,
    /// The log has entries that this node cannot follow.
    #[error("the newest entries cannot be read: {0}")]
    Follow(Arc<FoldError>),
    /// The storage failed.
    #[error(transparent)]
    Storage(Arc<StorageError>),
    /// The ledger is closed and takes no more writes.
    #[error("the ledger is closed")]
    Closed,
    /// The ledger took the write and ended before it answered.
    #[error("the ledger ended before it answered")]
    Interrupted,
}

impl WriteFailure {
    pub(super) fn corrupt(what: &'static str) -> Self {
        StorageError::Corrupt { what }.into()
    }

    /// A failure to apply a decision's own changes.
    pub(super) fn unfit(error: FoldError) -> Self {
        match error {
            FoldError::Unfit { source, .. } => Self::Unfit(source),
            other => Self::Follow(Arc::new(other)),
        }
    }
}

impl From<StorageError> for WriteFailure {
    fn from(error: StorageError) -> Self {
        Self::Storage(Arc::new(error))
    }
}
