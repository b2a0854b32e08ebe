//! A process that writes under load is killed again and again on the same data directory. Whatever it had
//! acknowledged is there afterwards, whole and in its place, and the log is what it was, with more at its end.
//!
//! The parent reads acknowledgements from a pipe and kills after a random number of them, so that the moment has
//! nothing to do with how fast the machine is. Kills hit opening, committing, checkpointing and saving snapshots.
//! Set `AMBIT_KILL_SEED` to repeat a run, `AMBIT_KILL_ROUNDS` for a longer one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "everything here is test code")]

use ambit_log::suite::{Toy, org, user_set};
use ambit_log::{
    Accepted, Anchor, Fingerprint, Idempotency, Ledger, LedgerOptions, Receipt, Recorded, SqliteStorage,
    State, SystemClock, WriteOptions,
};
use ambit_model::{Actor, Change, OrgId};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

const DIR: &str = "AMBIT_KILL_DIR";
const ROUND: &str = "AMBIT_KILL_ROUND";
const THREADS: usize = 4;
/// Each write sets this many users; all of them are there or none.
const PARTS: [&str; 3] = ["a", "b", "c"];
const ACKNOWLEDGEMENTS_MAX: u64 = 40;

fn acme() -> OrgId {
    org("acme")
}

/// Snapshots are saved so often that kills meet them.
fn open(dir: &Path) -> Ledger<Toy> {
    let storage = Arc::new(SqliteStorage::open(dir).unwrap());
    let options = LedgerOptions { snapshot_every: 40, snapshots_kept: 2, ..LedgerOptions::default() };
    Ledger::open(storage, Arc::new(SystemClock), options).unwrap()
}

fn parts(payload: &str) -> Vec<Change> {
    PARTS.map(|part| user_set(format!("{payload}-{part}"))).into()
}

/// Writes a payload, or finds out what became of it.
fn write(ledger: &Ledger<Toy>, payload: &str) -> Receipt {
    let idempotency =
        Idempotency { key: payload.into(), fingerprint: Fingerprint::of(&[payload.as_bytes()]) };
    let options = WriteOptions { idempotency: Some(idempotency), ..WriteOptions::default() };
    let changes = parts(payload);
    let decide = move |state: &Toy, _| {
        let creation = (state.revision == 0).then(|| Change::OrganizationCreated { id: acme() });
        let changes = creation.into_iter().chain(changes.iter().cloned()).collect();
        Ok::<_, String>(Accepted { changes, answer: state.revision.into() })
    };
    ledger.write(&acme(), Actor::OPERATOR, options, decide).unwrap()
}

#[test]
#[ignore = "not a test: the process that the test below starts and kills"]
fn the_one_to_be_killed() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let round = std::env::var(ROUND).unwrap();
    let ledger = open(Path::new(&dir));
    let write_on = |thread| {
        for number in 0.. {
            let payload = format!("r{round}-t{thread}-n{number}");
            let receipt = write(&ledger, &payload);
            let line = format!("ack {} {payload}\n", receipt.revision);
            // Shorter than what a pipe takes in one piece. Without a parent there is nothing left to do.
            if std::io::stdout().lock().write_all(line.as_bytes()).is_err() {
                std::process::exit(0);
            }
        }
    };
    std::thread::scope(|scope| (0..THREADS).for_each(|thread| drop(scope.spawn(move || write_on(thread)))));
}

fn start(dir: &Path, round: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_one_to_be_killed", "--ignored", "--nocapture"])
        .env(DIR, dir)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What was acknowledged: at which revision, which payload.
type Acknowledged = (u64, String);

fn read_acknowledgement(line: &str) -> Option<Acknowledged> {
    let (revision, payload) = line.strip_prefix("ack ")?.split_once(' ')?;
    Some((revision.parse().unwrap(), payload.to_owned()))
}

/// Lets a process write until it has acknowledged so much, kills it, and answers all that it had acknowledged: what
/// was still in the pipe counts too.
fn run_and_kill(dir: &Path, round: u64, acknowledgements: u64) -> Vec<Acknowledged> {
    let mut child = start(dir, round);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut acknowledged = Vec::new();
    while (acknowledged.len() as u64) < acknowledgements {
        let line = lines.next().expect("the process ended by itself");
        acknowledged.extend(read_acknowledgement(&line));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged.extend(lines.filter_map(|line| read_acknowledgement(&line)));
    acknowledged
}

fn all_entries(ledger: &Ledger<Toy>) -> Vec<Recorded> {
    let mut entries: Vec<Recorded> = Vec::new();
    loop {
        let page = ledger.entries(&acme(), entries.len() as u64 + 1, 1000).unwrap();
        if page.is_empty() {
            return entries;
        }
        entries.extend(page);
    }
}

/// The payload of an entry, all parts of which must be there and nothing else.
fn payload_of(recorded: &Recorded) -> String {
    let changes: Vec<&Change> = recorded
        .entry
        .changes
        .iter()
        .filter(|change| !matches!(change, Change::OrganizationCreated { .. }))
        .collect();
    let Change::UserSet(first) = changes[0] else { panic!("{changes:?}") };
    let payload = first.id.trim_end_matches("-a").to_owned();
    assert!(changes.into_iter().eq(&parts(&payload)), "half an entry: {recorded:?}");
    payload
}

fn fold(entries: &[Recorded]) -> Toy {
    let mut state = Toy::empty();
    entries.iter().for_each(|recorded| state.apply(&recorded.entry).unwrap());
    state
}

/// Opens the directory after a kill and holds it against all that was ever acknowledged. Answers the new head.
fn examine(
    dir: &Path,
    acknowledged: &[Acknowledged],
    latest: &[Acknowledged],
    anchors: &[Anchor],
) -> Option<Anchor> {
    let ledger = open(dir);
    let Some(view) = ledger.view(&acme()) else {
        assert_eq!(acknowledged, []);
        return None;
    };
    let head = ledger.verify(&acme(), anchors).unwrap();
    let entries = all_entries(&ledger);
    assert_eq!(*view, fold(&entries), "the view of snapshot and tail is not that of all entries");
    let payloads: Vec<String> = entries.iter().map(payload_of).collect();
    for (revision, payload) in acknowledged {
        assert_eq!(
            payloads.get(*revision as usize - 1),
            Some(payload),
            "acknowledged at {revision} and lost"
        );
    }
    for (revision, payload) in latest {
        let again = write(&ledger, payload);
        assert_eq!((again.revision, again.replayed), (*revision, true), "{payload} was done twice");
    }
    assert_eq!((ledger.head(&acme()), head.epoch), (Some(head), 1));
    Some(head.anchor())
}

/// Small and good enough to choose moments (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

fn number_from_env(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn what_was_acknowledged_survives_being_killed() {
    let seed = number_from_env("AMBIT_KILL_SEED").unwrap_or_else(|| getrandom::u64().unwrap());
    let rounds = number_from_env("AMBIT_KILL_ROUNDS").unwrap_or(60);
    println!("AMBIT_KILL_SEED={seed}");
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut random = Random(seed);
    let (mut acknowledged, mut anchors) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let latest = run_and_kill(&data, round, random.below(ACKNOWLEDGEMENTS_MAX));
        acknowledged.extend(latest.iter().cloned());
        anchors.extend(examine(&data, &acknowledged, &latest, &anchors));
    }
    println!("{rounds} kills, {} acknowledged writes, all of them there", acknowledged.len());
    assert!(acknowledged.len() as u64 >= rounds, "hardly anything was written");
}
