//! What a database must be able to do to keep the log. One trait, so that no other file here knows any database;
//! every implementation passes the suite in `suite.rs`.
//!
//! A storage keeps bytes and compares heads. It does not look into bodies, check digests or read clocks: that is done
//! once, by the ledger, for all storages.

use crate::chain::{self, Anchor, Digest};
use crate::ledger::request::Fingerprint;
use ambit_model::OrgId;
use jiff::Timestamp;
use std::path::PathBuf;

/// How many bytes of bodies [`Storage::read`] answers before it stops early.
pub const READ_BYTES_MAX: usize = 4 << 20;

/// The last entry of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its revision.
    pub revision: u64,
    /// The epoch it was written in.
    pub epoch: u64,
    /// When it was accepted.
    pub time: Timestamp,
    /// Its digest.
    pub hash: Digest,
}

impl Head {
    /// The head of an organization without entries.
    #[must_use]
    pub fn genesis(org: &OrgId) -> Self {
        Self { revision: 0, epoch: 0, time: Timestamp::MIN, hash: chain::genesis(org) }
    }

    /// Where the log stands.
    #[must_use]
    pub fn anchor(&self) -> Anchor {
        Anchor { revision: self.revision, hash: self.hash }
    }
}

/// An entry as it is stored. Revision, epoch and time repeat what the body says, for the database to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Its number within the organization.
    pub revision: u64,
    /// The epoch it was written in.
    pub epoch: u64,
    /// When it was accepted, in whole microseconds.
    pub time: Timestamp,
    /// Its digest.
    pub hash: Digest,
    /// The entry as JSON, exactly as hashed.
    pub body: Vec<u8>,
}

impl StoredEntry {
    /// The head of a log that ends with this entry.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { revision: self.revision, epoch: self.epoch, time: self.time, hash: self.hash }
    }
}

/// What was answered to a write with an idempotency key, to be answered again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The key.
    pub key: String,
    /// What the request was.
    pub fingerprint: Fingerprint,
    /// The revision that was answered.
    pub revision: u64,
    /// When it was answered, in whole microseconds.
    pub time: Timestamp,
    /// The answer as JSON.
    pub body: String,
}

/// What to append to one organization, on the condition that nobody else has appended meanwhile.
#[derive(Debug, Clone)]
pub struct Append {
    /// Whose log.
    pub org: OrgId,
    /// The head that the entries follow. An empty `entries` only asks whether the head is still this one.
    pub expected: Anchor,
    /// Consecutive entries; the first one follows `expected`.
    pub entries: Vec<StoredEntry>,
    /// Answers to remember; none of their keys may be there yet.
    pub answers: Vec<StoredAnswer>,
}

/// What became of one [`Append`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// The entries and answers are durable.
    Done,
    /// Nothing was appended: the head is another one, or one of the answers' keys is there already.
    Conflict,
}

/// A state saved at a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The last entry that the state has taken in.
    pub at: Anchor,
    /// The state.
    pub bytes: Vec<u8>,
}

/// A database of logs. All methods may be called from any thread, and by several processes on the same data.
pub trait Storage: Send + Sync {
    /// Makes this process a writer and answers the epoch that it writes in. The epoch is 1 in a new storage; it is
    /// one higher than before if the data was last written under another identity, that is, if it was restored from
    /// a backup or copied from elsewhere.
    ///
    /// # Errors
    /// If the storage does not answer.
    fn claim(&self) -> Result<u64, StorageError>;

    /// Every organization that has entries, with its head.
    ///
    /// # Errors
    /// If the storage does not answer.
    fn heads(&self) -> Result<Vec<(OrgId, Head)>, StorageError>;

    /// The head of one organization; none if it has no entries.
    ///
    /// # Errors
    /// If the storage does not answer.
    fn head(&self, org: &OrgId) -> Result<Option<Head>, StorageError>;

    /// Appends for several organizations in one transaction; when it answers, all that is `Done` is durable. The
    /// answers stand in the order of the batch.
    ///
    /// # Errors
    /// If the storage fails. Nothing of the batch is to be taken as appended then, but it may turn out to be: the
    /// connection may have failed after the commit.
    fn append(&self, batch: &[Append]) -> Result<Vec<Appended>, StorageError>;

    /// The entries from a revision on, in order: at most `limit`, fewer if their bodies exceed [`READ_BYTES_MAX`]
    /// together, but at least one if there is one.
    ///
    /// # Errors
    /// If the storage does not answer.
    fn read(&self, org: &OrgId, from: u64, limit: usize) -> Result<Vec<StoredEntry>, StorageError>;

    /// The revision of the last entry whose time is at or before the instant.
    ///
    /// # Errors
    /// If the storage does not answer.
    fn revision_at(&self, org: &OrgId, instant: Timestamp) -> Result<Option<u64>, StorageError>;

    /// What was answered under an idempotency key.
    ///
    /// # Errors
    /// If the storage does not answer.
    fn answer(&self, org: &OrgId, key: &str) -> Result<Option<StoredAnswer>, StorageError>;

    /// Forgets the answers given before an instant.
    ///
    /// # Errors
    /// If the storage does not answer.
    fn forget_answers(&self, org: &OrgId, before: Timestamp) -> Result<(), StorageError>;

    /// Saves a snapshot, in place of one of the same revision. It must not hold up [`Storage::append`].
    ///
    /// # Errors
    /// If the storage fails.
    fn put_snapshot(&self, org: &OrgId, snapshot: &Snapshot) -> Result<(), StorageError>;

    /// The latest snapshot at or below a revision. A damaged one is passed over.
    ///
    /// # Errors
    /// If the storage does not answer.
    fn snapshot(&self, org: &OrgId, at_most: u64) -> Result<Option<Snapshot>, StorageError>;

    /// Drops all snapshots above `newest`, which belong to a log that is no more, and all but the latest `keep` of
    /// the others.
    ///
    /// # Errors
    /// If the storage fails.
    fn prune_snapshots(&self, org: &OrgId, newest: u64, keep: usize) -> Result<(), StorageError>;
}

/// Why a storage did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database reports an error.
    #[error("the database could not {what}")]
    Database {
        /// What was being done.
        what: &'static str,
        /// The database's own words.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file could not be read or written.
    #[error("could not {what} `{path}`")]
    File {
        /// What was being done.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The database holds something that was never written there.
    #[error("the database holds {what} that cannot be right")]
    Corrupt {
        /// What.
        what: &'static str,
    },
    /// The database was last used by a newer version.
    #[error("the database has schema version {found}; this version knows those up to {known}")]
    Newer {
        /// Of the database.
        found: u64,
        /// The newest known here.
        known: u64,
    },
    /// The file was exchanged or removed while it was open; what is appended now would be lost.
    #[error("`{path}` was replaced or removed while in use; restart on the file that is there now")]
    Replaced {
        /// The database.
        path: PathBuf,
    },
}

/// An instant as storages keep it: microseconds since 1970.
pub(crate) fn microseconds(instant: Timestamp) -> i64 {
    instant.as_microsecond()
}

/// Whether a head, or its absence, is the one that a writer expects.
pub(crate) fn is_expected(org: &OrgId, found: Option<&Head>, expected: &Anchor) -> bool {
    found.map_or_else(|| Head::genesis(org).anchor(), Head::anchor) == *expected
}
