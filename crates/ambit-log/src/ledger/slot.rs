//! The place of one organization's published view, and those who wait for the next one.

use crate::lock;
use crate::state::State;
use crate::storage::Head;
use ambit_model::OrgId;
use arc_swap::ArcSwap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A state and the entry it was folded up to.
#[derive(Debug)]
pub(crate) struct Published<S> {
    pub head: Head,
    pub state: Arc<S>,
}

impl<S: State> Published<S> {
    /// The view of an organization without entries.
    pub fn genesis(org: &OrgId) -> Self {
        Self { head: Head::genesis(org), state: Arc::new(S::empty()) }
    }
}

/// Readers load what is published and never wait.
///
/// INVARIANT: once the ledger is open, only the writer thread publishes. So there is never a question of which of
/// two views is the newer one.
#[derive(Debug)]
pub(crate) struct Slot<S> {
    published: ArcSwap<Published<S>>,
    waiters: Arc<Waiters>,
    /// Changes since the last snapshot was asked for.
    unsaved: AtomicU64,
}

/// Counts publications and wakes up those who wait for one.
#[derive(Debug)]
struct Waiters {
    latest: Mutex<(u64, Head)>,
    published: Condvar,
}

impl<S> Slot<S> {
    pub fn new(head: Head, state: S, unsaved: u64) -> Self {
        Self {
            published: ArcSwap::from_pointee(Published { head, state: Arc::new(state) }),
            waiters: Arc::new(Waiters { latest: Mutex::new((0, head)), published: Condvar::new() }),
            unsaved: AtomicU64::new(unsaved),
        }
    }

    pub fn published(&self) -> Arc<Published<S>> {
        self.published.load_full()
    }

    pub fn state(&self) -> Arc<S> {
        Arc::clone(&self.published.load().state)
    }

    pub fn head(&self) -> Head {
        self.published.load().head
    }

    /// Puts a view in the place of the one before, then wakes up all who wait.
    pub fn publish(&self, head: Head, state: S, changes: u64) {
        self.published.store(Arc::new(Published { head, state: Arc::new(state) }));
        self.unsaved.fetch_add(changes, Ordering::Relaxed);
        let mut latest = lock(&self.waiters.latest);
        *latest = (latest.0 + 1, head);
        self.waiters.published.notify_all();
    }

    pub fn unsaved(&self) -> u64 {
        self.unsaved.load(Ordering::Relaxed)
    }

    pub fn set_saved(&self) {
        self.unsaved.store(0, Ordering::Relaxed);
    }

    /// Waits until the view has reached a revision; answers the head when it has, or when the time is up.
    pub fn wait_for(&self, revision: u64, timeout: Duration) -> Head {
        self.waiters.wait_while(timeout, |(_, head)| head.revision < revision).1
    }

    pub fn subscribe(&self) -> Subscription {
        let seen = lock(&self.waiters.latest).0;
        Subscription { waiters: Arc::clone(&self.waiters), seen }
    }
}

impl Waiters {
    fn wait_while(&self, timeout: Duration, mut condition: impl FnMut(&(u64, Head)) -> bool) -> (u64, Head) {
        let waited =
            self.published.wait_timeout_while(lock(&self.latest), timeout, |latest| condition(latest));
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Hears of the new heads of one organization. Heads that came while nobody was waiting are heard of as one.
#[derive(Debug)]
pub struct Subscription {
    waiters: Arc<Waiters>,
    seen: u64,
}

impl Subscription {
    /// Waits for a head that was not heard of yet: at once if there is one, and none when the time is up. A head may
    /// be lower than the one before it, when the log was rewritten.
    pub fn next_head(&mut self, timeout: Duration) -> Option<Head> {
        let seen = self.seen;
        let (count, head) = self.waiters.wait_while(timeout, |(count, _)| *count == seen);
        self.seen = count;
        (count != seen).then_some(head)
    }
}
