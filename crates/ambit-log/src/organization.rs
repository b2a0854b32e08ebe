//! The engine's view as the state that a ledger folds.

use crate::state::{State, StateError};
use ambit_engine::View;
use ambit_model::Entry;

impl State for View {
    fn empty() -> Self {
        Self::default()
    }

    fn apply(&mut self, entry: &Entry) -> Result<(), StateError> {
        View::apply(self, entry).map_err(|error| StateError::new(error.to_string()))
    }

    fn revision(&self) -> u64 {
        View::revision(self)
    }

    fn snapshot(&self) -> Vec<u8> {
        self.to_snapshot()
    }

    fn restore(bytes: &[u8]) -> Result<Self, StateError> {
        Self::from_snapshot(bytes).map_err(|error| StateError::new(error.to_string()))
    }
}
