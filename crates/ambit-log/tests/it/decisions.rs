//! One write: what is decided, what is refused, what an entry says.

use crate::world::{Watched, options};
use crate::world::{World, accept, created, disk_full};
use ambit_log::suite::{Toy, instant, org, user_set};
use ambit_log::{Accepted, WriteError, WriteFailure, WriteOptions};
use ambit_model::{Actor, Change, ResourceRef, SubjectRef};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn an_entry_says_who_when_why_and_what() {
    let world = World::in_memory();
    let acme = world.create_acme();
    world.clock.set(instant(5));
    let actor =
        Actor::Subject { subject: SubjectRef::user("root"), impersonator: Some(SubjectRef::user("vera")) };
    let options = WriteOptions { request_id: Some("r-1".into()), ..WriteOptions::default() };
    let decide = |state: &Toy, now| {
        assert_eq!((state.revision, now), (1, instant(5)));
        Ok::<_, String>(Accepted {
            changes: vec![user_set("alice"), user_set("bob")],
            answer: json!({ "added": 2 }),
        })
    };
    let receipt = world.ledger.write(&acme, actor.clone(), options, decide).unwrap();
    assert_eq!((receipt.revision, receipt.answer, receipt.replayed), (2, json!({ "added": 2 }), false));
    let entry = &world.ledger.entries(&acme, 2, 10).unwrap()[0].entry;
    assert_eq!((entry.revision, entry.epoch, entry.time), (2, 1, instant(5)));
    assert_eq!((&entry.actor, entry.request_id.as_deref()), (&actor, Some("r-1")));
    assert_eq!(entry.changes, [user_set("alice"), user_set("bob")]);
}

#[test]
fn a_refusal_is_the_callers_own_and_writes_nothing() {
    #[derive(Debug, PartialEq)]
    struct NoSeatLeft(u32);
    let world = World::in_memory();
    let acme = world.create_acme();
    let refused =
        world.ledger.write(&acme, Actor::OPERATOR, WriteOptions::default(), |_, _| Err(NoSeatLeft(20)));
    assert!(matches!(refused, Err(WriteError::Refused(NoSeatLeft(20)))));
    assert_eq!(world.ledger.head(&acme).unwrap().revision, 1);
}

#[test]
fn nothing_to_change_is_no_entry() {
    let world = World::in_memory();
    let acme = world.create_acme();
    let receipt = world.change(&acme, vec![]).unwrap();
    assert_eq!((receipt.revision, receipt.replayed), (1, false));
    assert_eq!(world.ledger.entries(&acme, 1, 10).unwrap().len(), 1);
}

#[test]
fn times_never_go_backwards_and_are_whole_microseconds() {
    let world = World::in_memory();
    world.clock.set("2027-03-01T12:00:00.123456789Z".parse().unwrap());
    let acme = world.create_acme();
    world.clock.set(instant(0));
    world.add_user(&acme, "alice");
    let entries = world.ledger.entries(&acme, 1, 10).unwrap();
    let times: Vec<String> = entries.iter().map(|recorded| recorded.entry.time.to_string()).collect();
    assert_eq!(times, ["2027-03-01T12:00:00.123456Z"; 2]);
}

#[test]
fn an_expected_revision_must_be_the_current_one() {
    let world = World::in_memory();
    let expecting = |revision| WriteOptions { expected_revision: Some(revision), ..WriteOptions::default() };
    let acme = org("acme");
    world.change_with(&acme, expecting(0), vec![created(&acme)]).unwrap();
    let late = world.change_with(&acme, expecting(0), vec![user_set("alice")]);
    let mismatch = WriteFailure::RevisionMismatch { expected: 0, actual: 1 };
    assert_eq!(late.unwrap_err().to_string(), mismatch.to_string());
    assert_eq!(world.change_with(&acme, expecting(1), vec![user_set("alice")]).unwrap().revision, 2);
}

