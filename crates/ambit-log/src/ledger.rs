//! Live views folded from the log, and the way in for writes.
//!
//! A read takes the published view of an organization and keeps it for as long as it likes; nothing waits for it and
//! it waits for nothing. A write is a closure that looks at the newest state and says what should become true; it is
//! acknowledged when its entry is durable and its view is published.
//!
//! Two threads belong to a ledger: `writer` decides, appends and publishes; `keeper` saves snapshots.

mod draft;
pub mod error;
pub mod event;
pub(crate) mod fold;
mod keeper;
pub mod request;
pub mod slot;
mod writer;

use crate::chain::{Anchor, Digest};
use crate::clock::Clock;
use crate::lock;
use crate::state::State;
use crate::storage::{Head, Storage, StoredEntry};
use crate::verify::{VerifyError, verify};
use ambit_model::{Actor, Entry, OrgId};
use arc_swap::ArcSwap;
use error::{FoldError, ReadError, WriteError, WriteFailure};
use event::{Event, Listener, Refreshed};
use fold::{fold_all, fold_to};
use jiff::{SignedDuration, Timestamp};
use keeper::Save;
use request::{Accepted, Halt, Pending, Receipt, Write, WriteOptions};
use slot::{Slot, Subscription};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use writer::{Job, Writer};

/// How many jobs may wait; whoever brings more waits with them.
const QUEUE_MAX: usize = 4096;
/// How many snapshots may wait to be saved; more are asked for again later.
const SAVES_MAX: usize = 4;
/// Decisions evaluate conditions recursively, and run on the writer's stack.
const WRITER_STACK_BYTES: usize = 8 << 20;

/// How a ledger keeps house.
#[derive(Clone)]
pub struct LedgerOptions {
    /// A snapshot is saved after this many changes.
    pub snapshot_every: u64,
    /// On closing, a snapshot is saved if there are this many changes since the last one.
    pub snapshot_on_close: u64,
    /// How many snapshots of an organization are kept, for starting and for looking back.
    pub snapshots_kept: usize,
    /// How long answers to idempotent writes are kept, counted in the time of entries.
    pub answers_kept: SignedDuration,
    /// Hears of every event.
    pub listener: Option<Listener>,
}

impl Default for LedgerOptions {
    fn default() -> Self {
        Self {
            snapshot_every: 50_000,
            snapshot_on_close: 1_000,
            snapshots_kept: 4,
            answers_kept: SignedDuration::from_hours(48),
            listener: None,
        }
    }
}

/// A point in the life of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// After the entry of this revision; 0 is before the first one.
    Revision(u64),
    /// After the last entry at or before this instant.
    Instant(Timestamp),
}

/// An entry with its digest.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// What the log says.
    pub entry: Entry,
    /// The digest that binds it to the entry before it.
    pub hash: Digest,
}

/// What readers, the writer and the keeper share.
struct Shared<S> {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    options: LedgerOptions,
    slots: ArcSwap<HashMap<OrgId, Arc<Slot<S>>>>,
    has_written: AtomicBool,
}

impl<S> Shared<S> {
    fn slot(&self, org: &OrgId) -> Option<Arc<Slot<S>>> {
        self.slots.load().get(org).cloned()
    }

    fn add_slot(&self, org: &OrgId, slot: Slot<S>) -> Arc<Slot<S>> {
        let slot = Arc::new(slot);
        self.slots.rcu(|slots| {
            let mut slots = HashMap::clone(slots);
            slots.insert(org.clone(), Arc::clone(&slot));
            slots
        });
        slot
    }

    fn remove_slot(&self, org: &OrgId) {
        self.slots.rcu(|slots| {
            let mut slots = HashMap::clone(slots);
            slots.remove(org);
            slots
        });
    }

    fn tell(&self, event: &Event) {
        if let Some(listener) = &self.options.listener {
            listener(event);
        }
    }
}

