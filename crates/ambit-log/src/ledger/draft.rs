//! What a batch comes to for one organization before it is durable: the entries it would append, the state they would
//! give, and what each writer would then be told. Every write is decided on the state after the writes before it.

use super::error::{FoldError, WriteFailure};
use super::fold::Folded;
use super::request::{Accepted, Halt, Outcome, Receipt, Write};
use super::slot::Published;
use crate::clock::{Clock, to_microsecond};
use crate::state::State;
use crate::storage::{Append, Head, Storage, StoredAnswer, StoredEntry};
use ambit_model::{Change, Entry, OrgId};
use jiff::Timestamp;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// What drafting needs beside the state.
pub(super) struct Desk<'a> {
    pub storage: &'a dyn Storage,
    pub clock: &'a dyn Clock,
    pub epoch: u64,
}

/// One organization's part of a batch.
pub(super) struct Draft<S> {
    pub org: OrgId,
    base: Arc<Published<S>>,
    folded: Folded<S>,
    entries: Vec<StoredEntry>,
    answers: Vec<StoredAnswer>,
    settled: Vec<(Write<S>, Outcome)>,
}

impl<S: State> Draft<S> {
    /// Decides writes one after the other, beginning with a published view.
    ///
    /// # Errors
    /// If an entry fitted once and does not fit when applied again. All writes have then been told that they failed.
    pub fn new(
        org: OrgId,
        base: Arc<Published<S>>,
        desk: &Desk<'_>,
        writes: Vec<Write<S>>,
    ) -> Result<Self, Arc<FoldError>> {
        let folded = Folded::resume(&org, base.head, S::clone(&base.state));
        let mut draft =
            Self { org, base, folded, entries: Vec::new(), answers: Vec::new(), settled: Vec::new() };
        let mut writes = writes.into_iter();
        while let Some(write) = writes.next() {
            if let Err(error) = draft.consider(desk, write) {
                let error = Arc::new(error);
                writes.for_each(|write| fail(write, WriteFailure::Follow(Arc::clone(&error))));
                draft.fail(&WriteFailure::Follow(Arc::clone(&error)));
                return Err(error);
            }
        }
        Ok(draft)
    }

    /// What is to be appended; without entries it asks whether everything was decided on the newest state.
    pub fn take_append(&mut self) -> Append {
        Append {
            org: self.org.clone(),
            expected: self.base.head.anchor(),
            entries: std::mem::take(&mut self.entries),
            answers: std::mem::take(&mut self.answers),
        }
    }

    /// The state to publish once the entries are durable, with the number of changes since the published one; none
    /// if it is the same.
    pub fn next_view(&self) -> Option<(Head, S, u64)> {
        let head = self.folded.head();
        (head != self.base.head).then(|| (head, self.folded.state.clone(), self.folded.changes))
    }

    /// Tells every writer what became of its write.
    pub fn answer(self) {
        self.settled.into_iter().for_each(|(write, outcome)| answer(write, outcome));
    }

    /// Tells every writer that its write failed.
    pub fn fail(self, failure: &WriteFailure) {
        self.settled.into_iter().for_each(|(write, _)| fail(write, failure.clone()));
    }

    /// The writes, to be decided again.
    pub fn into_writes(self) -> Vec<Write<S>> {
        self.settled.into_iter().map(|(write, _)| write).collect()
    }

    /// Decides one write, and makes sure that the state is that of the entries so far, whatever came of it.
    fn consider(&mut self, desk: &Desk<'_>, mut write: Write<S>) -> Result<(), FoldError> {
        let outcome = self.try_write(desk, &mut write);
        self.settled.push((write, outcome));
        let drafted = self.entries.last().map_or(self.base.head, StoredEntry::head);
        if self.folded.head() == drafted { Ok(()) } else { self.refold() }
    }

    fn try_write(&mut self, desk: &Desk<'_>, write: &mut Write<S>) -> Outcome {
        let key = storage_key(write)?;
        if let Some(receipt) = self.replay(desk, write, key.as_deref())? {
            return Ok(receipt);
        }
        self.check_revision(write)?;
        let now = to_microsecond(desk.clock.now()).max(self.folded.head().time);
        let Accepted { changes, answer } = self.decide(write, now)?;
        check_creation(&self.org, self.folded.head().revision, &changes)?;
        if !changes.is_empty() {
            self.add_entry(desk, write, now, changes)?;
        }
        let receipt = Receipt { revision: self.folded.head().revision, answer, replayed: false };
        self.remember(write, key, now, &receipt);
        Ok(receipt)
    }

