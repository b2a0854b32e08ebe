//! Undoing an entry of the log: its inverse is decided as a new step of the caller, under today's rules.

use crate::admin::bodies::Undoing;
use crate::admin::write::Write;
use crate::answer::Written;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{ChangedSince, Error, Result};
use crate::minted::Minted;
use crate::path::Path;
use ambit_engine::View;
use ambit_governance::undo::{Inverse, Thing, inverse, thing};
use ambit_governance::{Proposal, Reach};
use ambit_log::Point;
use ambit_model::{Change, Entry, Timestamp};
use std::sync::Arc;

/// How many entries are read at once when looking for what changed since.
const READ_AT_ONCE: usize = 1_000;

/// An entry with the states around it.
struct Undone {
    before: Arc<View>,
    after: Arc<View>,
    changes: Vec<Change>,
}

/// `POST /v1/orgs/{org}/changes/{revision}/undo`
pub async fn undo(Path((_, revision)): Path<(String, u64)>, write: Write<Undoing>) -> Result<Written<()>> {
    let (Undoing { force }, writing) = write.taken();
    let (app, caller) = (Arc::clone(&writing.app), writing.caller.clone());
    let undone = {
        let (app, caller) = (Arc::clone(&app), caller.clone());
        app.clone().heavy(move || read(&app, &caller, revision)).await?
    };
    let plan = move |view: &View, _: Timestamp| {
        let Inverse { changes, conflicts } = inverse(&undone.before, &undone.after, view, &undone.changes)
            .map_err(|why| Error::Conflict { code: "not_undoable", detail: why.to_string() })?;
        if !force && !conflicts.is_empty() {
            let conflicts =
                conflicts.into_iter().map(|thing| ChangedSince { thing, revision: None }).collect();
            return Err(Error::ChangedSince(conflicts));
        }
        Ok(changes.into_iter().map(Proposal::from).collect())
    };
    match writing.propose(plan, Minted::default(), |_| None).await {
        Err(Error::ChangedSince(conflicts)) => {
            let things: Vec<Thing> = conflicts.into_iter().map(|conflict| conflict.thing).collect();
            let named = app.clone().heavy(move || name(&app, &caller, revision, things)).await?;
            Err(Error::ChangedSince(named))
        }
        other => other,
    }
}

fn read(app: &App, caller: &Caller, revision: u64) -> Result<Undone> {
    let head = caller.view.revision();
    if revision == 0 || revision > head {
        return Err(Error::NotFound);
    }
    let entries = app.ledger.entries(&caller.org, revision, 1)?;
    let entry = entries.into_iter().find(|recorded| recorded.entry.revision == revision);
    let entry = entry.ok_or(Error::NotFound)?.entry;
    let at = |revision: u64| match revision {
        0 => Ok(Arc::new(View::default())),
        _ => app.ledger.view_at(&caller.org, Point::Revision(revision)),
    };
    let (before, after) = (at(revision - 1)?, at(revision)?);
    if caller.require_reader().is_err() && !is_seen_whole(caller, &before, &after, &entry) {
        return Err(Error::NotFound);
    }
    Ok(Undone { before, after, changes: entry.changes })
}

/// Whether the caller sees all that an entry did: what it added after it, what it took away before. Who sees a part of it
/// sets nothing back, because an entry is set back whole and answers with all of it.
fn is_seen_whole(caller: &Caller, before: &View, after: &View, entry: &Entry) -> bool {
    let reach = Reach::of(&caller.view, &caller.subject, caller.now);
    let (then, now) = (reach.on(before).entry(entry), reach.on(after).entry(entry));
    let seen = |change: &&Change| then.iter().chain(&now).any(|one| std::ptr::eq(*one, *change));
    entry.changes.iter().all(|change| seen(&change))
}

/// Finds the last entry that changed each thing.
fn name(app: &App, caller: &Caller, revision: u64, things: Vec<Thing>) -> Result<Vec<ChangedSince>> {
    let mut found: Vec<ChangedSince> =
        things.into_iter().map(|thing| ChangedSince { thing, revision: None }).collect();
    let mut from = revision + 1;
    loop {
        let entries = app.ledger.entries(&caller.org, from, READ_AT_ONCE)?;
        for recorded in &entries {
            for changed in recorded.entry.changes.iter().filter_map(thing) {
                for conflict in found.iter_mut().filter(|conflict| conflict.thing == changed) {
                    conflict.revision = Some(recorded.entry.revision);
                }
            }
        }
        match entries.last() {
            Some(last) if entries.len() == READ_AT_ONCE => from = last.entry.revision + 1,
            _ => return Ok(found),
        }
    }
}