/// All organizations of a storage, live.
pub struct Ledger<S: State> {
    shared: Arc<Shared<S>>,
    jobs: Mutex<Option<SyncSender<Job<S>>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl<S: State> Ledger<S> {
    /// Folds every organization from its latest snapshot and the entries after it.
    ///
    /// # Errors
    /// If the storage does not answer, or if a log is broken or does not fit the state: a server that cannot read
    /// one of its logs should say so before it answers anyone.
    pub fn open(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        options: LedgerOptions,
    ) -> Result<Self, OpenError> {
        let slots = load_slots(&*storage)?;
        let has_written = AtomicBool::new(false);
        let shared =
            Arc::new(Shared { storage, clock, options, slots: ArcSwap::from_pointee(slots), has_written });
        let (jobs, queue) = sync_channel(QUEUE_MAX);
        let (keeper, saves) = sync_channel::<Save<S>>(SAVES_MAX);
        let writer = Writer { shared: Arc::clone(&shared), jobs: queue, keeper, epoch: None };
        let keeper_shared = Arc::clone(&shared);
        let threads = vec![
            Builder::new().name("writer".into()).stack_size(WRITER_STACK_BYTES).spawn(|| writer.run())?,
            Builder::new().name("keeper".into()).spawn(move || keeper::run(&keeper_shared, &saves))?,
        ];
        Ok(Self { shared, jobs: Mutex::new(Some(jobs)), threads: Mutex::new(threads) })
    }

    /// The organizations that exist, in order.
    #[must_use]
    pub fn organizations(&self) -> Vec<OrgId> {
        let mut organizations: Vec<OrgId> = self.shared.slots.load().keys().cloned().collect();
        organizations.sort_unstable();
        organizations
    }

    /// The newest view of an organization, here; none if there is no such organization.
    #[must_use]
    pub fn view(&self, org: &OrgId) -> Option<Arc<S>> {
        self.shared.slots.load().get(org).map(|slot| slot.state())
    }

    /// The entry that the newest view was folded up to.
    #[must_use]
    pub fn head(&self, org: &OrgId) -> Option<Head> {
        self.shared.slots.load().get(org).map(|slot| slot.head())
    }

    /// The newest view that has taken in a revision, such as that of a write elsewhere. Waits for it if need be.
    ///
    /// # Errors
    /// If the revision is not here when the time is up, or if there is no such organization.
    pub fn view_at_least(&self, org: &OrgId, revision: u64, timeout: Duration) -> Result<Arc<S>, ReadError> {
        if let Some(view) = self.view(org).filter(|view| view.revision() >= revision) {
            return Ok(view);
        }
        // What keeps another organization from being followed is none of this caller's business.
        if let Err(ReadError::Closed) = self.refresh() {
            return Err(ReadError::Closed);
        }
        let slot = self.shared.slot(org).ok_or_else(|| ReadError::UnknownOrganization(org.clone()))?;
        slot.wait_for(revision, timeout);
        let view = slot.state();
        if view.revision() < revision {
            return Err(ReadError::NotReached { wanted: revision, head: view.revision() });
        }
        Ok(view)
    }

    /// The state as it was at a point: from the nearest snapshot before it and the entries up to it.
    ///
    /// # Errors
    /// If the log has not come that far, if it is broken on the way, or if there is no such organization.
    pub fn view_at(&self, org: &OrgId, point: Point) -> Result<Arc<S>, ReadError> {
        let published =
            self.shared.slot(org).ok_or_else(|| ReadError::UnknownOrganization(org.clone()))?.published();
        let storage = &*self.shared.storage;
        let revision = match point {
            Point::Revision(revision) => revision,
            Point::Instant(instant) => storage.revision_at(org, instant)?.unwrap_or(0),
        };
        if revision == published.head.revision {
            return Ok(Arc::clone(&published.state));
        }
        let head = storage.head(org)?.map_or(0, |head| head.revision);
        if revision > head {
            return Err(ReadError::NotReached { wanted: revision, head });
        }
        Ok(Arc::new(fold_to::<S>(storage, org, revision)?.state))
    }

    /// Entries from a revision on, in order: at most `limit`, and fewer when they are large; none at the end. Each
    /// is checked against the one before it.
    ///
    /// # Errors
    /// If the storage does not answer or the log is broken there.
    pub fn entries(&self, org: &OrgId, from: u64, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let storage = &*self.shared.storage;
        let from = from.max(1);
        let page = storage.read(org, from, limit)?;
        if page.is_empty() {
            return Ok(Vec::new());
        }
        let mut chain = fold::chain_before(storage, org, from)?;
        let mut record =
            |stored: &StoredEntry| Ok(Recorded { entry: chain.follow(stored)?, hash: stored.hash });
        page.iter().map(&mut record).collect::<Result<_, FoldError>>().map_err(ReadError::from)
    }

    /// Hears of the new heads of an organization from now on; none if there is no such organization.
    #[must_use]
    pub fn subscribe(&self, org: &OrgId) -> Option<Subscription> {
        self.shared.slots.load().get(org).map(|slot| slot.subscribe())
    }

    /// Verifies the log from its first entry to its head, that the view here was folded from it, and that anchors
    /// kept elsewhere lie on it. Answers the head.
    ///
    /// # Errors
    /// Names the first revision where something is wrong, and what.
    pub fn verify(&self, org: &OrgId, anchors: &[Anchor]) -> Result<Head, VerifyError> {
        let ours = self.head(org).map(|head| head.anchor());
        let anchors: Vec<Anchor> = anchors.iter().copied().chain(ours).collect();
        verify(&*self.shared.storage, org, &anchors)
    }

    /// Decides on the newest state, and waits until the decision is durable and visible to readers here.
    ///
    /// `decide` is handed the state and the time that its entry will have. It may be called again on a newer state
    /// when another process was faster, runs on the ledger's own thread, and must not call the ledger. A write to
    /// an organization that does not exist is handed an empty state, and must begin with
    /// [`ambit_model::Change::OrganizationCreated`].
    ///
    /// # Errors
    /// The decision's refusal, or what kept the write from being decided or becoming durable.
    pub fn write<E: Send + 'static>(
        &self,
        org: &OrgId,
        actor: Actor,
        options: WriteOptions,
        decide: impl FnMut(&S, Timestamp) -> Result<Accepted, E> + Send + 'static,
    ) -> Result<Receipt, WriteError<E>> {
        let (sender, answer) = sync_channel(1);
        self.submit(org, actor, options, decide, move |result| {
            // The receiver waits below.
            let _ = sender.send(result);
        });
        answer.recv().unwrap_or_else(|_| Err(WriteFailure::Interrupted.into()))
    }

