//! What a ledger folds: any value that can take in one entry after another.

use ambit_model::Entry;

/// A live view of one organization: the fold of its log.
///
/// INVARIANT: a fold is a function of the entries alone. The same entries give an equal state, whether they are
/// applied one by one or on top of a restored snapshot.
///
/// Cloning must be cheap (shared structure), since every batch of writes begins with a clone of the published view.
pub trait State: Clone + Send + Sync + 'static {
    /// The state of an organization that has no entries, at revision 0.
    fn empty() -> Self;

    /// Takes in the next entry. A state whose `apply` failed is thrown away by the caller, half changed or not.
    ///
    /// # Errors
    /// If the entry does not fit the state.
    fn apply(&mut self, entry: &Entry) -> Result<(), StateError>;

    /// The revision of the last entry taken in.
    fn revision(&self) -> u64;

    /// The state as bytes that [`State::restore`] reads back.
    fn snapshot(&self) -> Vec<u8>;

    /// Reads a snapshot.
    ///
    /// # Errors
    /// If the bytes are not a snapshot that this version reads; the ledger then folds from an older snapshot or from
    /// the first entry.
    fn restore(bytes: &[u8]) -> Result<Self, StateError>;
}

/// Why a state refuses an entry or a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StateError {
    message: String,
}

impl StateError {
    /// An error with this message, in lower case and without a full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// Applies an entry and holds the state to its word: afterwards it must stand at the entry's revision.
pub(crate) fn apply_checked<S: State>(state: &mut S, entry: &Entry) -> Result<(), StateError> {
    state.apply(entry)?;
    if state.revision() == entry.revision {
        return Ok(());
    }
    Err(StateError::new(format!(
        "after the entry of revision {} the state says it is at {}",
        entry.revision,
        state.revision()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::{entry_at, org};

    /// Forgets to count.
    #[derive(Clone)]
    struct Standstill;

    impl State for Standstill {
        fn empty() -> Self {
            Self
        }
        fn apply(&mut self, _: &Entry) -> Result<(), StateError> {
            Ok(())
        }
        fn revision(&self) -> u64 {
            0
        }
        fn snapshot(&self) -> Vec<u8> {
            Vec::new()
        }
        fn restore(_: &[u8]) -> Result<Self, StateError> {
            Ok(Self)
        }
    }

    #[test]
    fn a_state_that_does_not_come_along_is_found_out() {
        let error = apply_checked(&mut Standstill, &entry_at(&org("acme"), 1)).unwrap_err();
        assert_eq!(error.to_string(), "after the entry of revision 1 the state says it is at 0");
    }
}