    /// The answer of an earlier write with the same key, be it one of this batch.
    fn replay(
        &self,
        desk: &Desk<'_>,
        write: &Write<S>,
        key: Option<&str>,
    ) -> Result<Option<Receipt>, WriteFailure> {
        let (Some(key), Some(idempotency)) = (key, &write.options.idempotency) else {
            return Ok(None);
        };
        let drafted = self.answers.iter().find(|answer| answer.key == key).cloned();
        let Some(answer) = drafted.map_or_else(|| desk.storage.answer(&self.org, key), |a| Ok(Some(a)))?
        else {
            return Ok(None);
        };
        if answer.fingerprint != idempotency.fingerprint {
            return Err(WriteFailure::KeyReused { key: idempotency.key.clone() });
        }
        let body = serde_json::from_str(&answer.body).map_err(|_| WriteFailure::corrupt("an answer"))?;
        Ok(Some(Receipt { revision: answer.revision, answer: body, replayed: true }))
    }

    fn check_revision(&self, write: &Write<S>) -> Result<(), WriteFailure> {
        let actual = self.folded.head().revision;
        match write.options.expected_revision {
            Some(expected) if expected != actual => Err(WriteFailure::RevisionMismatch { expected, actual }),
            _ => Ok(()),
        }
    }

    fn decide(&self, write: &mut Write<S>, now: Timestamp) -> Result<Accepted, Halt> {
        let decide = || write.request.decide(&self.folded.state, now);
        guarded(decide)?.ok_or(Halt::Refused)
    }

    fn add_entry(
        &mut self,
        desk: &Desk<'_>,
        write: &Write<S>,
        time: Timestamp,
        changes: Vec<Change>,
    ) -> Result<(), WriteFailure> {
        let head = self.folded.head();
        let entry = Entry {
            revision: head.revision + 1,
            epoch: desk.epoch.max(head.epoch),
            time,
            actor: write.actor.clone(),
            request_id: write.options.request_id.clone(),
            changes,
        };
        let stored = self.folded.chain.extend(&entry)?;
        guarded(|| self.folded.apply(&self.org, &entry))?.map_err(WriteFailure::unfit)?;
        self.entries.push(stored);
        Ok(())
    }

    fn remember(&mut self, write: &Write<S>, key: Option<String>, time: Timestamp, receipt: &Receipt) {
        if let (Some(key), Some(idempotency)) = (key, &write.options.idempotency) {
            let (fingerprint, revision) = (idempotency.fingerprint, receipt.revision);
            let body = receipt.answer.to_string();
            self.answers.push(StoredAnswer { key, fingerprint, revision, time, body });
        }
    }

    /// Folds the drafted entries anew after one that did not fit was half applied.
    fn refold(&mut self) -> Result<(), FoldError> {
        self.folded = Folded::resume(&self.org, self.base.head, S::clone(&self.base.state));
        self.entries.iter().try_for_each(|stored| self.folded.take_in(&self.org, stored))
    }
}

/// Tells a writer what became of its write.
pub(super) fn answer<S>(write: Write<S>, outcome: Outcome) {
    // A caller that panics on its answer has nobody left to tell.
    let _ = guarded(|| write.request.answer(outcome));
}

/// Tells a writer that its write failed.
pub(super) fn fail<S>(write: Write<S>, failure: WriteFailure) {
    answer(write, Err(Halt::Failed(failure)));
}

/// Runs code of others on the writer thread, which must outlive their panics. What they were changing is thrown away.
fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, WriteFailure> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| WriteFailure::Panicked)
}

/// The key under which an answer is stored: with the actor in it, so that nobody is given another's answer.
fn storage_key<S>(write: &Write<S>) -> Result<Option<String>, WriteFailure> {
    let Some(idempotency) = &write.options.idempotency else {
        return Ok(None);
    };
    ambit_model::ids::check_id("idempotency key", &idempotency.key)?;
    let key = serde_json::json!([write.actor, idempotency.key]);
    Ok(Some(key.to_string()))
}

/// An organization begins with its creation, so that a misspelt name does not bring one into being.
fn check_creation(org: &OrgId, revision: u64, changes: &[Change]) -> Result<(), WriteFailure> {
    let creates = |change: &Change| matches!(change, Change::OrganizationCreated { .. });
    match changes.split_first() {
        _ if revision > 0 && changes.iter().any(creates) => Err(WriteFailure::MisplacedCreation),
        _ if revision > 0 => Ok(()),
        Some((Change::OrganizationCreated { id }, rest)) if id == org && !rest.iter().any(creates) => Ok(()),
        Some((Change::OrganizationCreated { .. }, _)) => Err(WriteFailure::MisplacedCreation),
        _ => Err(WriteFailure::UnknownOrganization(org.clone())),
    }
}
