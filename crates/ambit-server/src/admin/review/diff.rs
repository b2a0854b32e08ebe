//! Differences between two roles, two subjects, two revisions.

use super::{needed, role, subject};
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::{Error, Result};
use crate::reading::{AsOf, Demand, reading};
use ambit_engine::View;
use ambit_governance::effects::{Effects, effects};
use ambit_governance::review::diff::{
    Difference, RoleDiff, SubjectDiff, diff_roles, diff_states, diff_subjects,
};
use ambit_governance::{Reach, Sight};
use ambit_model::{Change, ResourceRef, SubjectRef};
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// So many differences are listed at most.
const LISTED_MAX: usize = 1_000;
/// So many when nobody says.
const LISTED: usize = 100;
/// So many entries of the log may lie between two revisions that are compared.
const BETWEEN_MAX: u64 = 50_000;
/// So many of them are read at a time.
const READ: usize = 1_000;

/// What to compare.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Two {
    /// One.
    first: Option<String>,
    /// The other.
    second: Option<String>,
    /// So much of each side is listed; counts are of all.
    limit: Option<usize>,
}

/// `GET …/review/diff/roles?first=…&second=…`: equal, implied, disjoint, or what differs.
pub async fn roles(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(two): Params<Two>,
) -> Result<Shown<RoleDiff>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let first = role(&sight, "first", two.first.as_ref())?;
        let second = role(&sight, "second", two.second.as_ref())?;
        Ok(diff_roles(sight.view(), first, second))
    })
    .await
}

/// `GET …/review/diff/subjects?first=…&second=…&limit=…`: what one may do that the other may not. For who sees
/// everything, since both have to be seen whole.
pub async fn subjects(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(two): Params<Two>,
) -> Result<Shown<SubjectDiff>> {
    seen.caller.require_reader()?;
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let first = subject(&sight, "first", two.first.as_ref())?;
        let second = subject(&sight, "second", two.second.as_ref())?;
        let most = two.limit.unwrap_or(LISTED).min(LISTED_MAX);
        diff_subjects(sight.view(), first, second, seen.time, most).ok_or(Error::NotFound)
    })
    .await
}

/// Which revisions to compare. The later one is `as_of`; the newest without.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Since {
    /// The earlier revision, or an instant.
    from: Option<String>,
    /// With who gained and lost which permissions where, for at most so many subjects.
    effects: Option<usize>,
    /// So many differences are listed; the count is of all.
    limit: Option<usize>,
}

/// What differs between two revisions.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RevisionDiff {
    /// The earlier one.
    from: u64,
    /// The later one.
    to: u64,
    /// How much differs of what the caller sees.
    count: usize,
    /// What differs.
    differences: Vec<Difference>,
    /// Who gained and lost what, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    effects: Option<Effects>,
}

/// `GET …/review/diff/revisions?from=…&as_of=…&effects=20`
pub async fn revisions(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(since): Params<Since>,
) -> Result<Shown<RevisionDiff>> {
    let from = AsOf::Text(needed("from", since.from.as_ref())?.clone());
    let before = reading(&app, &seen.caller, &Demand { as_of: Some(from), at_least: None }).await?.view;
    let ledger = Arc::clone(&app.ledger);
    seen.shows(&app, move |seen| {
        let after = &seen.view;
        let (from, to) = (before.revision(), after.revision());
        if from > to {
            let detail = format!("revision {from} is later than {to}");
            return Err(Error::bad_request("invalid_query", detail));
        }
        if to - from > BETWEEN_MAX {
            let detail = format!("at most {BETWEEN_MAX} entries may lie between the two revisions");
            return Err(Error::bad_request("invalid_query", detail));
        }
        let read = |from| ledger.entries(&seen.caller.org, from, READ);
        let changes = between(from, to, read)?;
        let reach = Reach::of(&seen.caller.view, &seen.caller.subject, seen.caller.now);
        let (then, now) = (reach.on(&before), reach.on(after));
        let visible = changes.iter().filter(|change| then.change(change) || now.change(change));
        let mut differences: Vec<Difference> =
            diff_states(&before, after, visible).into_iter().map(|(_, difference)| difference).collect();
        let count = differences.len();
        differences.truncate(since.limit.unwrap_or(LISTED).min(LISTED_MAX));
        let effects = since.effects.map(|most| gained(&before, after, &changes, seen, &now, most));
        Ok(RevisionDiff { from, to, count, differences, effects })
    })
    .await
}

fn between(
    from: u64,
    to: u64,
    read: impl Fn(u64) -> std::result::Result<Vec<ambit_log::Recorded>, ambit_log::ReadError>,
) -> Result<Vec<Change>> {
    let (mut changes, mut next) = (Vec::new(), from + 1);
    while next <= to {
        let entries = read(next)?;
        let Some(last) = entries.last() else { break };
        next = last.entry.revision + 1;
        let wanted = entries.into_iter().filter(|recorded| recorded.entry.revision <= to);
        changes.extend(wanted.flat_map(|recorded| recorded.entry.changes));
    }
    Ok(changes)
}

/// Who gained and lost what, of those whom the caller sees.
fn gained(
    before: &View,
    after: &View,
    changes: &[Change],
    seen: &Seen,
    sight: &Sight<'_>,
    most: usize,
) -> Effects {
    let mut found = effects(before, after, changes, seen.time, most.min(LISTED_MAX));
    if !sight.everything() {
        let is_seen = |name: &SubjectRef| after.subject(name).is_some_and(|subject| sight.subject(subject));
        found.subjects.retain(|one| is_seen(&one.subject));
        for one in &mut found.subjects {
            let places = |scope: &ResourceRef| after.node(scope).is_some_and(|node| sight.people_at(node));
            one.gains.retain(|effect| places(&effect.scope));
            one.losses.retain(|effect| places(&effect.scope));
            one.roles_gained.retain(|role| places(&role.scope));
            one.roles_lost.retain(|role| places(&role.scope));
        }
        found.counts.concerned = found.subjects.len();
        found.counts.subjects = found.subjects.len();
        found.counts.gains = found.subjects.iter().map(|one| one.gains.len()).sum();
        found.counts.losses = found.subjects.iter().map(|one| one.losses.len()).sum();
    }
    found
}
