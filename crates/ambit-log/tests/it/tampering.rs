//! Somebody with the database file at hand changes it: verification finds the first revision that is wrong.

use crate::world::World;
use ambit_log::suite::{Toy, org};
use ambit_log::{Anchor, Ledger, LedgerOptions, SqliteStorage, Storage, SystemClock, verify};
use std::sync::Arc;

/// A log of five entries and the anchors of all of them.
fn five_entries() -> (tempfile::TempDir, Vec<Anchor>) {
    let dir = tempfile::tempdir().unwrap();
    let world = World::in_dir(dir.path());
    let acme = world.create_acme();
    world.add_users(&acme, (2..=5).map(|revision| format!("user-{revision}")));
    let entries = world.ledger.entries(&acme, 1, 10).unwrap();
    let anchor =
        |recorded: &ambit_log::Recorded| Anchor { revision: recorded.entry.revision, hash: recorded.hash };
    let anchors = entries.iter().map(anchor).collect();
    (dir, anchors)
}

/// What verification says after an SQL script, with these anchors kept elsewhere.
fn verdict(script: &str, keep: impl FnOnce(&[Anchor]) -> Vec<Anchor>) -> String {
    let (dir, anchors) = five_entries();
    let database = rusqlite::Connection::open(dir.path().join("ambit.db")).unwrap();
    database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    database.execute_batch(script).unwrap();
    let storage = SqliteStorage::open(dir.path()).unwrap();
    match verify(&storage, &org("acme"), &keep(&anchors)) {
        Ok(head) => format!("whole up to {}", head.revision),
        Err(error) => error.to_string(),
    }
}

fn check(script: &str, expected: &str) {
    let found = verdict(script, |_| Vec::new());
    assert!(found.contains(expected), "`{script}`: {found}");
}

#[test]
fn an_untouched_log_is_whole() {
    check("", "whole up to 5");
    assert_eq!(verdict("", <[Anchor]>::to_vec), "whole up to 5");
}

#[test]
fn an_edited_body_is_found() {
    let edit = "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'user-3', 'user-X') AS BLOB)";
    check(edit, "revision 3: the digest does not match");
}

#[test]
fn a_deleted_row_is_found() {
    check("DELETE FROM entry WHERE revision = 2", "revision 2: it is missing, revision 3 comes next");
    check("DELETE FROM entry WHERE revision = 1", "revision 1: it is missing, revision 2 comes next");
    check(
        "DELETE FROM entry WHERE revision = 5",
        "revision 5: it is missing, the log ends before its head at 5",
    );
    check("DELETE FROM entry", "revision 1: it is missing");
}

#[test]
fn swapped_rows_are_found() {
    let swap = "UPDATE entry SET revision = CASE revision WHEN 2 THEN -3 WHEN 3 THEN -2 ELSE revision END;
        UPDATE entry SET revision = -revision WHERE revision < 0";
    check(swap, "revision 2: the digest does not match");
}

#[test]
fn a_row_put_in_again_under_the_next_number_is_found() {
    let replay = "INSERT INTO entry SELECT org, 6, epoch, time_us, hash, body FROM entry WHERE revision = 5";
    check(replay, "revision 6: the digest does not match");
}

#[test]
fn an_edited_time_or_epoch_is_found() {
    check(
        "UPDATE entry SET time_us = time_us + 1 WHERE revision = 4",
        "revision 4: the time beside the body",
    );
    check("UPDATE entry SET epoch = 9 WHERE revision = 4", "revision 4: the epoch beside the body");
}

#[test]
fn an_edited_head_is_found() {
    check("UPDATE head SET revision = 9", "revision 6: it is missing, the log ends before its head at 9");
    check("UPDATE head SET revision = 3", "revision 3: the stored head is not this entry");
    check("UPDATE head SET hash = zeroblob(32)", "revision 5: the stored head is not this entry");
    check("UPDATE head SET epoch = 7", "revision 5: the stored head is not this entry");
    let cut = "UPDATE head SET (revision, epoch, time_us, hash) =
        (SELECT revision, epoch, time_us, hash FROM entry WHERE revision = 3)";
    check(cut, "revision 5: the stored head is not this entry");
}

