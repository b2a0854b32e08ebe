//! What the tests share: a ledger of toys on either storage, short ways to write to it, and a storage that fails or
//! waits when told to.

use ambit_log::suite::{Toy, instant, org, user_set};
use ambit_log::{
    Accepted, Append, Appended, Event, Head, Ledger, LedgerOptions, ManualClock, MemoryStorage, Receipt,
    Snapshot, SqliteStorage, Storage, StorageError, StoredAnswer, StoredEntry, WriteError, WriteOptions,
};
use ambit_model::{Actor, Change, OrgId};
use jiff::Timestamp;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A refusal in the tests' own words.
pub type Refusal = String;
pub type Written = Result<Receipt, WriteError<Refusal>>;

/// A ledger with its clock, and the events that it told.
pub struct World {
    pub ledger: Ledger<Toy>,
    pub clock: Arc<ManualClock>,
    pub events: Arc<Mutex<Vec<String>>>,
}

/// Keeps house like a server, but saves snapshots only when asked to.
pub fn options() -> LedgerOptions {
    LedgerOptions { snapshot_every: u64::MAX, snapshot_on_close: u64::MAX, ..LedgerOptions::default() }
}

impl World {
    pub fn on(storage: Arc<dyn Storage>, options: LedgerOptions) -> Self {
        let clock = Arc::new(ManualClock::new(instant(0)));
        let events = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&events);
        let listener = move |event: &Event| heard.lock().unwrap().push(in_words(event));
        let options = LedgerOptions { listener: Some(Arc::new(listener)), ..options };
        let ledger = Ledger::open(storage, clock.clone(), options).unwrap();
        Self { ledger, clock, events }
    }

    pub fn in_memory() -> Self {
        Self::on(Arc::new(MemoryStorage::new()), options())
    }

    pub fn in_dir(dir: &Path) -> Self {
        Self::on(Arc::new(SqliteStorage::open(dir).unwrap()), options())
    }

    /// Writes these changes, whatever the state.
    pub fn change(&self, org: &OrgId, changes: Vec<Change>) -> Written {
        self.change_with(org, WriteOptions::default(), changes)
    }

    pub fn change_with(&self, org: &OrgId, options: WriteOptions, changes: Vec<Change>) -> Written {
        self.ledger.write(org, Actor::OPERATOR, options, accept(changes))
    }

    /// Creates the organization `acme`.
    pub fn create_acme(&self) -> OrgId {
        let acme = org("acme");
        assert_eq!(self.change(&acme, vec![created(&acme)]).unwrap().revision, 1);
        acme
    }

    pub fn add_user(&self, org: &OrgId, id: &str) -> u64 {
        self.change(org, vec![user_set(id)]).unwrap().revision
    }

    pub fn add_users(&self, org: &OrgId, ids: impl IntoIterator<Item = impl AsRef<str>>) {
        for id in ids {
            self.add_user(org, id.as_ref());
        }
    }

    /// The ids of all users in the view.
    pub fn users(&self, org: &OrgId) -> Vec<String> {
        self.ledger.view(org).unwrap().users.keys().cloned().collect()
    }

    pub fn heard(&self) -> Vec<String> {
        self.events.lock().unwrap().clone()
    }
}

fn in_words(event: &Event) -> String {
    match event {
        Event::Advanced { org, head } => format!("{org} at {}", head.revision),
        Event::Rebuilt(rebuilt) => {
            let now = rebuilt.now.map_or(0, |head| head.revision);
            format!("{} rebuilt from {} to {now}: {:?}", rebuilt.org, rebuilt.dropped.revision, rebuilt.cause)
        }
        Event::CannotFollow { org, error } => format!("{org} cannot follow: {error}"),
        Event::SnapshotFailed { org, error } => format!("{org} not saved: {error}"),
    }
}

pub fn created(org: &OrgId) -> Change {
    Change::OrganizationCreated { id: org.clone() }
}

/// A decision for these changes, whatever the state.
pub fn accept(
    changes: Vec<Change>,
) -> impl FnMut(&Toy, Timestamp) -> Result<Accepted, Refusal> + Send + 'static {
    move |_, _| Ok(Accepted { changes: changes.clone(), answer: serde_json::Value::Null })
}

/// Adds the next user of a numbered row; the answer is its id. Every writer sees those before it, or two get the
/// same number.
pub fn add_numbered(state: &Toy, _: Timestamp) -> Result<Accepted, Refusal> {
    let id = format!("{:06}", state.users.len());
    Ok(Accepted { changes: vec![user_set(id.as_str())], answer: id.into() })
}

/// What is done before every append: it may wait, and it may fail.
type BeforeAppend = Box<dyn FnMut(&[Append]) -> Result<(), StorageError> + Send>;

/// A memory storage whose appends can be watched, held up and made to fail.
pub struct Watched {
    pub inner: Arc<MemoryStorage>,
    before_append: Mutex<BeforeAppend>,
}

impl Watched {
    pub fn new(
        before_append: impl FnMut(&[Append]) -> Result<(), StorageError> + Send + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { inner: Arc::default(), before_append: Mutex::new(Box::new(before_append)) })
    }
}

/// The error of a disk that is full.
pub fn disk_full() -> StorageError {
    StorageError::Database { what: "append", source: "the disk is full".into() }
}

impl Storage for Watched {
    fn claim(&self) -> Result<u64, StorageError> {
        self.inner.claim()
    }
    fn heads(&self) -> Result<Vec<(OrgId, Head)>, StorageError> {
        self.inner.heads()
    }
    fn head(&self, org: &OrgId) -> Result<Option<Head>, StorageError> {
        self.inner.head(org)
    }
    fn append(&self, batch: &[Append]) -> Result<Vec<Appended>, StorageError> {
        (self.before_append.lock().unwrap())(batch)?;
        self.inner.append(batch)
    }
    fn read(&self, org: &OrgId, from: u64, limit: usize) -> Result<Vec<StoredEntry>, StorageError> {
        self.inner.read(org, from, limit)
    }
    fn revision_at(&self, org: &OrgId, instant: Timestamp) -> Result<Option<u64>, StorageError> {
        self.inner.revision_at(org, instant)
    }
    fn answer(&self, org: &OrgId, key: &str) -> Result<Option<StoredAnswer>, StorageError> {
        self.inner.answer(org, key)
    }
    fn forget_answers(&self, org: &OrgId, before: Timestamp) -> Result<(), StorageError> {
        self.inner.forget_answers(org, before)
    }
    fn put_snapshot(&self, org: &OrgId, snapshot: &Snapshot) -> Result<(), StorageError> {
        self.inner.put_snapshot(org, snapshot)
    }
    fn snapshot(&self, org: &OrgId, at_most: u64) -> Result<Option<Snapshot>, StorageError> {
        self.inner.snapshot(org, at_most)
    }
    fn prune_snapshots(&self, org: &OrgId, newest: u64, keep: usize) -> Result<(), StorageError> {
        self.inner.prune_snapshots(org, newest, keep)
    }
}
