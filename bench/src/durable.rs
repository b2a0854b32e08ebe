//! Durable writes through the log: one after the other, and many at once; beside them what one fsync costs here.

use crate::loading::{NAME, all_assignments, declarations};
use crate::report::{Report, Row};
use crate::rounds::{Sample, seconds};
use crate::workload::Workload;
use ambit_engine::View;
use ambit_log::{
    Accepted, Ledger, LedgerOptions, Receipt, SqliteStorage, SystemClock, WriteError, WriteOptions,
};
use ambit_model::{Actor, Change, OrgId};
use anyhow::Result;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;

const SINGLE: usize = 500;
const AT_ONCE: usize = 1_000;

/// Measures writes to an organization that holds the workload's tree, roles and users. `quick` makes fewer of them.
///
/// # Errors
/// If the disk or the log fails.
pub fn measure(report: &mut Report, workload: &Workload, quick: bool) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let storage = Arc::new(SqliteStorage::open(&dir.path().join("data"))?);
    let ledger = Ledger::<View>::open(storage, Arc::new(SystemClock), LedgerOptions::default())?;
    let org = OrgId::new(NAME)?;
    for part in declarations(workload)?.chunks(5_000) {
        write(&ledger, &org, vec![part.to_vec()], 1)?;
    }
    let (few, many) = if quick { (SINGLE / 10, 2_000) } else { (SINGLE, 60_000) };
    let mut changes = all_assignments(workload).map(|assignment| vec![Change::AssignmentSet(assignment)]);
    let singles: Vec<Vec<Change>> = changes.by_ref().take(few).collect();
    let batch: Vec<Vec<Change>> = changes.take(many).collect();
    let many = batch.len();
    let sync = fsyncs(dir.path(), few)?;
    let (single_took, written) = seconds(|| write(&ledger, &org, singles, 1));
    written?;
    let (batch_took, written) = seconds(|| write(&ledger, &org, batch, AT_ONCE));
    written?;
    let single = single_took / few as f64;
    report.add(Row::new("durable write, one after the other (SQLite)", "one fsync").measured(format!(
        "{:.0} µs each; appending 4 KiB to a file with fsync {:.0} µs",
        single * 1e6,
        sync.median() * 1e6
    )));
    let rate = many as f64 / batch_took;
    report.add(
        Row::new(format!("durable writes, {AT_ONCE} at once"), "≥ 20 000 changes/s")
            .measured(format!("{rate:.0} changes/s"))
            .met(rate >= 20_000.0),
    );
    Ok(())
}

type Written = Result<Receipt, WriteError<String>>;

/// Writes entries, keeping so many of them on their way at any time.
fn write(ledger: &Ledger<View>, org: &OrgId, entries: Vec<Vec<Change>>, at_once: usize) -> Result<()> {
    let (sender, results) = channel::<Written>();
    for (number, changes) in entries.into_iter().enumerate() {
        if number >= at_once {
            results.recv()??;
        }
        let sender = sender.clone();
        let decide =
            move |_: &View, _| Ok(Accepted { changes: changes.clone(), answer: serde_json::Value::Null });
        let answer = move |result| drop(sender.send(result));
        ledger.submit(org, Actor::OPERATOR, WriteOptions::default(), decide, answer);
    }
    drop(sender);
    for result in results {
        result?;
    }
    Ok(())
}

/// Seconds that appending a page to a file and making it durable takes.
fn fsyncs(dir: &Path, count: usize) -> Result<Sample> {
    let mut file = std::fs::File::create(dir.join("floor"))?;
    let mut taken = Vec::with_capacity(count);
    for _ in 0..count {
        let (took, done) = seconds(|| file.write_all(&[7; 4096]).and_then(|()| file.sync_data()));
        done?;
        taken.push(took);
    }
    Ok(Sample::new(taken))
}
