//! What every storage must do, as tests that each implementation runs, and a toy state to fold in tests.
//!
//! [`crate::conformance!`] turns the suite into one test per rule: give it an expression that makes a guard (kept for the length
//! of the test; a temporary directory, say) and an empty storage.

#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is test code")]

use crate::chain::{Anchor, Chain, Digest};
use crate::ledger::request::Fingerprint;
use crate::state::{State, StateError};
use crate::storage::{Append, Appended, Head, Snapshot, Storage, StoredAnswer, StoredEntry};
use ambit_model::{Actor, Change, Entry, OrgId, Status, User};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Barrier;

/// Runs the whole suite, one test per rule.
#[macro_export]
macro_rules! conformance {
    ($make:expr) => {
        $crate::conformance!(@rules $make;
            an_empty_storage_knows_nobody
            appended_entries_are_read_back_as_they_were
            an_append_that_does_not_follow_the_head_changes_nothing
            one_batch_serves_several_organizations
            an_empty_append_only_compares
            reading_is_bounded
            an_instant_finds_the_last_entry_before_it
            an_answer_is_remembered_once
            old_answers_are_forgotten
            the_latest_snapshot_at_or_below_a_revision_is_found
            pruning_keeps_the_latest_snapshots
            organizations_do_not_see_each_other
            the_epoch_stays_with_the_identity
            of_many_writers_one_wins_each_revision
        );
    };
    (@rules $make:expr; $($rule:ident)*) => {
        $(#[test]
        fn $rule() {
            let (_guard, storage) = $make;
            $crate::suite::$rule(&storage);
        })*
    };
}

/// An organization of this name.
#[must_use]
pub fn org(name: &str) -> OrgId {
    OrgId::new(name).unwrap()
}

/// A second of the tests' own day.
#[must_use]
pub fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// A change that adds a user.
#[must_use]
pub fn user_set(id: impl Into<String>) -> Change {
    let (name, email, properties) = (None, None, Default::default());
    Change::UserSet(User { id: id.into(), name, email, status: Status::Active, properties })
}

/// The entry that stands at a revision in tests: it adds one user; the first one creates the organization.
#[must_use]
pub fn entry_at(org: &OrgId, revision: u64) -> Entry {
    let user = user_set(format!("user-{revision}"));
    let creation = Change::OrganizationCreated { id: org.clone() };
    Entry {
        revision,
        epoch: 1,
        time: instant(revision as i64),
        actor: Actor::OPERATOR,
        request_id: Some(format!("request-{revision}")),
        changes: if revision == 1 { vec![creation, user] } else { vec![user] },
    }
}

/// Users by id, and nothing else: a state that is easy to compare.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Toy {
    /// The last entry taken in.
    pub revision: u64,
    /// Who is there.
    pub users: BTreeMap<String, User>,
}

impl State for Toy {
    fn empty() -> Self {
        Self::default()
    }

