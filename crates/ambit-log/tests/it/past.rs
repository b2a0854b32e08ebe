//! Looking back: the state as of a revision or an instant.

use crate::world::{World, options};
use ambit_log::suite::{instant, org};
use ambit_log::{LedgerOptions, Point, ReadError};
use ambit_model::OrgId;

/// A revision every ten seconds, beginning with the creation at second 10.
fn ten_revisions(world: &World) -> OrgId {
    world.clock.set(instant(10));
    let acme = world.create_acme();
    for revision in 2..=10 {
        world.clock.set(instant(revision * 10));
        world.add_user(&acme, &format!("user-{revision}"));
    }
    acme
}

fn users_at(world: &World, org: &OrgId, point: Point) -> usize {
    world.ledger.view_at(org, point).unwrap().users.len()
}

#[test]
fn every_revision_can_be_looked_at() {
    let world = World::in_memory();
    let acme = ten_revisions(&world);
    for revision in 0..=10 {
        let view = world.ledger.view_at(&acme, Point::Revision(revision)).unwrap();
        assert_eq!((view.revision, view.users.len() as u64), (revision, revision.saturating_sub(1)));
    }
}

#[test]
fn an_instant_means_the_last_entry_at_or_before_it() {
    let world = World::in_memory();
    let acme = ten_revisions(&world);
    for (second, users) in [(9, 0), (10, 0), (19, 0), (20, 1), (55, 4), (99, 8), (100, 9), (1000, 9)] {
        assert_eq!(users_at(&world, &acme, Point::Instant(instant(second))), users, "second {second}");
    }
}

#[test]
fn the_present_is_the_published_view_itself() {
    let world = World::in_memory();
    let acme = ten_revisions(&world);
    let now = world.ledger.view_at(&acme, Point::Revision(10)).unwrap();
    assert!(std::sync::Arc::ptr_eq(&now, &world.ledger.view(&acme).unwrap()));
}

#[test]
fn the_future_and_the_unknown_are_errors() {
    let world = World::in_memory();
    let acme = ten_revisions(&world);
    let future = world.ledger.view_at(&acme, Point::Revision(11));
    assert!(matches!(future, Err(ReadError::NotReached { wanted: 11, head: 10 })));
    let future = world.ledger.view_at(&acme, Point::Revision(u64::MAX));
    assert!(matches!(future, Err(ReadError::NotReached { head: 10, .. })));
    let unknown = world.ledger.view_at(&org("zenith"), Point::Revision(0));
    assert!(matches!(unknown, Err(ReadError::UnknownOrganization(_))));
}

#[test]
fn the_past_looks_the_same_from_snapshots() {
    let dir = tempfile::tempdir().unwrap();
    let (plain, acme) = {
        let world = World::in_memory();
        let acme = ten_revisions(&world);
        (world, acme)
    };
    for part in 0..3 {
        let storage = ambit_log::SqliteStorage::open(dir.path()).unwrap();
        let saving = LedgerOptions { snapshot_on_close: 1, ..options() };
        let world = World::on(std::sync::Arc::new(storage), saving);
        let done = world.ledger.head(&acme).map_or(0, |head| head.revision);
        for recorded in plain.ledger.entries(&acme, done + 1, 3 + part).unwrap() {
            world.clock.set(recorded.entry.time);
            world.change(&acme, recorded.entry.changes).unwrap();
        }
        world.ledger.close();
    }
    let world = World::in_dir(dir.path());
    assert_eq!(world.ledger.head(&acme).unwrap().revision, 10);
    for revision in 0..=10 {
        let point = Point::Revision(revision);
        assert_eq!(world.ledger.view_at(&acme, point).unwrap(), plain.ledger.view_at(&acme, point).unwrap());
    }
}
