//! A write may be repeated: the same key and request get the same answer, whatever happened in between.

use crate::world::{World, Written, accept, add_numbered};
use ambit_log::suite::user_set;
use ambit_log::{Accepted, Fingerprint, Idempotency, WriteError, WriteFailure, WriteOptions};
use ambit_model::{Actor, OrgId, SubjectRef};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::sync::mpsc::channel;

fn with_key(key: &str, request: &str) -> WriteOptions {
    let fingerprint = Fingerprint::of(&[request.as_bytes()]);
    WriteOptions {
        idempotency: Some(Idempotency { key: key.into(), fingerprint }),
        ..WriteOptions::default()
    }
}

fn write(world: &World, org: &OrgId, key: &str, request: &str) -> Written {
    world.ledger.write(org, Actor::OPERATOR, with_key(key, request), add_numbered)
}

#[test]
fn the_same_request_gets_the_same_answer_and_is_done_once() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::in_dir(dir.path());
    let acme = world.create_acme();
    let first = write(&world, &acme, "key", "add a user").unwrap();
    world.add_user(&acme, "somebody else");
    let again = write(&world, &acme, "key", "add a user").unwrap();
    assert_eq!((again.revision, &again.answer, again.replayed), (first.revision, &first.answer, true));
    assert_eq!(world.users(&acme).len(), 2);
    drop(world);
    let restarted = World::in_dir(dir.path());
    assert_eq!(write(&restarted, &acme, "key", "add a user").unwrap(), again);
}

#[test]
fn another_request_with_the_same_key_is_an_error() {
    let world = World::in_memory();
    let acme = world.create_acme();
    write(&world, &acme, "key", "add a user").unwrap();
    let reused = write(&world, &acme, "key", "add two users").unwrap_err();
    assert!(
        matches!(&reused, WriteError::Failed(WriteFailure::KeyReused { key }) if key == "key"),
        "{reused}"
    );
}

#[test]
fn nobody_is_given_the_answer_of_another() {
    let world = World::in_memory();
    let acme = world.create_acme();
    let subject = |id: &str| Actor::Subject { subject: SubjectRef::user(id), impersonator: None };
    let as_user =
        |id: &str| world.ledger.write(&acme, subject(id), with_key("key", "add"), add_numbered).unwrap();
    assert!(!as_user("alice").replayed);
    assert!(!as_user("bob").replayed);
    assert!(as_user("alice").replayed);
}

#[test]
fn refusals_are_decided_anew() {
    let world = World::in_memory();
    let acme = world.create_acme();
    let refuse = |_: &_, _| Err("not yet".to_string());
    let refused = world.ledger.write(&acme, Actor::OPERATOR, with_key("key", "add a user"), refuse);
    assert!(matches!(refused, Err(WriteError::Refused(_))));
    assert!(!write(&world, &acme, "key", "add a user").unwrap().replayed);
}

#[test]
fn an_answer_without_changes_is_remembered_too() {
    let world = World::in_memory();
    let acme = world.create_acme();
    let decide = |state: &ambit_log::suite::Toy, _: Timestamp| {
        Ok::<_, String>(Accepted { changes: vec![], answer: json!(state.users.len()) })
    };
    let count = || world.ledger.write(&acme, Actor::OPERATOR, with_key("key", "count"), decide).unwrap();
    assert_eq!(count().answer, json!(0));
    world.add_user(&acme, "alice");
    assert_eq!((count().answer, count().revision), (json!(0), 1));
}

#[test]
fn a_replay_does_not_mind_the_expected_revision() {
    let world = World::in_memory();
    let acme = world.create_acme();
    let options = WriteOptions { expected_revision: Some(1), ..with_key("key", "add a user") };
    let first = world.change_with(&acme, options.clone(), vec![user_set("alice")]).unwrap();
    let again = world.change_with(&acme, options, vec![user_set("alice")]).unwrap();
    assert_eq!((again.revision, again.replayed), (first.revision, true));
}

#[test]
fn repeated_at_once_it_is_still_done_once() {
    let world = World::in_memory();
    let acme = world.create_acme();
    let (sender, results) = channel();
    for _ in 0..50 {
        let sender = sender.clone();
        let answer = move |result: Written| sender.send(result.unwrap()).unwrap();
        world.ledger.submit(&acme, Actor::OPERATOR, with_key("key", "add"), add_numbered, answer);
    }
    drop(sender);
    let receipts: Vec<_> = results.iter().collect();
    assert_eq!(receipts.iter().filter(|receipt| !receipt.replayed).count(), 1);
    assert!(receipts.iter().all(|receipt| receipt.revision == 2 && receipt.answer == json!("000000")));
    assert_eq!(world.users(&acme).len(), 1);
}

#[test]
fn two_ledgers_do_it_once_between_them() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (World::in_dir(dir.path()), World::in_dir(dir.path()));
    let acme = one.create_acme();
    for round in 0..20 {
        let key = format!("key {round}");
        let receipts = std::thread::scope(|scope| {
            let writers =
                [&one, &other].map(|world| scope.spawn(|| write(world, &acme, &key, "add").unwrap()));
            writers.map(|writer| writer.join().unwrap())
        });
        assert_eq!(receipts.iter().filter(|receipt| receipt.replayed).count(), 1, "round {round}");
        assert_eq!(receipts[0].answer, receipts[1].answer);
    }
}

#[test]
fn a_key_is_bounded() {
    let world = World::in_memory();
    let acme = world.create_acme();
    for key in ["", "a\nb", &"x".repeat(300)] {
        let failed = world.change_with(&acme, with_key(key, "add"), vec![user_set("alice")]);
        assert!(matches!(failed, Err(WriteError::Failed(WriteFailure::InvalidKey(_)))), "{key:?}");
    }
}

#[test]
fn old_answers_are_forgotten_when_a_snapshot_is_saved() {
    let storage = std::sync::Arc::new(ambit_log::MemoryStorage::new());
    let options = ambit_log::LedgerOptions { snapshot_on_close: 1, ..crate::world::options() };
    let world = World::on(storage.clone(), options);
    let acme = world.create_acme();
    write(&world, &acme, "old", "add").unwrap();
    world.clock.set(ambit_log::suite::instant(0) + SignedDuration::from_hours(49));
    write(&world, &acme, "new", "add").unwrap();
    world.ledger.close();
    let reopened = World::on(storage, crate::world::options());
    let replayed =
        |key| reopened.ledger.write(&acme, Actor::OPERATOR, with_key(key, "add"), accept(vec![])).unwrap();
    assert!(!replayed("old").replayed);
    assert!(replayed("new").replayed);
}
