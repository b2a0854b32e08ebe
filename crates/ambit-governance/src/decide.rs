//! The decision about a write (design section 5): proposals become changes, or all the reasons why not.

use crate::guards::Leniency;
use crate::refusal::{Code, Refusal, Refusals, Warning};
use crate::{advice, authority, cascade, guards, keys, validate};
use ambit_catalog::position::Mark;
use ambit_engine::View;
use ambit_model::{Actor, ApiKey, Change, ResourceRef, Start, SubjectRef, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// A change that somebody wants, and where they wrote it.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What.
    pub change: Change,
    /// Where in the file, if it came from one.
    pub mark: Mark,
}

impl From<Change> for Proposal {
    fn from(change: Change) -> Self {
        Self { change, mark: Mark::default() }
    }
}

/// What is accepted.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The changes to append, made whole, in an order in which each can be applied; none if nothing would change.
    pub changes: Vec<Change>,
    /// The state after them.
    pub next: View,
    /// What is worth knowing.
    pub warnings: Vec<Warning>,
}

/// Decides about proposals as one batch: all or nothing. Their order does not matter.
///
/// # Errors
/// Every reason for a refusal that can be told at once.
pub fn decide(
    view: &View,
    proposals: Vec<Proposal>,
    actor: &Actor,
    now: Timestamp,
    leniency: Leniency,
) -> Result<Decided, Refusals> {
    let mut work =
        Work { next: view.clone(), accepted: Vec::new(), refusals: Vec::new(), warnings: Vec::new() };
    for proposal in in_order(proposals) {
        work.take(answered_for(view, proposal, actor), now);
    }
    if !work.refusals.is_empty() {
        return Err(Refusals(work.refusals));
    }
    let Work { mut next, accepted, mut warnings, .. } = work;
    let step = guards::Step::new(view, &next, &accepted, now);
    let mut refusals = guards::check(&step);
    refusals.extend(guards::vendor_only(&step, actor, leniency, &mut warnings));
    refusals.extend(authority::check(&step, actor));
    if !refusals.is_empty() {
        return Err(Refusals(refusals));
    }
    warnings.extend(advice::warnings(&step));
    let (following, said) = keys::consequences(&step, actor);
    warnings.extend(said);
    let mut changes: Vec<Change> = accepted.into_iter().map(|(change, _)| change).collect();
    if let Err(error) = next.apply_changes(&following) {
        return Err(Refusals(vec![Refusal::new(Code::Invalid, error.to_string())]));
    }
    changes.extend(following);
    Ok(Decided { changes, next, warnings })
}

/// Whoever makes a key answers for it.
fn answered_for(view: &View, proposal: Proposal, actor: &Actor) -> Proposal {
    let (Change::ApiKeySet(key), Actor::Subject { subject, .. }) = (&proposal.change, actor) else {
        return proposal;
    };
    if key.issued_by.is_some() || view.subject(&SubjectRef::api_key(&*key.id)).is_some() {
        return proposal;
    }
    let issued = ApiKey { issued_by: Some(subject.clone()), ..key.clone() };
    Proposal { change: Change::ApiKeySet(issued), mark: proposal.mark }
}

struct Work {
    next: View,
    accepted: Vec<(Change, Mark)>,
    refusals: Vec<Refusal>,
    warnings: Vec<Warning>,
}

impl Work {
    fn take(&mut self, proposal: Proposal, now: Timestamp) {
        let Proposal { change, mark } = proposal;
        let whole = match validate::whole(&self.next, change, now) {
            Ok(Some(change)) => change,
            Ok(None) => return,
            Err(refusal) => {
                self.refusals.push(refusal.at(mark));
                return;
            }
        };
        self.warnings.extend(advice::about_change(&self.next, &whole, now));
        let mut changes = cascade::before(&self.next, &whole);
        changes.push(whole);
        for change in changes {
            match self.next.apply_changes(std::slice::from_ref(&change)) {
                Ok(()) => self.accepted.push((change, mark)),
                Err(error) => {
                    let refusal = Refusal::new(Code::Invalid, error.to_string());
                    self.refusals.push(refusal.at(mark));
                    return;
                }
            }
        }
    }
}

