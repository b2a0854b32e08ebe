//! Changes to the live view while another thread reads it, and starting from a snapshot.

use crate::checks::{Asked, ambit_allows};
use crate::loading::{NAME, assignment, resource_ref, role_ref};
use crate::random::Random;
use crate::report::{Report, Row};
use crate::rounds::{Sample, seconds};
use crate::workload::Workload;
use ambit_engine::View;
use ambit_model::{Actor, Change, Entry, SubjectRef, Timestamp};
use anyhow::Result;
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Instant;

const CHANGES: usize = 20_000;

/// Applies assignments and takes them away again, one entry each, publishing every state.
///
/// # Errors
/// If the engine refuses a change.
pub fn apply(report: &mut Report, workload: &Workload, view: &View, asked: &[Asked]) -> Result<()> {
    let live = ArcSwap::from_pointee(view.clone());
    let entries = entries(workload, view.revision());
    let done = AtomicBool::new(false);
    let quiet = reads(asked, &ArcSwap::from_pointee(view.clone()), &AtomicBool::new(true));
    let (applied, reads) = std::thread::scope(|scope| {
        let reader = scope.spawn(|| reads(asked, &live, &done));
        let applied = apply_all(&live, &entries);
        done.store(true, Relaxed);
        (applied, reader.join())
    });
    let (applied, reads) = (applied?, reads.unwrap_or_default());
    let size = workload.size.letter();
    report.add(
        Row::new(format!("one change to the live view, size {size}: median and p99"), "≤ 20 µs")
            .measured(format!("{:.1} µs, {:.1} µs", applied.median() * 1e6, applied.quantile(0.99) * 1e6))
            .met(applied.median() <= 20e-6),
    );
    report.add(
        Row::new(
            format!("reading meanwhile, size {size}: p99, against reading a view that nobody changes"),
            "readers never wait",
        )
        .measured(format!(
            "{:.0} ns : {:.0} ns",
            reads.quantile(0.99) * 1e9,
            quiet.quantile(0.99) * 1e9
        )),
    );
    Ok(())
}

fn apply_all(live: &ArcSwap<View>, entries: &[Entry]) -> Result<Sample> {
    let mut taken = Vec::with_capacity(entries.len());
    for entry in entries {
        let start = Instant::now();
        let mut next = View::clone(&live.load());
        next.apply(entry)?;
        live.store(Arc::new(next));
        taken.push(start.elapsed().as_secs_f64());
    }
    Ok(Sample::new(taken))
}

/// How long each check takes, until it is over, and at least so many.
fn reads(asked: &[Asked], live: &ArcSwap<View>, done: &AtomicBool) -> Sample {
    let mut taken = Vec::new();
    for asked in asked.iter().cycle() {
        let start = Instant::now();
        std::hint::black_box(ambit_allows(&live.load(), asked));
        taken.push(start.elapsed().as_secs_f64());
        if taken.len() >= CHANGES && done.load(Relaxed) {
            break;
        }
    }
    Sample::new(taken)
}

/// Entries that give a random user a random role somewhere, each followed later by one that takes it away.
fn entries(workload: &Workload, revision: u64) -> Vec<Entry> {
    let mut random = Random::new(11);
    let new = (0..CHANGES / 2).map(|_| {
        let subject = SubjectRef::user(random.pick(&workload.users).as_str());
        (subject, random.below(workload.roles.len()) as u32, random.below(workload.nodes.len()) as u32)
    });
    let new: Vec<_> = new.collect();
    let set = new.iter().map(|(subject, role, scope)| {
        Change::AssignmentSet(assignment(workload, subject.clone(), (*role, *scope)))
    });
    let removed = new.iter().map(|(subject, role, scope)| Change::AssignmentRemoved {
        subject: subject.clone(),
        role: role_ref(&workload.roles[*role as usize].id),
        scope: resource_ref(workload, *scope),
    });
    let entry = |(number, change)| Entry {
        revision: revision + number,
        epoch: 0,
        time: Timestamp::UNIX_EPOCH,
        actor: Actor::OPERATOR,
        request_id: Some(NAME.to_owned()),
        changes: vec![change],
    };
    (1..).zip(set.chain(removed)).map(entry).collect()
}

/// Writes a snapshot, starts from it, and compares the answers.
///
/// # Errors
/// If the snapshot is not read back.
pub fn snapshot(report: &mut Report, workload: &Workload, view: &View, asked: &[Asked]) -> Result<()> {
    let (wrote, bytes) = seconds(|| view.to_snapshot());
    let mut taken = Vec::new();
    for _ in 0..3 {
        let (took, restored) = seconds(|| View::from_snapshot(&bytes));
        let restored = restored?;
        taken.push(took);
        let wrong = asked.iter().filter(|asked| ambit_allows(&restored, asked) != asked.allowed).count();
        assert_eq!(wrong, 0, "a restored view answers differently");
    }
    let start = Sample::new(taken).median();
    let size = workload.size.letter();
    report.add(
        Row::new(format!("start from a snapshot, size {size}"), "≤ 2 s")
            .measured(format!(
                "{start:.2} s ({:.0} MiB, written in {wrote:.2} s)",
                bytes.len() as f64 / f64::from(1 << 20)
            ))
            .met(start <= 2.0),
    );
    Ok(())
}