#[test]
fn an_organization_begins_with_its_creation_and_is_created_once() {
    let world = World::in_memory();
    let (acme, zenith) = (org("acme"), org("zenith"));
    let failure = |changes| match world.change(&acme, changes) {
        Err(WriteError::Failed(failure)) => failure.to_string(),
        other => panic!("{other:?}"),
    };
    for changes in [vec![], vec![user_set("alice")]] {
        assert_eq!(failure(changes), "there is no organization `acme`");
    }
    let misplaced = WriteFailure::MisplacedCreation.to_string();
    assert_eq!(failure(vec![created(&zenith)]), misplaced);
    assert_eq!(failure(vec![created(&acme), created(&acme)]), misplaced);
    assert_eq!(world.ledger.organizations(), []);
    world.create_acme();
    assert_eq!(failure(vec![created(&acme)]), misplaced);
    assert_eq!(failure(vec![user_set("alice"), created(&zenith)]), misplaced);
    assert_eq!(world.ledger.organizations(), [acme]);
}

#[test]
fn changes_that_do_not_fit_the_state_leave_no_trace() {
    let world = World::in_memory();
    let acme = world.create_acme();
    let absent = Change::UserRemoved { id: "nobody".into() };
    let unfit = world.change(&acme, vec![user_set("alice"), absent]).unwrap_err();
    assert!(matches!(&unfit, WriteError::Failed(WriteFailure::Unfit(_))), "{unfit}");
    assert_eq!(world.users(&acme), [""; 0]);
    let unwritable = Change::ResourceRemoved { id: ResourceRef::new("page:home", "x") };
    let unwritable = world.change(&acme, vec![user_set("alice"), unwritable]).unwrap_err();
    assert!(matches!(&unwritable, WriteError::Failed(WriteFailure::Unwritable(_))), "{unwritable}");
    assert_eq!(world.add_user(&acme, "bob"), 2);
    assert_eq!(world.users(&acme), ["bob"]);
}

#[test]
fn a_panic_is_the_failure_of_one_write() {
    let world = World::in_memory();
    let acme = world.create_acme();
    let decide = |_: &Toy, _| -> Result<Accepted, String> { panic!("a bug in a decision") };
    let panicked = world.ledger.write(&acme, Actor::OPERATOR, WriteOptions::default(), decide);
    assert!(matches!(panicked, Err(WriteError::Failed(WriteFailure::Panicked))));
    let in_state = Change::GroupRemoved { id: "panic".into() };
    let panicked = world.change(&acme, vec![user_set("alice"), in_state]);
    assert!(matches!(panicked, Err(WriteError::Failed(WriteFailure::Panicked))));
    assert_eq!(world.add_user(&acme, "bob"), 2);
    assert_eq!(world.users(&acme), ["bob"]);
}

#[test]
fn a_failed_append_publishes_nothing_and_fails_all_that_waited() {
    let is_full = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_full);
    let storage = Watched::new(move |_| if asked.load(Ordering::SeqCst) { Err(disk_full()) } else { Ok(()) });
    let world = World::on(storage, options());
    let acme = world.create_acme();
    is_full.store(true, Ordering::SeqCst);
    let failed = world.change(&acme, vec![user_set("alice")]);
    assert!(matches!(failed, Err(WriteError::Failed(WriteFailure::Storage(_)))));
    let refused =
        world.ledger.write(&acme, Actor::OPERATOR, WriteOptions::default(), |_, _| Err("no".to_string()));
    assert!(matches!(refused, Err(WriteError::Failed(WriteFailure::Storage(_)))));
    assert_eq!((world.ledger.head(&acme).unwrap().revision, world.users(&acme).len()), (1, 0));
    is_full.store(false, Ordering::SeqCst);
    assert_eq!(world.add_user(&acme, "bob"), 2);
}

#[test]
fn a_closed_ledger_takes_no_writes_and_still_answers_reads() {
    let world = World::in_memory();
    let acme = world.create_acme();
    world.ledger.close();
    world.ledger.close();
    let closed =
        world.ledger.write(&acme, Actor::OPERATOR, WriteOptions::default(), accept(vec![user_set("alice")]));
    assert!(matches!(closed, Err(WriteError::Failed(WriteFailure::Closed))));
    assert_eq!(world.ledger.view(&acme).unwrap().revision, 1);
}
