//! The one thread that writes and publishes.
//!
//! It takes all writes that are waiting, drafts them organization by organization, appends the drafts in one
//! transaction, publishes the views and only then answers. While it waits for the disk, the next batch gathers. Even
//! refusals go through the append: it confirms that they were decided on the newest state, not on one that another
//! process has left behind. Where it was not the newest, the writes are decided again.

use super::Shared;
use super::draft::{Desk, Draft, fail};
use super::error::{FoldError, WriteFailure};
use super::event::{Event, Rebuilt, Refreshed, RewriteCause};
use super::fold::{Folded, fold_all, follow};
use super::keeper::Save;
use super::request::Write;
use super::slot::{Published, Slot};
use crate::state::State;
use crate::storage::{Append, Appended, Head, Storage, StorageError};
use ambit_model::OrgId;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, SyncSender};

/// How many jobs are taken together.
const BATCH_MAX: usize = 1024;
/// How often writes are decided again because of other processes. Each time, one of them got its own write through.
const ATTEMPTS_MAX: usize = 64;

/// What the writer thread is asked to do.
pub(super) enum Job<S> {
    /// Decide, append, answer.
    Write(Write<S>),
    /// Take in what other processes have written.
    Refresh(Sender<Result<Refreshed, Arc<FoldError>>>),
}

type Writes<S> = HashMap<OrgId, Vec<Write<S>>>;

/// What came of looking for news of an organization.
enum News {
    None,
    Advanced,
    Rebuilt(Rebuilt),
}

/// The writer thread's own things.
pub(super) struct Writer<S: State> {
    pub shared: Arc<Shared<S>>,
    pub jobs: Receiver<Job<S>>,
    pub keeper: SyncSender<Save<S>>,
    /// The epoch to write in; none before the first write, and after the log turned out to be another one.
    pub epoch: Option<u64>,
}

impl<S: State> Writer<S> {
    /// Works until nobody can ask any more, and then through what is still queued.
    pub fn run(mut self) {
        while let Ok(first) = self.jobs.recv() {
            let mut writes: Writes<S> = HashMap::new();
            let mut refreshes = Vec::new();
            for job in std::iter::once(first).chain(self.jobs.try_iter().take(BATCH_MAX - 1)) {
                match job {
                    Job::Write(write) => writes.entry(write.org.clone()).or_default().push(write),
                    Job::Refresh(answer) => refreshes.push(answer),
                }
            }
            self.commit(writes);
            self.answer_refreshes(&refreshes);
        }
    }

    fn commit(&mut self, mut writes: Writes<S>) {
        for _ in 0..ATTEMPTS_MAX {
            if writes.is_empty() {
                return;
            }
            writes = self.attempt(writes);
        }
        fail_all(writes, &WriteFailure::Contended);
    }

    /// Drafts and appends; answers the writes that must be decided again.
    fn attempt(&mut self, writes: Writes<S>) -> Writes<S> {
        let epoch = match self.epoch() {
            Ok(epoch) => epoch,
            Err(error) => {
                fail_all(writes, &error.into());
                return HashMap::new();
            }
        };
        let mut drafts: Vec<Draft<S>> =
            writes.into_iter().filter_map(|(org, writes)| self.draft(org, writes, epoch)).collect();
        let batch: Vec<Append> = drafts.iter_mut().map(Draft::take_append).collect();
        match self.shared.storage.append(&batch) {
            Ok(results) => self.settle(drafts, results),
            Err(error) => {
                let failure = WriteFailure::from(error);
                drafts.into_iter().for_each(|draft| draft.fail(&failure));
                HashMap::new()
            }
        }
    }

    fn draft(&self, org: OrgId, writes: Vec<Write<S>>, epoch: u64) -> Option<Draft<S>> {
        let base = self
            .shared
            .slot(&org)
            .map_or_else(|| Arc::new(Published::genesis(&org)), |slot| slot.published());
        let desk = Desk { storage: &*self.shared.storage, clock: &*self.shared.clock, epoch };
        let draft = Draft::new(org.clone(), base, &desk, writes);
        draft.map_err(|error| self.shared.tell(&Event::CannotFollow { org, error })).ok()
    }

    /// Publishes and answers what is durable; answers the writes that must be decided again.
    fn settle(&mut self, drafts: Vec<Draft<S>>, results: Vec<Appended>) -> Writes<S> {
        let mut again = HashMap::new();
        for (draft, result) in drafts.into_iter().zip(results) {
            match result {
                Appended::Done => self.publish_draft(draft),
                Appended::Conflict => again.extend(self.reconsider(draft)),
            }
        }
        again
    }

    fn publish_draft(&self, draft: Draft<S>) {
        if let Some((head, state, changes)) = draft.next_view() {
            self.publish(&draft.org, head, state, changes);
            self.shared.tell(&Event::Advanced { org: draft.org.clone(), head });
        }
        draft.answer();
    }

    /// The writes of a draft that came too late, once the view is the newest again.
    fn reconsider(&mut self, draft: Draft<S>) -> Option<(OrgId, Vec<Write<S>>)> {
        match self.catch_up(&draft.org) {
            Ok(_) => Some((draft.org.clone(), draft.into_writes())),
            Err(error) => {
                draft.fail(&WriteFailure::Follow(error));
                None
            }
        }
    }

    fn epoch(&mut self) -> Result<u64, StorageError> {
        if let Some(epoch) = self.epoch {
            return Ok(epoch);
        }
        let epoch = self.shared.storage.claim()?;
        self.shared.has_written.store(true, Ordering::Relaxed);
        self.epoch = Some(epoch);
        Ok(epoch)
    }

