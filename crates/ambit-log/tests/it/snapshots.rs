//! Snapshots save time and change nothing.

use crate::world::{World, options};
use ambit_log::suite::{Toy, org, user_set};
use ambit_log::{LedgerOptions, MemoryStorage, Point, State, Storage};
use ambit_model::{Change, OrgId};
use proptest::prelude::*;
use std::sync::Arc;

fn every(changes: u64) -> LedgerOptions {
    LedgerOptions { snapshot_every: changes, ..options() }
}

fn newest_snapshot(storage: &MemoryStorage, org: &OrgId) -> Option<u64> {
    Some(storage.snapshot(org, u64::MAX).unwrap()?.at.revision)
}

#[test]
fn one_is_saved_every_so_many_changes() {
    let storage = Arc::new(MemoryStorage::new());
    let world = World::on(storage.clone(), every(10));
    let acme = world.create_acme();
    let pair = |number: u64| ["a", "b"].map(|half| user_set(format!("{number}-{half}"))).to_vec();
    (0..4).for_each(|number| assert_eq!(world.change(&acme, pair(number)).unwrap().revision, number + 2));
    world.ledger.close();
    assert_eq!(newest_snapshot(&storage, &acme), None, "saved after nine changes");
    let world = World::on(storage.clone(), every(10));
    world.add_users(&acme, ["the tenth change", "the first of the next ten"]);
    world.ledger.close();
    assert_eq!(newest_snapshot(&storage, &acme), Some(6));
}

#[test]
fn one_is_saved_on_closing_by_whoever_wrote() {
    let storage = Arc::new(MemoryStorage::new());
    let saving = LedgerOptions { snapshot_on_close: 2, ..options() };
    let world = World::on(storage.clone(), options());
    let acme = world.create_acme();
    world.add_user(&acme, "alice");
    let looking_on = World::on(storage.clone(), LedgerOptions { snapshot_every: 1, ..saving.clone() });
    world.add_user(&acme, "bob");
    looking_on.ledger.refresh().unwrap();
    looking_on.ledger.close();
    assert_eq!(newest_snapshot(&storage, &acme), None, "a ledger that only looked on has saved");
    let world = World::on(storage.clone(), saving);
    world.add_user(&acme, "carol");
    world.ledger.close();
    assert_eq!(newest_snapshot(&storage, &acme), Some(4));
}

#[test]
fn the_latest_ones_are_kept() {
    let storage = Arc::new(MemoryStorage::new());
    let saving = LedgerOptions { snapshot_on_close: 1, snapshots_kept: 2, ..options() };
    World::on(storage.clone(), options()).create_acme();
    let acme = org("acme");
    for user in ["alice", "bob", "carol"] {
        let world = World::on(storage.clone(), saving.clone());
        world.add_user(&acme, user);
        world.ledger.close();
    }
    let at_most = |revision| storage.snapshot(&acme, revision).unwrap().map(|snapshot| snapshot.at.revision);
    assert_eq!([at_most(9), at_most(3), at_most(2)], [Some(4), Some(3), None]);
}

#[test]
fn an_unreadable_snapshot_is_no_harm() {
    let storage = Arc::new(MemoryStorage::new());
    let world = World::on(storage.clone(), LedgerOptions { snapshot_on_close: 1, ..options() });
    let acme = world.create_acme();
    world.add_user(&acme, "alice");
    world.ledger.close();
    let mut snapshot = storage.snapshot(&acme, 99).unwrap().unwrap();
    let of_another_revision = Toy { revision: 1, ..Toy::default() }.snapshot();
    for bytes in [b"of a version yet to come".to_vec(), of_another_revision] {
        snapshot.bytes = bytes;
        storage.put_snapshot(&acme, &snapshot).unwrap();
        assert_eq!(World::on(storage.clone(), options()).users(&acme), ["alice"]);
    }
}

#[test]
fn a_start_reads_only_what_is_after_the_snapshot() {
    let dir = tempfile::tempdir().unwrap();
    let storage = Arc::new(ambit_log::SqliteStorage::open(dir.path()).unwrap());
    let world = World::on(storage, LedgerOptions { snapshot_on_close: 1, ..options() });
    let acme = world.create_acme();
    world.add_users(&acme, (0..5).map(|number| number.to_string()));
    world.ledger.close();
    drop(world);
    // A fault before the snapshot is the business of `verify`, not of a start.
    let database = rusqlite::Connection::open(dir.path().join("ambit.db")).unwrap();
    database.execute("UPDATE entry SET body = CAST('{}' AS BLOB) WHERE revision = 2", []).unwrap();
    let world = World::in_dir(dir.path());
    assert_eq!(world.users(&acme).len(), 5);
    assert_eq!(world.ledger.verify(&acme, &[]).unwrap_err().to_string().matches("revision 2").count(), 1);
}

/// One write: users to set and users to remove, by small numbers, so that they meet.
fn writes() -> impl Strategy<Value = Vec<Vec<(bool, u8)>>> {
    prop::collection::vec(prop::collection::vec((any::<bool>(), 0u8..12), 1..5), 1..40)
}

/// Removing somebody who is not there is left out, as a decision would.
fn decide(state: &Toy, steps: &[(bool, u8)]) -> Vec<Change> {
    let mut there: std::collections::BTreeSet<String> = state.users.keys().cloned().collect();
    let mut changes = Vec::new();
    for (set, number) in steps {
        let id = format!("user-{number}");
        if *set {
            there.insert(id.clone());
            changes.push(user_set(id));
        } else if there.remove(&id) {
            changes.push(Change::UserRemoved { id });
        }
    }
    changes
}

/// Writes in several sessions, each with its own policy of snapshots.
fn live_through(storage: &Arc<MemoryStorage>, org: &OrgId, writes: &[Vec<(bool, u8)>], policy: &[u64]) {
    for (session, part) in writes.chunks(writes.len().div_ceil(policy.len())).enumerate() {
        let options = LedgerOptions {
            snapshot_every: policy[session],
            snapshot_on_close: policy[session] * 2,
            snapshots_kept: 1 + session,
            ..LedgerOptions::default()
        };
        let world = World::on(storage.clone(), options);
        if world.ledger.head(org).is_none() {
            world.create_acme();
        }
        for steps in part {
            let changes = decide(&world.ledger.view(org).unwrap(), steps);
            world.change(org, changes).unwrap();
        }
        world.ledger.close();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn with_or_without_snapshots_the_state_is_the_same(
        writes in writes(),
        policy in prop::collection::vec(1u64..20, 1..4),
        points in prop::collection::vec(any::<prop::sample::Index>(), 4),
    ) {
        let acme = org("acme");
        let storage = Arc::new(MemoryStorage::new());
        live_through(&storage, &acme, &writes, &policy);

        let with = World::on(storage.clone(), options());
        storage.prune_snapshots(&acme, 0, 0).unwrap();
        let without = World::on(storage.clone(), options());
        prop_assert_eq!(with.ledger.view(&acme), without.ledger.view(&acme));
        let head = without.ledger.verify(&acme, &[]).unwrap();
        prop_assert_eq!(Some(head), with.ledger.head(&acme));

        let again = Arc::new(MemoryStorage::new());
        live_through(&again, &acme, &writes, &policy);
        let with = World::on(again, options());
        for point in points {
            let point = Point::Revision(point.index(head.revision as usize + 1) as u64);
            prop_assert_eq!(with.ledger.view_at(&acme, point).unwrap(), without.ledger.view_at(&acme, point).unwrap());
        }
    }
}