/// The head moved back along with the entries, as a restored backup would have it.
const CUT_AFTER_3: &str = "DELETE FROM entry WHERE revision > 3;
    UPDATE head SET (revision, epoch, time_us, hash) =
        (SELECT revision, epoch, time_us, hash FROM entry WHERE revision = 3)";

#[test]
fn only_an_anchor_shows_a_log_that_was_cut_with_its_head() {
    check(CUT_AFTER_3, "whole up to 3");
    let found = verdict(CUT_AFTER_3, |anchors| anchors[4..].to_vec());
    assert!(found.contains("revision 4: it is missing, the log ends before its head at 5"), "{found}");
    assert_eq!(verdict(CUT_AFTER_3, |anchors| anchors[..3].to_vec()), "whole up to 3");
}

#[test]
fn only_an_anchor_shows_a_log_that_was_written_anew() {
    let (_dir, theirs) = five_entries();
    let other = World::in_memory();
    let acme = other.create_acme();
    other.add_users(&acme, (2..=5).map(|revision| format!("forged-{revision}")));
    other.ledger.verify(&acme, &theirs[..1]).unwrap();
    let found = other.ledger.verify(&acme, &theirs[2..3]).unwrap_err().to_string();
    assert!(found.contains("revision 3: the log there is not the one that was anchored"), "{found}");
}

#[test]
fn a_ledger_does_not_open_on_a_broken_log_and_does_not_follow_one() {
    let (dir, _) = five_entries();
    let server = World::in_dir(dir.path());
    let edit = "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), 'user-6', 'user-X') AS BLOB)";
    let other = World::in_dir(dir.path());
    other.add_user(&org("acme"), "user-6");
    let database = rusqlite::Connection::open(dir.path().join("ambit.db")).unwrap();
    database.execute_batch(edit).unwrap();

    let refused = server.ledger.refresh().unwrap_err().to_string();
    assert!(refused.contains("revision 6: the digest does not match"), "{refused}");
    assert_eq!(server.ledger.view(&org("acme")).unwrap().revision, 5);
    assert!(server.change(&org("acme"), vec![]).is_err());
    assert!(server.heard().iter().any(|event| event.starts_with("acme cannot follow")));

    let storage: Arc<dyn Storage> = Arc::new(SqliteStorage::open(dir.path()).unwrap());
    let opened = Ledger::<Toy>::open(storage, Arc::new(SystemClock), LedgerOptions::default());
    assert!(opened.is_err_and(|error| error.to_string().contains("revision 6")));
}

#[test]
fn entries_are_not_shown_without_the_one_before_them() {
    let (dir, _) = five_entries();
    let world = World::in_dir(dir.path());
    let database = rusqlite::Connection::open(dir.path().join("ambit.db")).unwrap();
    database.execute("DELETE FROM entry WHERE revision = 3", []).unwrap();
    let shown = |from| world.ledger.entries(&org("acme"), from, 10);
    for from in 1..=4 {
        assert!(shown(from).unwrap_err().to_string().contains("revision 3: it is missing"), "from {from}");
    }
    assert_eq!(shown(5).unwrap().len(), 1);
}

#[test]
fn the_live_view_is_an_anchor_of_its_own() {
    let (dir, _) = five_entries();
    let server = World::in_dir(dir.path());
    rusqlite::Connection::open(dir.path().join("ambit.db")).unwrap().execute_batch(CUT_AFTER_3).unwrap();
    let found = server.ledger.verify(&org("acme"), &[]).unwrap_err().to_string();
    assert!(found.contains("revision 4: it is missing"), "{found}");
}