    fn apply(&mut self, entry: &Entry) -> Result<(), StateError> {
        entry.changes.iter().try_for_each(|change| self.change(change))?;
        self.revision = entry.revision;
        Ok(())
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn snapshot(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn restore(bytes: &[u8]) -> Result<Self, StateError> {
        serde_json::from_slice(bytes).map_err(|error| StateError::new(error.to_string()))
    }
}

impl Toy {
    fn change(&mut self, change: &Change) -> Result<(), StateError> {
        match change {
            Change::UserSet(user) => {
                self.users.insert(user.id.clone(), user.clone());
            }
            Change::UserRemoved { id } => {
                self.users.remove(id).ok_or_else(|| StateError::new(format!("there is no user `{id}`")))?;
            }
            // A stand-in for a fault in a real state.
            Change::GroupRemoved { id } if id == "panic" => panic!("the state is asked to panic"),
            _ => {}
        }
        Ok(())
    }
}

/// What it takes to append the next entries of [`entry_at`].
fn next(storage: &dyn Storage, org: &OrgId, count: u64) -> Append {
    let head = storage.head(org).unwrap().unwrap_or_else(|| Head::genesis(org));
    let mut chain = Chain::resume(org.clone(), head);
    let revisions = head.revision + 1..=head.revision + count;
    let entries = revisions.map(|revision| chain.extend(&entry_at(org, revision)).unwrap()).collect();
    Append { org: org.clone(), expected: head.anchor(), entries, answers: Vec::new() }
}

fn append_next(storage: &dyn Storage, org: &OrgId, count: u64) -> Vec<StoredEntry> {
    let append = next(storage, org, count);
    assert_eq!(storage.append(std::slice::from_ref(&append)).unwrap(), [Appended::Done]);
    append.entries
}

fn answer(key: &str, second: i64) -> StoredAnswer {
    let fingerprint = Fingerprint::of(&[key.as_bytes()]);
    StoredAnswer {
        key: key.into(),
        fingerprint,
        revision: 1,
        time: instant(second),
        body: r#"{"a":1}"#.into(),
    }
}

fn snapshot(revision: u64) -> Snapshot {
    let hash = Digest::of("test", &revision.to_le_bytes());
    Snapshot { at: Anchor { revision, hash }, bytes: format!("state {revision}").into_bytes() }
}

fn found_snapshot(storage: &dyn Storage, at_most: u64) -> Option<u64> {
    let found = storage.snapshot(&org("acme"), at_most).unwrap()?;
    assert_eq!(found, snapshot(found.at.revision));
    Some(found.at.revision)
}

/// Nothing is there before anything was written.
pub fn an_empty_storage_knows_nobody(storage: &dyn Storage) {
    assert_eq!(storage.heads().unwrap(), []);
    assert_eq!(storage.head(&org("acme")).unwrap(), None);
    assert_eq!(storage.read(&org("acme"), 0, 10).unwrap(), []);
    assert_eq!(storage.revision_at(&org("acme"), instant(9)).unwrap(), None);
    assert_eq!(storage.answer(&org("acme"), "key").unwrap(), None);
    assert_eq!(found_snapshot(storage, u64::MAX), None);
}

/// Bytes, digests, times: all come back.
pub fn appended_entries_are_read_back_as_they_were(storage: &dyn Storage) {
    let mut entries = append_next(storage, &org("acme"), 3);
    entries.extend(append_next(storage, &org("acme"), 2));
    assert_eq!(storage.read(&org("acme"), 0, 10).unwrap(), entries);
    assert_eq!(storage.read(&org("acme"), 4, 10).unwrap(), entries[3..]);
    assert_eq!(storage.head(&org("acme")).unwrap(), Some(entries[4].head()));
    assert_eq!(storage.heads().unwrap(), [(org("acme"), entries[4].head())]);
}

/// Neither an older head, nor a newer one, nor another digest of the same revision is taken for the head.
pub fn an_append_that_does_not_follow_the_head_changes_nothing(storage: &dyn Storage) {
    let late = next(storage, &org("acme"), 1);
    let entries = append_next(storage, &org("acme"), 2);
    let mut other = next(storage, &org("acme"), 1);
    other.expected.hash = Digest::of("test", b"another log");
    let mut early = next(storage, &org("acme"), 1);
    early.expected.revision += 1;
    for append in [late, other, early] {
        assert_eq!(storage.append(&[append]).unwrap(), [Appended::Conflict]);
        assert_eq!(storage.read(&org("acme"), 0, 10).unwrap(), entries);
    }
}

/// A conflict of one does not hold up the others of its batch.
pub fn one_batch_serves_several_organizations(storage: &dyn Storage) {
    let late = next(storage, &org("acme"), 1);
    append_next(storage, &org("acme"), 1);
    let batch = [next(storage, &org("birch"), 2), late, next(storage, &org("cedar"), 1)];
    let results = storage.append(&batch).unwrap();
    assert_eq!(results, [Appended::Done, Appended::Conflict, Appended::Done]);
    let mut heads = storage.heads().unwrap();
    heads.sort_by(|left, right| left.0.cmp(&right.0));
    let revisions: Vec<_> = heads.iter().map(|(org, head)| (org.as_str(), head.revision)).collect();
    assert_eq!(revisions, [("acme", 1), ("birch", 2), ("cedar", 1)]);
}

/// Without entries an append tells whether the head is still the expected one.
pub fn an_empty_append_only_compares(storage: &dyn Storage) {
    let before = Append { entries: Vec::new(), ..next(storage, &org("acme"), 1) };
    assert_eq!(storage.append(std::slice::from_ref(&before)).unwrap(), [Appended::Done]);
    assert_eq!(storage.heads().unwrap(), []);
    append_next(storage, &org("acme"), 1);
    assert_eq!(storage.append(&[before]).unwrap(), [Appended::Conflict]);
}

/// A page ends at its limit or when its bodies are large, and is never empty before the end.
pub fn reading_is_bounded(storage: &dyn Storage) {
    append_next(storage, &org("acme"), 3);
    assert_eq!(storage.read(&org("acme"), 2, 1).unwrap().len(), 1);
    let mut large = next(storage, &org("acme"), 3);
    for entry in &mut large.entries {
        entry.body = vec![b' '; crate::storage::READ_BYTES_MAX];
    }
    storage.append(&[large]).unwrap();
    assert_eq!(storage.read(&org("acme"), 4, 10).unwrap().len(), 1);
    assert_eq!(storage.read(&org("acme"), 3, 10).unwrap().len(), 2);
    assert_eq!(storage.read(&org("acme"), u64::MAX, 10).unwrap(), []);
}

/// Entries may share an instant; the last of them counts.
pub fn an_instant_finds_the_last_entry_before_it(storage: &dyn Storage) {
    let times = [instant(10), instant(20), instant(20), instant(30)];
    let mut chain = Chain::new(org("acme"));
    let at = |(revision, time)| Entry { time, ..entry_at(&org("acme"), revision) };
    let entries = (1..).zip(times).map(at).map(|entry| chain.extend(&entry).unwrap()).collect();
    storage.append(&[Append { entries, ..next(storage, &org("acme"), 0) }]).unwrap();
    let expected = [(9, None), (10, Some(1)), (19, Some(1)), (20, Some(3)), (29, Some(3)), (99, Some(4))];
    for (second, revision) in expected {
        assert_eq!(storage.revision_at(&org("acme"), instant(second)).unwrap(), revision, "second {second}");
    }
}

/// Of two appends with the same key the second one is a conflict, and leaves nothing behind.
pub fn an_answer_is_remembered_once(storage: &dyn Storage) {
    let answers = vec![answer("key", 1)];
    let first = Append { answers: answers.clone(), ..next(storage, &org("acme"), 1) };
    assert_eq!(storage.append(&[first]).unwrap(), [Appended::Done]);
    assert_eq!(storage.answer(&org("acme"), "key").unwrap(), Some(answer("key", 1)));
    let again =
        Append { answers: vec![answer("other", 2), answer("key", 2)], ..next(storage, &org("acme"), 1) };
    assert_eq!(storage.append(&[again]).unwrap(), [Appended::Conflict]);
    assert_eq!(storage.answer(&org("acme"), "key").unwrap(), Some(answer("key", 1)));
    assert_eq!(storage.answer(&org("acme"), "other").unwrap(), None);
    assert_eq!(storage.head(&org("acme")).unwrap().unwrap().revision, 1);
}

/// An answer of exactly the given instant is kept.
pub fn old_answers_are_forgotten(storage: &dyn Storage) {
    let answers = vec![answer("old", 1), answer("new", 2)];
    storage.append(&[Append { answers, ..next(storage, &org("acme"), 1) }]).unwrap();
    let many = (0..1500).map(|number| answer(&format!("old {number}"), 1)).collect();
    storage.append(&[Append { answers: many, ..next(storage, &org("acme"), 0) }]).unwrap();
    storage.forget_answers(&org("acme"), instant(2)).unwrap();
    for old in ["old", "old 0", "old 999", "old 1499"] {
        assert_eq!(storage.answer(&org("acme"), old).unwrap(), None);
    }
    assert!(storage.answer(&org("acme"), "new").unwrap().is_some());
}

/// And a newer one of the same revision takes its place.
pub fn the_latest_snapshot_at_or_below_a_revision_is_found(storage: &dyn Storage) {
    let outdated = Snapshot { bytes: b"outdated".to_vec(), ..snapshot(20) };
    for snapshot in [snapshot(10), outdated, snapshot(30), snapshot(20)] {
        storage.put_snapshot(&org("acme"), &snapshot).unwrap();
    }
    for (at_most, found) in [(9, None), (10, Some(10)), (29, Some(20)), (u64::MAX, Some(30))] {
        assert_eq!(found_snapshot(storage, at_most), found);
    }
}

/// Those above the newest revision belong to a log that is no more.
pub fn pruning_keeps_the_latest_snapshots(storage: &dyn Storage) {
    for revision in [1, 2, 3, 4, 90] {
        storage.put_snapshot(&org("acme"), &snapshot(revision)).unwrap();
    }
    storage.prune_snapshots(&org("acme"), 4, 2).unwrap();
    let found: Vec<_> = [90, 4, 3, 2].iter().map(|at_most| found_snapshot(storage, *at_most)).collect();
    assert_eq!(found, [Some(4), Some(4), Some(3), None]);
}

/// Whatever is kept is kept by organization, however alike their names are.
pub fn organizations_do_not_see_each_other(storage: &dyn Storage) {
    let ours = Append { answers: vec![answer("key", 1)], ..next(storage, &org("acme"), 2) };
    storage.append(&[ours]).unwrap();
    storage.put_snapshot(&org("acme"), &snapshot(1)).unwrap();
    for name in ["Acme", "acme ", "acm", "../acme", "acme/x", "%"] {
        let other = org(name);
        assert_eq!(storage.head(&other).unwrap(), None);
        assert_eq!(storage.read(&other, 0, 10).unwrap(), []);
        assert_eq!(storage.revision_at(&other, instant(99)).unwrap(), None);
        assert_eq!(storage.answer(&other, "key").unwrap(), None);
        assert_eq!(storage.snapshot(&other, 99).unwrap(), None);
        storage.forget_answers(&other, instant(99)).unwrap();
        storage.prune_snapshots(&other, 0, 0).unwrap();
    }
    assert!(storage.answer(&org("acme"), "key").unwrap().is_some());
    assert_eq!(found_snapshot(storage, 99), Some(1));
}

/// Claiming again is nothing new.
pub fn the_epoch_stays_with_the_identity(storage: &dyn Storage) {
    assert_eq!(storage.claim().unwrap(), 1);
    assert_eq!(storage.claim().unwrap(), 1);
}

/// Writers that race for the same revision: one is told that it is done, and the log has no gap.
pub fn of_many_writers_one_wins_each_revision(storage: &dyn Storage) {
    const WRITERS: usize = 4;
    const ROUNDS: u64 = 20;
    let barrier = Barrier::new(WRITERS);
    let race = || {
        let round = |_| {
            let append = next(storage, &org("acme"), 1);
            barrier.wait();
            let result = storage.append(&[append]).unwrap();
            barrier.wait();
            result == [Appended::Done]
        };
        (0..ROUNDS).filter(|number| round(*number)).count()
    };
    let wins: usize = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS).map(|_| scope.spawn(race)).collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert_eq!(wins as u64, ROUNDS);
    let revisions =
        storage.read(&org("acme"), 0, 1000).unwrap().iter().map(|entry| entry.revision).collect::<Vec<_>>();
    assert_eq!(revisions, (1..=ROUNDS).collect::<Vec<_>>());
}
