//! Proves a whole log: every entry follows from the one before it, the stored head is the last one, and, if an
//! anchor was kept elsewhere, it lies on the log.

use crate::chain::{Anchor, Broken, Chain, Fault};
use crate::ledger::fold::PAGE;
use crate::storage::{Head, Storage, StorageError, StoredEntry};
use ambit_model::OrgId;

/// Why a log is not proved.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The storage does not answer.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Here is the first entry that is wrong.
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// Verifies the log of an organization from its first entry to its head, and that the anchors lie on it. Answers the
/// head; exporting its anchor makes later rewriting evident.
///
/// # Errors
/// If something is wrong, names the first revision where it is; a log that ends before an anchor is wrong where the
/// log ends.
pub fn verify(storage: &dyn Storage, org: &OrgId, anchors: &[Anchor]) -> Result<Head, VerifyError> {
    let stored_head = storage.head(org)?.unwrap_or_else(|| Head::genesis(org));
    let mut walk = Walk { org, anchors, chain: Chain::new(org.clone()) };
    walk.check_anchors(&Head::genesis(org))?;
    loop {
        let page = storage.read(org, walk.chain.head().revision + 1, PAGE)?;
        if page.is_empty() {
            break;
        }
        page.iter().try_for_each(|stored| walk.step(stored, &stored_head))?;
    }
    walk.check_reached(&stored_head)?;
    walk.check_not_past(&storage.head(org)?.unwrap_or_else(|| Head::genesis(org)))?;
    Ok(*walk.chain.head())
}

struct Walk<'a> {
    org: &'a OrgId,
    anchors: &'a [Anchor],
    chain: Chain,
}

impl Walk<'_> {
    fn step(&mut self, stored: &StoredEntry, stored_head: &Head) -> Result<(), Broken> {
        self.chain.follow(stored)?;
        if stored.revision == stored_head.revision && stored.head() != *stored_head {
            return Err(self.broken(stored.revision, Fault::Head));
        }
        self.check_anchors(&stored.head())
    }

    fn check_anchors(&self, at: &Head) -> Result<(), Broken> {
        let differs = |anchor: &Anchor| anchor.revision == at.revision && anchor.hash != at.hash;
        if self.anchors.iter().any(differs) {
            return Err(self.broken(at.revision, Fault::Anchor));
        }
        Ok(())
    }

    /// The log must reach all anchors, and the head that was stored before it was read.
    fn check_reached(&self, stored_head: &Head) -> Result<(), Broken> {
        let end = self.chain.head().revision;
        let anchored = self.anchors.iter().map(|anchor| anchor.revision).max().unwrap_or(0);
        let head = anchored.max(stored_head.revision);
        if end < head {
            return Err(self.chain.broken(Fault::Missing { head }));
        }
        Ok(())
    }

    /// The log must not go on after the head that is stored now; it may have grown while it was read.
    fn check_not_past(&self, stored_head: &Head) -> Result<(), Broken> {
        let end = self.chain.head().revision;
        if end > stored_head.revision {
            return Err(self.broken(end, Fault::Head));
        }
        Ok(())
    }

    fn broken(&self, revision: u64, fault: Fault) -> Broken {
        Broken { org: self.org.clone(), revision, fault }
    }
}