    /// Like [`Ledger::write`], but answers by a call from the ledger's own thread, which must be quick. Waits only
    /// while very many writes are queued.
    pub fn submit<E: Send + 'static>(
        &self,
        org: &OrgId,
        actor: Actor,
        options: WriteOptions,
        decide: impl FnMut(&S, Timestamp) -> Result<Accepted, E> + Send + 'static,
        answer: impl FnOnce(Result<Receipt, WriteError<E>>) + Send + 'static,
    ) {
        let request = Box::new(Pending { decide, refusal: None, answer });
        if let Some(Job::Write(write)) =
            self.queue(Job::Write(Write { org: org.clone(), actor, options, request }))
        {
            write.request.answer(Err(Halt::Failed(WriteFailure::Closed)));
        }
    }

    /// Takes in what other processes have written, and answers what that was. A server calls it every now and then;
    /// its own writes are visible without it.
    ///
    /// # Errors
    /// If the storage does not answer, or if a log cannot be followed; all others are up to date then.
    pub fn refresh(&self) -> Result<Refreshed, ReadError> {
        let (sender, answer) = mpsc::channel();
        if self.queue(Job::Refresh(sender)).is_some() {
            return Err(ReadError::Closed);
        }
        Ok(answer.recv().map_err(|_| ReadError::Closed)??)
    }

    /// Takes no more writes, finishes those that are queued, and saves what the next start would have to fold again.
    /// Views can still be read. Closing twice is nothing.
    pub fn close(&self) {
        if self.stop() && self.shared.has_written.load(Ordering::Relaxed) {
            self.save_unsaved();
        }
    }

    /// Ends both threads; answers whether they were running.
    fn stop(&self) -> bool {
        drop(lock(&self.jobs).take());
        let threads = std::mem::take(&mut *lock(&self.threads));
        let were_running = !threads.is_empty();
        let is_this_thread = |thread: &JoinHandle<()>| thread.thread().id() == std::thread::current().id();
        // The last owner of a ledger may be an answer, dropped on the writer's own thread: both end without being
        // waited for.
        if threads.iter().any(is_this_thread) {
            return false;
        }
        // A thread that panicked has ended as well.
        threads.into_iter().for_each(|thread| drop(thread.join()));
        were_running
    }

    fn save_unsaved(&self) {
        for (org, slot) in self.shared.slots.load().iter() {
            if slot.unsaved() >= self.shared.options.snapshot_on_close.max(1) {
                keeper::keep(&self.shared, &Save { org: org.clone(), published: slot.published() });
                slot.set_saved();
            }
        }
    }

    /// Hands a job to the writer; gives it back if the ledger is closed.
    fn queue(&self, job: Job<S>) -> Option<Job<S>> {
        let jobs = lock(&self.jobs).clone();
        match jobs {
            Some(jobs) => jobs.send(job).err().map(|unsent| unsent.0),
            None => Some(job),
        }
    }
}

impl<S: State> Drop for Ledger<S> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Why a ledger cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A log cannot be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The ledger's threads cannot be started.
    #[error("could not start a thread: {0}")]
    Thread(#[from] std::io::Error),
}

type Slots<S> = HashMap<OrgId, Arc<Slot<S>>>;

fn load_slots<S: State>(storage: &dyn Storage) -> Result<Slots<S>, FoldError> {
    let heads = storage.heads().map_err(FoldError::from)?;
    let load = |(org, _)| {
        let folded = fold_all::<S>(storage, &org)?;
        let slot = Slot::new(folded.head(), folded.state, folded.changes);
        Ok((org, Arc::new(slot)))
    };
    heads.into_iter().map(load).collect()
}
