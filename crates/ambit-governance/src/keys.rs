//! What follows from a step without being asked for: keys that nobody answers for any more are revoked, and people who got
//! a role from a requester do not decide on that request (`administration.md` C.3, C.4 g).
//!
//! A key never exceeds who answers for it. Of the two ways, looking at each check or revoking on demotion, this is the
//! second: checks stay cheap, and the log says when and why a key ended. Whoever takes over in time (`issued_by` set to
//! themselves, within their authority) keeps the key alive.

use crate::capability::{Capability, held};
use crate::guards::Step;
use crate::refusal::Warning;
use ambit_engine::{SubjectIx, View};
use ambit_model::{Actor, ApiKey, Approval, ApprovalState, Change, SubjectKind, SubjectRef};
use std::collections::{BTreeMap, BTreeSet};

/// The changes that follow, and what to say about them.
#[must_use]
pub fn consequences(step: &Step<'_>, actor: &Actor) -> (Vec<Change>, Vec<Warning>) {
    let (mut changes, mut warnings) = (Vec::new(), Vec::new());
    for key in unanswered(step) {
        let issuer = key.issued_by.as_ref().map(ToString::to_string).unwrap_or_default();
        let message = format!(
            "the API key `{}` is revoked: `{issuer}`, who answers for it, may no longer give what it holds",
            key.id
        );
        warnings.push(Warning { code: "key_revoked".into(), message });
        changes.push(Change::ApiKeySet(ApiKey { revoked: true, ..key.clone() }));
    }
    changes.extend(barred(step, actor).into_iter().map(Change::ApprovalSet));
    (changes, warnings)
}

fn unanswered<'a>(step: &'a Step<'_>) -> Vec<&'a ApiKey> {
    let view = step.after;
    let issued = view
        .subjects(SubjectKind::ApiKey)
        .filter_map(|subject| Some((subject, view.api_key(subject)?)))
        .filter(|(_, key)| !key.revoked && key.issued_by.is_some());
    let mut capabilities: BTreeMap<SubjectIx, Capability<'_>> = BTreeMap::new();
    let mut found = Vec::new();
    for (subject, key) in issued {
        let Some(issuer) = &key.issued_by else { continue };
        if !may_concern(step, issuer, subject) {
            continue;
        }
        let answered = view.subject(issuer).is_some_and(|issuer| {
            let can = capabilities.entry(issuer).or_insert_with(|| Capability::of(view, issuer, step.now));
            held(view, subject, step.now).into_iter().all(|pair| can.may_assign(pair))
        });
        if !answered {
            found.push(key);
        }
    }
    found
}

/// Looking at every key on every write would cost more than most writes: only those whose issuer, or whose roles, a step
/// may have touched.
fn may_concern(step: &Step<'_>, issuer: &SubjectRef, key: SubjectIx) -> bool {
    let structural = |change: &Change| {
        matches!(
            change,
            Change::RoleSet(_)
                | Change::RoleRemoved { .. }
                | Change::OverlaySet(_)
                | Change::OverlayRemoved { .. }
                | Change::CatalogInstalled { .. }
                | Change::CatalogRemoved { .. }
                | Change::ResourceSet(_)
                | Change::GroupSet(_)
        )
    };
    let touched = |subject: SubjectIx| step.affected.iter().any(|(affected, _)| *affected == subject);
    let gone = step.after.subject(issuer).is_none_or(touched);
    gone || touched(key) || step.changes.iter().any(|(change, _)| structural(change))
}

/// Pending requests of the actor, with those to whom it gives a role by this step.
fn barred(step: &Step<'_>, actor: &Actor) -> Vec<Approval> {
    let Actor::Subject { subject, .. } = actor else { return Vec::new() };
    let pending =
        |approval: &&Approval| approval.state == ApprovalState::Pending && approval.subject == *subject;
    let requests: Vec<&Approval> = step.after.approvals().filter(pending).collect();
    if requests.is_empty() {
        return Vec::new();
    }
    let given = given_by(step);
    let more = |approval: &Approval| {
        let mut barred: BTreeSet<SubjectRef> = approval.barred.iter().cloned().collect();
        barred.extend(given.iter().cloned());
        barred.remove(subject);
        (barred.len() > approval.barred.len())
            .then(|| Approval { barred: barred.into_iter().collect(), ..approval.clone() })
    };
    requests.into_iter().filter_map(more).collect()
}

fn given_by(step: &Step<'_>) -> BTreeSet<SubjectRef> {
    let gaining = step.affected.iter().filter(|(subject, _)| !step.gained(*subject).is_empty());
    let mut given: BTreeSet<SubjectRef> =
        gaining.map(|(subject, _)| step.after.subject_ref(*subject)).collect();
    let named = step.changes.iter().filter_map(|(change, _)| match change {
        Change::AssignmentSet(set) => set.approver.clone(),
        _ => None,
    });
    let new = named.filter(|approver| !approves_before(step.before, approver));
    given.extend(new);
    given
}

fn approves_before(view: &View, approver: &SubjectRef) -> bool {
    view.approves_for(approver).is_some()
}
