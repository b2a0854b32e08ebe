//! The append-only, hash-chained log, its storage, snapshots, and the live views folded from it.
//!
//! The log is the only truth about an organization; everything else here is derived from it and may be thrown away.
//! A [`Ledger`] keeps one live view per organization, folded from its entries. Readers take the view as it is and
//! never wait. Writes go through one thread that decides them against the newest state, appends all that are waiting
//! in one transaction, and only then publishes and answers.
//!
//! Look in [`chain`] for how entries are bound to each other, [`storage`] for what a database must be able to do,
//! [`sqlite`] and [`memory`] for the two that can, [`state`] for what is folded, and [`ledger`] for all of it
//! together. Nothing here decides anything: that is the caller's closure. Nothing here reads a clock, except
//! [`clock`].

pub mod chain;
pub mod clock;
pub mod ledger;
pub mod memory;
mod organization;
pub mod sqlite;
pub mod state;
pub mod storage;
#[cfg(any(test, feature = "suite"))]
pub mod suite;
pub mod verify;

pub use chain::{Anchor, Broken, Chain, Digest, Fault};
pub use clock::{Clock, ManualClock, SystemClock};
pub use ledger::error::{FoldError, ReadError, WriteError, WriteFailure};
pub use ledger::event::{Event, Listener, Rebuilt, Refreshed, RewriteCause};
pub use ledger::request::{Accepted, Fingerprint, Idempotency, Receipt, WriteOptions};
pub use ledger::slot::Subscription;
pub use ledger::{Ledger, LedgerOptions, OpenError, Point, Recorded};
pub use memory::MemoryStorage;
pub use sqlite::SqliteStorage;
pub use state::{State, StateError};
pub use storage::{Append, Appended, Head, Snapshot, Storage, StorageError, StoredAnswer, StoredEntry};
pub use verify::{VerifyError, verify};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, whatever became of the thread that held the lock before: everything that is guarded here is left in order
/// between statements, and a database transaction that was cut short is rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
