//! Two ledgers on one data directory, as when `ambit apply` runs beside `ambit serve`.

use crate::world::{World, add_numbered, created};
use ambit_log::WriteOptions;
use ambit_log::suite::{org, user_set};
use ambit_model::Actor;
use std::time::Duration;

#[test]
fn what_one_writes_the_other_sees_after_a_refresh() {
    let dir = tempfile::tempdir().unwrap();
    let (server, apply) = (World::in_dir(dir.path()), World::in_dir(dir.path()));
    let acme = apply.create_acme();
    apply.add_user(&acme, "alice");
    assert!(server.ledger.view(&acme).is_none());
    assert_eq!(server.ledger.refresh().unwrap().advanced, std::slice::from_ref(&acme));
    assert_eq!(server.users(&acme), ["alice"]);
    apply.add_user(&acme, "bob");
    server.ledger.refresh().unwrap();
    assert_eq!(server.users(&acme), ["alice", "bob"]);
    assert_eq!(server.ledger.refresh().unwrap(), Default::default());
    assert_eq!(server.heard(), ["acme at 2", "acme at 3"]);
}

#[test]
fn a_late_write_is_decided_again_on_the_newest_state() {
    let dir = tempfile::tempdir().unwrap();
    let (server, apply) = (World::in_dir(dir.path()), World::in_dir(dir.path()));
    let acme = server.create_acme();
    apply.ledger.refresh().unwrap();
    let add = |world: &World| {
        world.ledger.write(&acme, Actor::OPERATOR, WriteOptions::default(), add_numbered).unwrap().answer
    };
    assert_eq!([add(&apply), add(&server), add(&apply)], ["000000", "000001", "000002"]);
    assert_eq!(server.ledger.verify(&acme, &[]).unwrap().epoch, 1);
}

#[test]
fn a_refusal_too_is_decided_on_the_newest_state() {
    let dir = tempfile::tempdir().unwrap();
    let (server, apply) = (World::in_dir(dir.path()), World::in_dir(dir.path()));
    let acme = server.create_acme();
    apply.ledger.refresh().unwrap();
    apply.add_user(&acme, "alice");
    let decide = |state: &ambit_log::suite::Toy, _| {
        let known = state.users.contains_key("alice");
        known.then(|| ambit_log::Accepted { changes: vec![], answer: true.into() }).ok_or("who is alice?")
    };
    assert_eq!(
        server.ledger.write(&acme, Actor::OPERATOR, WriteOptions::default(), decide).unwrap().revision,
        2
    );
}

#[test]
fn an_organization_is_created_once_between_two() {
    let dir = tempfile::tempdir().unwrap();
    let (server, apply) = (World::in_dir(dir.path()), World::in_dir(dir.path()));
    let acme = server.create_acme();
    assert!(apply.change(&acme, vec![created(&acme)]).is_err());
    assert_eq!(apply.ledger.view(&acme).unwrap().revision, 1);
}

#[test]
fn two_ledgers_write_at_once_without_gap_or_loss() {
    const WRITES: usize = 60;
    let dir = tempfile::tempdir().unwrap();
    let worlds = [World::in_dir(dir.path()), World::in_dir(dir.path())];
    let acme = worlds[0].create_acme();
    let mut answers: Vec<String> = std::thread::scope(|scope| {
        let write = |world: &World| {
            let receipt =
                world.ledger.write(&acme, Actor::OPERATOR, WriteOptions::default(), add_numbered).unwrap();
            receipt.answer.as_str().unwrap().to_owned()
        };
        let writers: Vec<_> = worlds
            .iter()
            .flat_map(|world| [world, world])
            .map(|world| scope.spawn(move || (0..WRITES).map(|_| write(world)).collect::<Vec<_>>()))
            .collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    answers.sort_unstable();
    let expected: Vec<String> = (0..4 * WRITES).map(|number| format!("{number:06}")).collect();
    assert_eq!(answers, expected);
    for world in &worlds {
        world.ledger.refresh().unwrap();
        assert_eq!(world.users(&acme), expected);
        assert_eq!(world.ledger.verify(&acme, &[]).unwrap().revision, 4 * WRITES as u64 + 1);
    }
}

#[test]
fn a_read_can_wait_for_a_revision_of_the_other() {
    let dir = tempfile::tempdir().unwrap();
    let (server, apply) = (World::in_dir(dir.path()), World::in_dir(dir.path()));
    let acme = apply.create_acme();
    let revision = apply.change(&acme, vec![user_set("alice")]).unwrap().revision;
    let view = server.ledger.view_at_least(&acme, revision, Duration::ZERO).unwrap();
    assert_eq!(view.revision, revision);
    assert!(server.ledger.view_at_least(&org("zenith"), 1, Duration::ZERO).is_err());
}
