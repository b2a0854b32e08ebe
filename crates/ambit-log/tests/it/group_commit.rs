//! Many writes at once: they share a transaction, each is decided after the ones before it, and none is lost.

use crate::world::{Watched, World, accept, add_numbered, created, disk_full, options};
use ambit_log::suite::{org, user_set};
use ambit_log::{Append, Receipt, WriteError, WriteOptions};
use ambit_model::{Actor, OrgId};
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// Receipts of writers of numbered users, by the number they were answered.
fn by_number(receipts: Vec<Receipt>) -> BTreeMap<String, u64> {
    let count = receipts.len();
    let numbered =
        receipts.into_iter().map(|receipt| (receipt.answer.as_str().unwrap().to_owned(), receipt.revision));
    let numbered: BTreeMap<_, _> = numbered.collect();
    assert_eq!(numbered.len(), count, "two writers were given the same number");
    numbered
}

#[test]
fn many_threads_get_revisions_without_gaps_and_all_they_were_told_is_there() {
    const THREADS: usize = 16;
    const WRITES: usize = 40;
    let dir = tempfile::tempdir().unwrap();
    let world = World::in_dir(dir.path());
    let acme = world.create_acme();
    let write = || world.ledger.write(&acme, Actor::OPERATOR, WriteOptions::default(), add_numbered).unwrap();
    let receipts = std::thread::scope(|scope| {
        let writer = || (0..WRITES).map(|_| write()).collect::<Vec<_>>();
        let writers: Vec<_> = (0..THREADS).map(|_| scope.spawn(writer)).collect();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    let expected: BTreeMap<_, _> =
        (0..(THREADS * WRITES) as u64).map(|n| (format!("{n:06}"), n + 2)).collect();
    assert_eq!(by_number(receipts), expected);
    let view = world.ledger.view(&acme).unwrap();
    assert!(view.users.keys().eq(expected.keys()));
    drop(world);
    let reopened = World::in_dir(dir.path());
    assert_eq!(*reopened.ledger.view(&acme).unwrap(), *view);
    assert_eq!(reopened.ledger.verify(&acme, &[]).unwrap().revision, view.revision);
}

/// A ledger on a storage that reports each batch and waits for leave to append it.
struct Gated {
    world: World,
    acme: OrgId,
    batches: Receiver<usize>,
    leave: Sender<bool>,
}

impl Gated {
    fn new() -> Self {
        let (report, batches) = channel();
        let (leave, allowed) = channel();
        let storage = Watched::new(move |batch: &[Append]| {
            report.send(batch.iter().map(|append| append.entries.len()).sum()).unwrap();
            if allowed.recv().unwrap() { Ok(()) } else { Err(disk_full()) }
        });
        let world = World::on(storage, options());
        leave.send(true).unwrap();
        let acme = world.create_acme();
        batches.recv().unwrap();
        Self { world, acme, batches, leave }
    }

    /// Queues writes of numbered users; their results arrive at the end of the channel.
    fn submit(&self, count: usize) -> Receiver<Result<Receipt, WriteError<String>>> {
        let (sender, results) = channel();
        for _ in 0..count {
            let sender = sender.clone();
            let answer = move |result| sender.send(result).unwrap();
            self.world.ledger.submit(
                &self.acme,
                Actor::OPERATOR,
                WriteOptions::default(),
                add_numbered,
                answer,
            );
        }
        results
    }
}

#[test]
fn writes_that_wait_share_one_transaction() {
    let gated = Gated::new();
    let first = gated.submit(1);
    assert_eq!(gated.batches.recv().unwrap(), 1);
    let others = gated.submit(100);
    gated.leave.send(true).unwrap();
    assert_eq!(gated.batches.recv().unwrap(), 100);
    gated.leave.send(true).unwrap();
    let receipts: Vec<Receipt> = first.iter().chain(others.iter()).map(Result::unwrap).collect();
    assert_eq!(by_number(receipts).len(), 101);
}

#[test]
fn nothing_is_seen_before_it_is_durable() {
    let gated = Gated::new();
    let results = gated.submit(1);
    gated.batches.recv().unwrap();
    assert_eq!(gated.world.ledger.head(&gated.acme).unwrap().revision, 1);
    assert!(results.try_recv().is_err());
    gated.leave.send(true).unwrap();
    results.recv().unwrap().unwrap();
    assert_eq!(gated.world.ledger.head(&gated.acme).unwrap().revision, 2);
}

#[test]
fn a_batch_fails_as_a_whole_and_the_next_one_begins_where_it_began() {
    let gated = Gated::new();
    let first = gated.submit(1);
    gated.batches.recv().unwrap();
    let failing = gated.submit(10);
    gated.leave.send(true).unwrap();
    assert_eq!(gated.batches.recv().unwrap(), 10);
    gated.leave.send(false).unwrap();
    assert!(first.recv().unwrap().is_ok());
    assert_eq!(failing.iter().filter(Result::is_err).count(), 10);
    let next = gated.submit(1);
    gated.batches.recv().unwrap();
    gated.leave.send(true).unwrap();
    assert_eq!(next.recv().unwrap().unwrap().revision, 3);
    assert_eq!(gated.world.users(&gated.acme), ["000000", "000001"]);
}

#[test]
fn a_write_that_does_not_fit_does_not_disturb_the_others_of_its_batch() {
    let gated = Gated::new();
    let first = gated.submit(1);
    gated.batches.recv().unwrap();
    let before = gated.submit(3);
    let absent = ambit_model::Change::UserRemoved { id: "nobody".into() };
    let unfit = Arc::new(Mutex::new(None));
    let told = Arc::clone(&unfit);
    let answer = move |result| *told.lock().unwrap() = Some(result);
    let changes = vec![user_set("half"), absent];
    gated.world.ledger.submit(&gated.acme, Actor::OPERATOR, WriteOptions::default(), accept(changes), answer);
    let after = gated.submit(3);
    gated.leave.send(true).unwrap();
    assert_eq!(gated.batches.recv().unwrap(), 6);
    gated.leave.send(true).unwrap();
    let receipts = first.iter().chain(before.iter()).chain(after.iter()).map(Result::unwrap).collect();
    assert_eq!(by_number(receipts).len(), 7);
    assert!(matches!(*unfit.lock().unwrap(), Some(Err(WriteError::Failed(_)))));
    assert!(!gated.world.users(&gated.acme).contains(&"half".to_string()));
}

#[test]
fn organizations_share_a_transaction_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::in_dir(dir.path());
    let organizations: Vec<OrgId> = (0..8).map(|number| org(&format!("org-{number}"))).collect();
    std::thread::scope(|scope| {
        for id in &organizations {
            let world = &world;
            scope.spawn(move || {
                world.change(id, vec![created(id)]).unwrap();
                world.add_users(id, (0..10).map(|number| format!("{id}-{number}")));
            });
        }
    });
    assert_eq!(world.ledger.organizations(), organizations);
    for id in &organizations {
        let view = world.ledger.view(id).unwrap();
        assert_eq!((view.revision, view.users.len()), (11, 10));
        assert!(view.users.keys().all(|user| user.starts_with(id.as_str())));
        world.ledger.verify(id, &[]).unwrap();
    }
}

#[test]
fn closing_finishes_what_is_queued() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::in_dir(dir.path());
    let acme = world.create_acme();
    let (sender, results) = channel();
    for _ in 0..50 {
        let sender = sender.clone();
        let answer = move |result: Result<_, _>| sender.send(result).unwrap();
        world.ledger.submit(&acme, Actor::OPERATOR, WriteOptions::default(), add_numbered, answer);
    }
    world.ledger.close();
    drop(sender);
    assert_eq!(results.iter().filter(Result::is_ok).count(), 50);
    assert_eq!(World::in_dir(dir.path()).ledger.view(&acme).unwrap().users.len(), 50);
}
