//! Views, entries and subscriptions.

use crate::world::World;
use ambit_log::ReadError;
use ambit_log::suite::{instant, org};
use std::sync::Arc;
use std::time::Duration;

/// Long enough for any machine; nothing waits that long unless it hangs.
const LONG: Duration = Duration::from_secs(600);

#[test]
fn a_view_stays_as_it_is() {
    let world = World::in_memory();
    let acme = world.create_acme();
    let view = world.ledger.view(&acme).unwrap();
    world.add_user(&acme, "alice");
    assert_eq!((view.revision, world.ledger.view(&acme).unwrap().revision), (1, 2));
}

#[test]
fn the_unknown_has_no_view() {
    let world = World::in_memory();
    assert!(world.ledger.view(&org("zenith")).is_none());
    assert!(world.ledger.head(&org("zenith")).is_none());
    assert!(world.ledger.subscribe(&org("zenith")).is_none());
    assert_eq!(world.ledger.entries(&org("zenith"), 1, 10).unwrap(), []);
}

#[test]
fn a_reader_waits_for_a_revision_to_come() {
    let world = World::in_memory();
    let acme = world.create_acme();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| world.ledger.view_at_least(&acme, 5, LONG).unwrap().revision);
        (2..=5).for_each(|revision| assert_eq!(world.add_user(&acme, &format!("user-{revision}")), revision));
        assert!(reader.join().unwrap() >= 5);
    });
    let early = world.ledger.view_at_least(&acme, 6, Duration::ZERO);
    assert!(matches!(early, Err(ReadError::NotReached { wanted: 6, head: 5 })));
}

#[test]
fn readers_of_a_ledger_under_load_always_see_whole_entries() {
    let world = World::in_memory();
    let acme = world.create_acme();
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut last = 0;
            while last < 301 {
                let view = world.ledger.view(&acme).unwrap();
                assert!(view.revision >= last);
                assert_eq!(view.users.len() as u64, 2 * (view.revision - 1));
                last = view.revision;
            }
        });
        for number in 0..300 {
            let pair = ["a", "b"].map(|half| ambit_log::suite::user_set(format!("{number}-{half}")));
            world.change(&acme, pair.into()).unwrap();
        }
        reader.join().unwrap();
    });
}

#[test]
fn entries_come_in_pages() {
    let world = World::in_memory();
    world.clock.set(instant(7));
    let acme = world.create_acme();
    world.add_users(&acme, (2..=7).map(|revision| format!("user-{revision}")));
    let revisions = |from, limit| -> Vec<u64> {
        let page = world.ledger.entries(&acme, from, limit).unwrap();
        page.iter().map(|recorded| recorded.entry.revision).collect()
    };
    assert_eq!(revisions(0, 3), [1, 2, 3]);
    assert_eq!(revisions(1, 3), [1, 2, 3]);
    assert_eq!(revisions(4, 3), [4, 5, 6]);
    assert_eq!(revisions(7, 3), [7]);
    assert_eq!(revisions(8, 3), [0; 0]);
    assert_eq!(revisions(u64::MAX, 3), [0; 0]);
    let last = &world.ledger.entries(&acme, 7, 1).unwrap()[0];
    assert_eq!(last.hash, world.ledger.head(&acme).unwrap().hash);
}

#[test]
fn the_last_owner_of_a_ledger_may_be_an_answer() {
    let world = Arc::new(World::in_memory());
    let acme = world.create_acme();
    let (leave, allowed) = std::sync::mpsc::channel::<()>();
    let decide = move |_: &ambit_log::suite::Toy, _| {
        allowed.recv().unwrap();
        Err::<ambit_log::Accepted, _>("no".to_string())
    };
    let (owner, (sender, answered)) = (Arc::clone(&world), std::sync::mpsc::channel());
    let answer = move |_| {
        drop(owner);
        sender.send(()).unwrap();
    };
    world.ledger.submit(&acme, ambit_model::Actor::OPERATOR, Default::default(), decide, answer);
    drop(world);
    leave.send(()).unwrap();
    answered.recv().unwrap();
}

#[test]
fn a_subscription_hears_of_every_rest_and_counts_none_twice() {
    let world = World::in_memory();
    let acme = world.create_acme();
    let mut subscription = world.ledger.subscribe(&acme).unwrap();
    assert_eq!(subscription.next_head(Duration::ZERO), None);
    world.add_user(&acme, "alice");
    assert_eq!(subscription.next_head(LONG).map(|head| head.revision), Some(2));
    assert_eq!(subscription.next_head(Duration::ZERO), None);
    world.add_user(&acme, "bob");
    world.add_user(&acme, "carol");
    assert_eq!(subscription.next_head(LONG).map(|head| head.revision), Some(4));
    let world = Arc::new(world);
    let (writer, org) = (Arc::clone(&world), acme.clone());
    let thread = std::thread::spawn(move || writer.add_user(&org, "dave"));
    assert_eq!(subscription.next_head(LONG).map(|head| head.revision), Some(5));
    thread.join().unwrap();
}
