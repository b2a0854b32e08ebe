//! A storage that forgets everything with the process: for tests, and for deciding about an organization that was
//! read from a file.

use crate::lock;
use crate::storage::{
    Append, Appended, Head, READ_BYTES_MAX, Snapshot, Storage, StorageError, StoredAnswer, StoredEntry,
    is_expected,
};
use ambit_model::OrgId;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

/// Logs in memory.
#[derive(Debug, Default)]
pub struct MemoryStorage {
    inner: Mutex<Inner>,
}

#[derive(Debug, Clone, Default)]
struct Inner {
    logs: HashMap<OrgId, Log>,
    epoch: u64,
    /// Which copy of the data this is, and which copy was last written.
    identity: u64,
    writer: Option<u64>,
}

#[derive(Debug, Clone, Default)]
struct Log {
    entries: Vec<StoredEntry>,
    answers: BTreeMap<String, StoredAnswer>,
    snapshots: BTreeMap<u64, Snapshot>,
}

impl Log {
    fn head(&self) -> Option<Head> {
        self.entries.last().map(StoredEntry::head)
    }

    fn accepts(&self, append: &Append) -> bool {
        is_expected(&append.org, self.head().as_ref(), &append.expected)
            && append.answers.iter().all(|answer| !self.answers.contains_key(&answer.key))
    }

    fn append(&mut self, append: &Append) {
        self.entries.extend(append.entries.iter().cloned());
        self.answers.extend(append.answers.iter().map(|answer| (answer.key.clone(), answer.clone())));
    }
}

impl MemoryStorage {
    /// An empty storage.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A copy of all that is here: a backup.
    #[must_use]
    pub fn backup(&self) -> Self {
        Self { inner: Mutex::new(lock(&self.inner).clone()) }
    }

    /// Puts the content of a backup in the place of what is here. Whoever writes next raises the epoch.
    pub fn restore(&self, backup: &Self) {
        let backup = lock(&backup.inner).clone();
        let mut inner = lock(&self.inner);
        let identity = inner.identity + 1;
        *inner = Inner { identity, ..backup };
    }

    fn with_log<T: Default>(&self, org: &OrgId, read: impl FnOnce(&Log) -> T) -> T {
        lock(&self.inner).logs.get(org).map(read).unwrap_or_default()
    }
}

impl Storage for MemoryStorage {
    fn claim(&self) -> Result<u64, StorageError> {
        let mut inner = lock(&self.inner);
        if inner.writer != Some(inner.identity) {
            inner.writer = Some(inner.identity);
            inner.epoch += 1;
        }
        Ok(inner.epoch)
    }

    fn heads(&self) -> Result<Vec<(OrgId, Head)>, StorageError> {
        let inner = lock(&self.inner);
        let heads = inner.logs.iter().filter_map(|(org, log)| Some((org.clone(), log.head()?)));
        Ok(heads.collect())
    }

    fn head(&self, org: &OrgId) -> Result<Option<Head>, StorageError> {
        Ok(self.with_log(org, Log::head))
    }

    fn append(&self, batch: &[Append]) -> Result<Vec<Appended>, StorageError> {
        let mut inner = lock(&self.inner);
        let append = |one: &Append| {
            let log = inner.logs.entry(one.org.clone()).or_default();
            if !log.accepts(one) {
                return Appended::Conflict;
            }
            log.append(one);
            Appended::Done
        };
        Ok(batch.iter().map(append).collect())
    }

    fn read(&self, org: &OrgId, from: u64, limit: usize) -> Result<Vec<StoredEntry>, StorageError> {
        Ok(self.with_log(org, |log| {
            let start = log.entries.partition_point(|entry| entry.revision < from);
            let mut bytes = 0;
            let within = |entry: &&StoredEntry| {
                let fits = bytes < READ_BYTES_MAX;
                bytes += entry.body.len();
                fits
            };
            log.entries.iter().skip(start).take(limit).take_while(within).cloned().collect()
        }))
    }

    fn revision_at(&self, org: &OrgId, instant: Timestamp) -> Result<Option<u64>, StorageError> {
        Ok(self.with_log(org, |log| {
            let after = log.entries.partition_point(|entry| entry.time <= instant);
            Some(log.entries.get(after.checked_sub(1)?)?.revision)
        }))
    }

    fn answer(&self, org: &OrgId, key: &str) -> Result<Option<StoredAnswer>, StorageError> {
        Ok(self.with_log(org, |log| log.answers.get(key).cloned()))
    }

    fn forget_answers(&self, org: &OrgId, before: Timestamp) -> Result<(), StorageError> {
        if let Some(log) = lock(&self.inner).logs.get_mut(org) {
            log.answers.retain(|_, answer| answer.time >= before);
        }
        Ok(())
    }

    fn put_snapshot(&self, org: &OrgId, snapshot: &Snapshot) -> Result<(), StorageError> {
        let mut inner = lock(&self.inner);
        let log = inner.logs.entry(org.clone()).or_default();
        log.snapshots.insert(snapshot.at.revision, snapshot.clone());
        Ok(())
    }

    fn snapshot(&self, org: &OrgId, at_most: u64) -> Result<Option<Snapshot>, StorageError> {
        Ok(self.with_log(org, |log| Some(log.snapshots.range(..=at_most).next_back()?.1.clone())))
    }

    fn prune_snapshots(&self, org: &OrgId, newest: u64, keep: usize) -> Result<(), StorageError> {
        if let Some(log) = lock(&self.inner).logs.get_mut(org) {
            log.snapshots.retain(|revision, _| *revision <= newest);
            while log.snapshots.len() > keep {
                log.snapshots.pop_first();
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::org;

    crate::conformance!(((), MemoryStorage::new()));

    #[test]
    fn a_restored_copy_raises_the_epoch_once() {
        let storage = MemoryStorage::new();
        assert_eq!(storage.claim().unwrap(), 1);
        let backup = storage.backup();
        storage.restore(&backup);
        assert_eq!((storage.claim().unwrap(), storage.claim().unwrap()), (2, 2));
        storage.restore(&storage.backup());
        assert_eq!(storage.claim().unwrap(), 3);
        assert_eq!(storage.head(&org("acme")).unwrap(), None);
    }
}
