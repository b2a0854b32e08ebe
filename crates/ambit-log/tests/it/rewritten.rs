//! The log under a live ledger turns out to be another one: a backup was restored, or a database was promoted that
//! had not heard of the last entries. The ledger drops its view, folds anew and says so.

use crate::world::{World, options};
use ambit_log::suite::{instant, org};
use ambit_log::{MemoryStorage, RewriteCause, SqliteStorage, WriteOptions};
use ambit_model::{Actor, OrgId};
use std::sync::Arc;

/// A live ledger, its storage, and a backup of the time before the last user was added.
fn live_with_backup() -> (World, Arc<MemoryStorage>, MemoryStorage, OrgId) {
    let storage = Arc::new(MemoryStorage::new());
    let world = World::on(storage.clone(), options());
    let acme = world.create_acme();
    world.add_user(&acme, "alice");
    let backup = storage.backup();
    world.add_user(&acme, "lost");
    (world, storage, backup, acme)
}

/// Goes on from a storage with other users than its ledger knew.
fn go_on(storage: &Arc<MemoryStorage>, users: &[&str]) {
    let other = World::on(storage.clone(), options());
    other.clock.set(instant(100));
    other.add_users(&org("acme"), users);
}

#[test]
fn a_lower_head_is_noticed() {
    let (world, storage, backup, acme) = live_with_backup();
    let dropped = world.ledger.head(&acme).unwrap();
    storage.restore(&backup);
    let refreshed = world.ledger.refresh().unwrap();
    let rebuilt = &refreshed.rebuilt[0];
    assert_eq!((rebuilt.cause, rebuilt.dropped), (RewriteCause::LowerHead, dropped));
    assert_eq!(rebuilt.now.unwrap().revision, 2);
    assert_eq!(world.users(&acme), ["alice"]);
    assert!(world.heard().contains(&"acme rebuilt from 3 to 2: LowerHead".to_string()));
    assert_eq!(world.ledger.refresh().unwrap(), Default::default());
}

#[test]
fn another_hash_is_noticed() {
    let (world, storage, backup, acme) = live_with_backup();
    storage.restore(&backup);
    go_on(&storage, &["bob"]);
    assert_eq!(world.ledger.refresh().unwrap().rebuilt[0].cause, RewriteCause::OtherHash);
    assert_eq!(world.users(&acme), ["alice", "bob"]);
}

#[test]
fn a_reused_number_is_noticed() {
    let (world, storage, backup, acme) = live_with_backup();
    storage.restore(&backup);
    go_on(&storage, &["bob", "carol"]);
    assert_eq!(world.ledger.refresh().unwrap().rebuilt[0].cause, RewriteCause::ReusedNumber);
    assert_eq!(world.users(&acme), ["alice", "bob", "carol"]);
}

#[test]
fn a_writer_notices_too_and_goes_on_in_a_higher_epoch() {
    let (world, storage, backup, acme) = live_with_backup();
    storage.restore(&backup);
    let decide = |state: &ambit_log::suite::Toy, now| {
        assert!(state.revision != 2 || !state.users.contains_key("lost"));
        crate::world::add_numbered(state, now)
    };
    let receipt = world.ledger.write(&acme, Actor::OPERATOR, WriteOptions::default(), decide).unwrap();
    assert_eq!((receipt.revision, receipt.answer), (3, "000001".into()));
    let entries = world.ledger.entries(&acme, 1, 10).unwrap();
    let epochs: Vec<u64> = entries.iter().map(|recorded| recorded.entry.epoch).collect();
    assert_eq!(epochs, [1, 1, 2]);
    assert!(world.heard().contains(&"acme rebuilt from 3 to 2: LowerHead".to_string()));
}

#[test]
fn a_writer_never_falls_back_to_a_lower_epoch() {
    let storage = Arc::new(MemoryStorage::new());
    let world = World::on(storage.clone(), options());
    let acme = world.create_acme();
    storage.restore(&storage.backup());
    go_on(&storage, &["bob"]);
    world.add_user(&acme, "alice");
    assert_eq!(world.ledger.verify(&acme, &[]).unwrap().epoch, 2);
}

#[test]
fn an_organization_that_is_gone_is_dropped() {
    let (world, storage, _, acme) = live_with_backup();
    let mut subscription = world.ledger.subscribe(&acme).unwrap();
    storage.restore(&MemoryStorage::new());
    assert_eq!(world.ledger.refresh().unwrap().rebuilt[0].now, None);
    assert!(world.ledger.view(&acme).is_none());
    assert_eq!(subscription.next_head(std::time::Duration::ZERO).map(|head| head.revision), Some(0));
    world.create_acme();
}

#[test]
fn a_snapshot_of_the_lost_log_is_not_used() {
    let storage = Arc::new(MemoryStorage::new());
    let saving = ambit_log::LedgerOptions { snapshot_on_close: 1, ..options() };
    let world = World::on(storage.clone(), options());
    let acme = world.create_acme();
    let backup = storage.backup();
    drop(world);
    let world = World::on(storage.clone(), saving);
    world.add_user(&acme, "lost");
    world.ledger.close();
    let lost = ambit_log::Storage::snapshot(&*storage, &acme, 99).unwrap().unwrap();
    storage.restore(&backup);
    ambit_log::Storage::put_snapshot(&*storage, &acme, &lost).unwrap();
    go_on(&storage, &["bob"]);
    let reopened = World::on(storage, options());
    assert_eq!(reopened.users(&acme), ["bob"]);
}

#[test]
fn a_backup_restored_under_a_live_ledger_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let storage = Arc::new(SqliteStorage::open(&data).unwrap());
    let server = World::on(storage.clone(), options());
    let acme = server.create_acme();
    server.add_user(&acme, "alice");
    let backup = dir.path().join("backup.db");
    storage.backup(&backup).unwrap();
    server.add_user(&acme, "lost");
    SqliteStorage::restore(&backup, &data).unwrap();
    assert_eq!(server.ledger.refresh().unwrap().rebuilt[0].cause, RewriteCause::LowerHead);
    assert_eq!(server.users(&acme), ["alice"]);
    assert_eq!(server.add_user(&acme, "bob"), 3);
    let head = World::in_dir(&data).ledger.verify(&acme, &[]).unwrap();
    assert_eq!((head.revision, head.epoch), (3, 2));
}