/// Sorts proposals so that what is named comes before what names it: first by kind, resources and roles among
/// themselves by their references. What is taken away comes last, in the opposite order.
fn in_order(mut proposals: Vec<Proposal>) -> Vec<Proposal> {
    let resources = depths(&proposals, resource_needs);
    let roles = depths(&proposals, role_needs);
    let rank = |change: &Change| match change {
        Change::OrganizationCreated { .. } => (0, 0),
        Change::CatalogInstalled { .. } => (1, 0),
        Change::ResourceSet(resource) => (2, resources.get(&resource.id.to_string()).copied().unwrap_or(0)),
        Change::UserSet(_) | Change::GroupSet(_) | Change::ApiKeySet(_) => (3, 0),
        Change::RoleSet(role) => (4, roles.get(&role.id.to_string()).copied().unwrap_or(0)),
        Change::OverlaySet(_) => (5, 0),
        Change::MemberAdded { .. } => (6, 0),
        Change::AssignmentSet(_) => (7, 0),
        Change::RelationSet(_) | Change::BudgetSet(_) | Change::SeatLimitSet(_) | Change::ApprovalSet(_) => {
            (8, 0)
        }
        Change::AssignmentRemoved { .. } => (9, 0),
        Change::MemberRemoved { .. } | Change::RelationRemoved(_) | Change::BudgetRemoved { .. } => (10, 0),
        Change::OverlayRemoved { .. } | Change::RoleRemoved { .. } | Change::SeatLimitRemoved { .. } => {
            (11, 0)
        }
        Change::UserRemoved { .. } | Change::GroupRemoved { .. } | Change::ApiKeyRemoved { .. } => (12, 0),
        Change::ResourceRemoved { .. } => (13, 0),
        Change::CatalogRemoved { .. } => (14, 0),
        Change::Noted(_) => (15, 0),
    };
    proposals.sort_by_key(|proposal| rank(&proposal.change));
    proposals
}

fn resource_needs(change: &Change) -> Option<(String, Vec<String>)> {
    let Change::ResourceSet(resource) = change else { return None };
    Some((resource.id.to_string(), resource.parent.iter().map(ResourceRef::to_string).collect()))
}

fn role_needs(change: &Change) -> Option<(String, Vec<String>)> {
    let Change::RoleSet(role) = change else { return None };
    let mut needs = role.includes.clone();
    if let Start::Duplicate(original) = &role.start {
        needs.push(original.clone());
    }
    let full = needs.into_iter().map(|name| format!("{}/{name}", role.id.product)).collect();
    Some((role.id.to_string(), full))
}

/// How long the longest chain of needs is below each name; names in a cycle come last and are refused there.
fn depths(
    proposals: &[Proposal],
    needs: impl Fn(&Change) -> Option<(String, Vec<String>)>,
) -> BTreeMap<String, usize> {
    let needs: BTreeMap<String, Vec<String>> =
        proposals.iter().filter_map(|proposal| needs(&proposal.change)).collect();
    let mut waiting: BTreeSet<&String> = needs.keys().collect();
    let mut depths = BTreeMap::new();
    let mut depth = 0;
    while !waiting.is_empty() {
        let ready: Vec<&String> = waiting
            .iter()
            .copied()
            .filter(|name| needs[*name].iter().all(|need| need == *name || !waiting.contains(need)))
            .collect();
        if ready.is_empty() {
            depths.extend(waiting.iter().map(|name| ((*name).clone(), usize::MAX)));
            break;
        }
        for name in ready {
            waiting.remove(name);
            depths.insert(name.clone(), depth);
        }
        depth += 1;
    }
    depths
}
