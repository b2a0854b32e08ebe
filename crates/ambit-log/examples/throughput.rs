//! How many changes per second become durable on this machine's disk: one at a time, from many writers at once, and in
//! large entries. Prints one line for each.
//!
//! `cargo run --release -p ambit-log --example throughput [DIRECTORY]` (a temporary one if none is given).

use ambit_log::suite::org;
use ambit_log::{
    Accepted, Ledger, LedgerOptions, Receipt, SqliteStorage, State, StateError, SystemClock, WriteError,
    WriteOptions,
};
use ambit_model::{Actor, Assignment, Change, Entry, OrgId, Properties, ResourceRef, RoleRef, SubjectRef};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Instant;

/// Counts changes and nothing else, so that only the log is measured.
#[derive(Clone)]
struct Count {
    revision: u64,
    changes: u64,
}

impl State for Count {
    fn empty() -> Self {
        Self { revision: 0, changes: 0 }
    }

    fn apply(&mut self, entry: &Entry) -> Result<(), StateError> {
        self.revision = entry.revision;
        self.changes += entry.changes.len() as u64;
        Ok(())
    }

    fn revision(&self) -> u64 {
        self.revision
    }

    fn snapshot(&self) -> Vec<u8> {
        [self.revision.to_le_bytes(), self.changes.to_le_bytes()].concat()
    }

    fn restore(bytes: &[u8]) -> Result<Self, StateError> {
        let number = |at: usize| bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
        let state = || Some(Self { revision: number(0)?, changes: number(8)? });
        state().ok_or_else(|| StateError::new("a count is 16 bytes"))
    }
}

/// An assignment as in any organization.
fn assignment(number: u64) -> Change {
    Change::AssignmentSet(Assignment {
        subject: SubjectRef::user(format!("employee-{number:07}")),
        role: RoleRef { product: "commerce".into(), role: "ISC_ContentEditor".into() },
        scope: ResourceRef::new("commerce/website", format!("site-{}", number % 1000)),
        approver: None,
        starts: None,
        expires: None,
        parameters: Properties::new(),
    })
}

type Written = Result<Receipt, WriteError<String>>;

/// Writes entries of so many changes each, keeping so many of them on their way at any time.
fn write(
    ledger: &Ledger<Count>,
    org: &OrgId,
    entries: u64,
    changes_each: u64,
    at_once: u64,
) -> Result<(), Box<dyn Error>> {
    let (sender, results) = channel::<Written>();
    for number in 0..entries {
        if number >= at_once {
            results.recv()??;
        }
        let changes: Vec<Change> =
            (0..changes_each).map(|part| assignment(number * changes_each + part)).collect();
        let sender = sender.clone();
        let decide =
            move |_: &Count, _| Ok(Accepted { changes: changes.clone(), answer: serde_json::Value::Null });
        // Whoever stopped listening has reported why.
        let answer = move |result| drop(sender.send(result));
        ledger.submit(org, Actor::OPERATOR, WriteOptions::default(), decide, answer);
    }
    drop(sender);
    results.iter().try_for_each(|result| result.map(drop))?;
    Ok(())
}

fn measure(
    name: &str,
    dir: &Path,
    entries: u64,
    changes_each: u64,
    at_once: u64,
) -> Result<(), Box<dyn Error>> {
    let storage = Arc::new(SqliteStorage::open(&dir.join(name.replace(' ', "-")))?);
    let ledger = Ledger::<Count>::open(storage, Arc::new(SystemClock), LedgerOptions::default())?;
    let acme = org("acme");
    let create = |_: &Count, _| -> Result<_, String> {
        let changes = vec![Change::OrganizationCreated { id: org("acme") }];
        Ok(Accepted { changes, answer: serde_json::Value::Null })
    };
    ledger.write(&acme, Actor::OPERATOR, WriteOptions::default(), create)?;
    let start = Instant::now();
    write(&ledger, &acme, entries, changes_each, at_once)?;
    let seconds = start.elapsed().as_secs_f64();
    let (changes, per_entry) = (entries * changes_each, seconds / entries as f64 * 1e6);
    println!(
        "{name}: {changes} changes in {seconds:.2} s, {:.0} changes/s, {per_entry:.0} µs an entry",
        changes as f64 / seconds
    );
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let temporary = tempfile::tempdir()?;
    let dir = std::env::args_os().nth(1).map_or_else(|| temporary.path().to_owned(), Into::into);
    measure("one after the other", &dir, 2_000, 1, 1)?;
    measure("1000 at once", &dir, 200_000, 1, 1_000)?;
    measure("entries of 100 changes", &dir, 5_000, 100, 16)?;
    measure("entries of 10000 changes", &dir, 50, 10_000, 2)
}
