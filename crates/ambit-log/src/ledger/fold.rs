//! From entries to a state: the nearest snapshot that proves to lie on this log, and the entries after it, each
//! checked against the chain on the way.

use super::error::FoldError;
use crate::chain::{Broken, Chain, Fault};
use crate::state::{State, apply_checked};
use crate::storage::{Head, Snapshot, Storage, StorageError, StoredEntry};
use ambit_model::{Entry, OrgId};

/// How many entries are read at a time.
pub(crate) const PAGE: usize = 512;

/// A state on its way along the log.
#[derive(Debug, Clone)]
pub(crate) struct Folded<S> {
    pub state: S,
    pub chain: Chain,
    /// Changes taken in since it began with a snapshot, or with another state.
    pub changes: u64,
}

impl<S: State> Folded<S> {
    /// The state before the first entry.
    pub fn genesis(org: &OrgId) -> Self {
        Self { state: S::empty(), chain: Chain::new(org.clone()), changes: 0 }
    }

    /// A state that was folded up to a head before.
    pub fn resume(org: &OrgId, head: Head, state: S) -> Self {
        Self { state, chain: Chain::resume(org.clone(), head), changes: 0 }
    }

    pub fn head(&self) -> Head {
        *self.chain.head()
    }

    /// Takes in a stored entry, if it is the next one.
    pub fn take_in(&mut self, org: &OrgId, stored: &StoredEntry) -> Result<(), FoldError> {
        let entry = self.chain.follow(stored)?;
        self.apply(org, &entry)
    }

    pub fn apply(&mut self, org: &OrgId, entry: &Entry) -> Result<(), FoldError> {
        self.changes += entry.changes.len() as u64;
        apply_checked(&mut self.state, entry).map_err(|source| FoldError::Unfit {
            org: org.clone(),
            revision: entry.revision,
            source,
        })
    }
}

/// The state at the newest entry.
pub(crate) fn fold_all<S: State>(storage: &dyn Storage, org: &OrgId) -> Result<Folded<S>, FoldError> {
    let mut folded = from_snapshot(storage, org, u64::MAX)?;
    follow(storage, org, &mut folded)?;
    Ok(folded)
}

/// The state at a revision, which the log has reached.
pub(crate) fn fold_to<S: State>(
    storage: &dyn Storage,
    org: &OrgId,
    revision: u64,
) -> Result<Folded<S>, FoldError> {
    let mut folded = from_snapshot(storage, org, revision)?;
    while folded.head().revision < revision {
        let from = folded.head().revision;
        let limit = usize::try_from(revision - from).unwrap_or(PAGE).min(PAGE);
        let page = storage.read(org, from + 1, limit)?;
        if page.is_empty() {
            return Err(folded.chain.broken(Fault::Missing { head: revision }).into());
        }
        page.iter().try_for_each(|stored| folded.take_in(org, stored))?;
    }
    Ok(folded)
}

/// Takes in all entries that are there.
pub(crate) fn follow<S: State>(
    storage: &dyn Storage,
    org: &OrgId,
    folded: &mut Folded<S>,
) -> Result<(), FoldError> {
    loop {
        let page = storage.read(org, folded.head().revision + 1, PAGE)?;
        if page.is_empty() {
            return Ok(());
        }
        page.iter().try_for_each(|stored| folded.take_in(org, stored))?;
    }
}

/// The chain up to the entry before a revision.
pub(crate) fn chain_before(storage: &dyn Storage, org: &OrgId, revision: u64) -> Result<Chain, FoldError> {
    let Some(before) = revision.checked_sub(1).filter(|before| *before > 0) else {
        return Ok(Chain::new(org.clone()));
    };
    match storage.read(org, before, 1)?.first() {
        Some(stored) if stored.revision == before => Ok(Chain::resume(org.clone(), stored.head())),
        _ => Err(Broken { org: org.clone(), revision: before, fault: Fault::Gap { found: revision } }.into()),
    }
}

/// The state of the latest usable snapshot at or below a revision, or that before the first entry.
fn from_snapshot<S: State>(storage: &dyn Storage, org: &OrgId, at_most: u64) -> Result<Folded<S>, FoldError> {
    let mut limit = at_most;
    while let Some(snapshot) = storage.snapshot(org, limit)? {
        if let Some(folded) = use_snapshot(storage, org, &snapshot)? {
            return Ok(folded);
        }
        match snapshot.at.revision.checked_sub(1) {
            Some(below) => limit = below,
            None => break,
        }
    }
    Ok(Folded::genesis(org))
}

/// A snapshot is used only if its entry is on this log (a restored log may have another one under that number) and
/// if this version reads it.
fn use_snapshot<S: State>(
    storage: &dyn Storage,
    org: &OrgId,
    snapshot: &Snapshot,
) -> Result<Option<Folded<S>>, StorageError> {
    let page = storage.read(org, snapshot.at.revision, 1)?;
    let Some(stored) = page.first().filter(|stored| stored.head().anchor() == snapshot.at) else {
        return Ok(None);
    };
    let state = S::restore(&snapshot.bytes).ok().filter(|state| state.revision() == snapshot.at.revision);
    Ok(state.map(|state| Folded::resume(org, stored.head(), state)))
}