    fn answer_refreshes(&mut self, refreshes: &[Sender<Result<Refreshed, Arc<FoldError>>>]) {
        if refreshes.is_empty() {
            return;
        }
        let result = self.refresh();
        for answer in refreshes {
            // Whoever asked may have stopped waiting.
            let _ = answer.send(result.clone());
        }
    }

    /// Takes in the news of all organizations. One that cannot be followed does not keep the others back.
    fn refresh(&mut self) -> Result<Refreshed, Arc<FoldError>> {
        let mut refreshed = Refreshed::default();
        let mut failure = None;
        for org in self.organizations_with_news()? {
            match self.catch_up(&org) {
                Ok(News::None) => {}
                Ok(News::Advanced) => refreshed.advanced.push(org),
                Ok(News::Rebuilt(rebuilt)) => refreshed.rebuilt.push(rebuilt),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(refreshed), Err)
    }

    fn organizations_with_news(&self) -> Result<BTreeSet<OrgId>, Arc<FoldError>> {
        let heads = self.shared.storage.heads().map_err(|error| Arc::new(error.into()))?;
        let heads: HashMap<OrgId, Head> = heads.into_iter().collect();
        let slots = self.shared.slots.load();
        let is_news = |org: &&OrgId| slots.get(*org).map(|slot| slot.head()) != heads.get(*org).copied();
        Ok(heads.keys().chain(slots.keys()).filter(is_news).cloned().collect())
    }

    /// Brings the view of an organization to the newest entry.
    fn catch_up(&mut self, org: &OrgId) -> Result<News, Arc<FoldError>> {
        self.try_catch_up(org).map_err(|error| {
            let error = Arc::new(error);
            self.shared.tell(&Event::CannotFollow { org: org.clone(), error: Arc::clone(&error) });
            error
        })
    }

    fn try_catch_up(&mut self, org: &OrgId) -> Result<News, FoldError> {
        let storage = Arc::clone(&self.shared.storage);
        let ours = self.shared.slot(org).map(|slot| slot.published());
        match (ours, storage.head(org)?) {
            (None, None) => Ok(News::None),
            (None, Some(_)) => self.advance(org, fold_all(&*storage, org)?),
            (Some(ours), Some(theirs)) if ours.head == theirs => Ok(News::None),
            (Some(ours), theirs) => match rewrite_cause(&*storage, org, ours.head, theirs)? {
                Some(cause) => self.rebuild(org, cause, ours.head, theirs),
                None => {
                    let mut folded = Folded::resume(org, ours.head, S::clone(&ours.state));
                    follow(&*storage, org, &mut folded)?;
                    self.advance(org, folded)
                }
            },
        }
    }

    fn advance(&self, org: &OrgId, folded: Folded<S>) -> Result<News, FoldError> {
        let head = folded.head();
        self.publish(org, head, folded.state, folded.changes);
        self.shared.tell(&Event::Advanced { org: org.clone(), head });
        Ok(News::Advanced)
    }

    /// Drops a view whose log is no more, and folds the log that is there now. The epoch is asked for again, since it
    /// may be another copy of the data.
    fn rebuild(
        &mut self,
        org: &OrgId,
        cause: RewriteCause,
        dropped: Head,
        theirs: Option<Head>,
    ) -> Result<News, FoldError> {
        let folded = match theirs {
            Some(_) => fold_all(&*self.shared.storage, org)?,
            None => Folded::genesis(org),
        };
        let head = folded.head();
        self.epoch = None;
        self.publish(org, head, folded.state, folded.changes);
        if theirs.is_none() {
            self.shared.remove_slot(org);
        }
        let rebuilt = Rebuilt { org: org.clone(), cause, dropped, now: theirs.map(|_| head) };
        self.shared.tell(&Event::Rebuilt(rebuilt.clone()));
        Ok(News::Rebuilt(rebuilt))
    }

    fn publish(&self, org: &OrgId, head: Head, state: S, changes: u64) {
        let slot = match self.shared.slot(org) {
            Some(slot) => {
                slot.publish(head, state, changes);
                slot
            }
            None => self.shared.add_slot(org, Slot::new(head, state, changes)),
        };
        self.ask_for_snapshot(org, &slot);
    }

    /// Only a ledger that writes saves snapshots; one that looks on leaves the data alone.
    fn ask_for_snapshot(&self, org: &OrgId, slot: &Slot<S>) {
        let is_due = slot.unsaved() >= self.shared.options.snapshot_every;
        if is_due && self.shared.has_written.load(Ordering::Relaxed) {
            let save = Save { org: org.clone(), published: slot.published() };
            // While the keeper is busy the snapshot stays due.
            if self.keeper.try_send(save).is_ok() {
                slot.set_saved();
            }
        }
    }
}

fn fail_all<S>(writes: Writes<S>, failure: &WriteFailure) {
    writes.into_values().flatten().for_each(|write| fail(write, failure.clone()));
}

/// Whether our head is not on the log any more, and how that shows.
fn rewrite_cause(
    storage: &dyn Storage,
    org: &OrgId,
    ours: Head,
    theirs: Option<Head>,
) -> Result<Option<RewriteCause>, StorageError> {
    let theirs = theirs.unwrap_or_else(|| Head::genesis(org));
    if theirs.revision < ours.revision {
        return Ok(Some(RewriteCause::LowerHead));
    }
    if theirs.revision == ours.revision {
        return Ok((theirs.hash != ours.hash).then_some(RewriteCause::OtherHash));
    }
    let page = storage.read(org, ours.revision, 1)?;
    let is_ours = page.first().is_some_and(|stored| stored.head().anchor() == ours.anchor());
    Ok((!is_ours).then_some(RewriteCause::ReusedNumber))
}
