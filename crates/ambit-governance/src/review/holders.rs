//! Who holds a role: *AssignedUsers* (directly) and *AuthorizedUsers* (also through groups, and through roles that
//! include it). Users, groups and API keys all count as users of the standard.

use super::held::{Roll, Standing, State};
use super::{Path, Place, with_members};
use ambit_engine::view::Held;
use ambit_engine::{NodeIx, RoleIx, SubjectIx, View};
use ambit_model::{ResourceRef, SubjectRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Somebody to whom a role is assigned.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AssignedUser {
    /// Who.
    pub subject: SubjectRef,
    /// Where.
    pub scope: ResourceRef,
    /// In force from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts: Option<Timestamp>,
    /// In force until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// Whether it gives anything at the moment.
    #[serde(flatten)]
    pub standing: Standing,
}

/// Somebody who holds a role in one way or several.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AuthorizedUser {
    /// Who.
    pub subject: SubjectRef,
    /// Active if one of the ways is.
    pub state: State,
    /// How.
    pub ways: Vec<Way>,
}

/// One way to a role.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Way {
    /// Through which groups and roles, and where.
    pub path: Path,
    /// Whether it gives anything at the moment.
    #[serde(flatten)]
    pub standing: Standing,
}

/// *AssignedUsers(role, scope)*: to whom a role is assigned, exactly at a scope if one is named, in the order of the
/// places.
pub fn assigned_users(
    view: &View,
    role: RoleIx,
    scope: Option<NodeIx>,
    time: Timestamp,
) -> impl Iterator<Item = ((Place, SubjectIx, NodeIx), impl FnOnce() -> AssignedUser)> + '_ {
    let mut found: Vec<(SubjectIx, NodeIx)> =
        assignments(view, role, scope).map(|(scope, subject)| (subject, scope)).collect();
    found.sort_unstable();
    found.into_iter().map(move |(subject, scope)| {
        let show = move || assigned(view, subject, role, scope, time);
        (([subject.0, scope.0, 0], subject, scope), show)
    })
}

fn assignments(
    view: &View,
    role: RoleIx,
    scope: Option<NodeIx>,
) -> Box<dyn Iterator<Item = (NodeIx, SubjectIx)> + '_> {
    match scope {
        None => Box::new(view.assignments_of(role)),
        Some(scope) => {
            let here = view.holders_at(scope).filter(move |(held, _)| *held == role);
            Box::new(here.map(move |(_, subject)| (scope, subject)))
        }
    }
}

fn assigned(view: &View, subject: SubjectIx, role: RoleIx, scope: NodeIx, time: Timestamp) -> AssignedUser {
    let details = view.details(subject, Held::new(role, scope, true)).cloned().unwrap_or_default();
    let held = view.held(subject).iter().find(|held| held.role == role && held.scope == scope);
    let held = held.copied().unwrap_or(Held::new(role, scope, false));
    AssignedUser {
        subject: view.subject_ref(subject),
        scope: view.node_ref(scope),
        starts: details.starts,
        expires: details.expires,
        standing: Roll::of(view, subject, time).of_held(held),
    }
}

/// Who holds a role that covers another, and the assignments through which they do.
pub type Ways = BTreeMap<SubjectIx, Vec<(SubjectIx, RoleIx, NodeIx)>>;

/// The subjects that hold a role directly, through groups, or by a role that includes it; if a scope is named, where
/// that reaches the scope. The work is that of going through the assignments of these roles once.
#[must_use]
pub fn ways_to(view: &View, role: RoleIx, scope: Option<NodeIx>) -> Ways {
    let wanted = view.roles().row(role);
    let covering = view
        .roles()
        .iter()
        .filter(|(_, row)| row.product == wanted.product && row.covers.contains(&wanted.id));
    let mut ways = Ways::new();
    for (held, _) in covering {
        let reaching = |at: &NodeIx| scope.is_none_or(|scope| view.covers(*at, scope));
        for (at, holder) in view.assignments_of(held).filter(|(at, _)| reaching(at)) {
            for subject in with_members(view, holder) {
                ways.entry(subject).or_default().push((holder, held, at));
            }
        }
    }
    ways
}

/// *AuthorizedUsers(role)*: one of them, with every way and whether it is in force.
#[must_use]
pub fn authorized_user(
    view: &View,
    subject: SubjectIx,
    role: RoleIx,
    ways: &[(SubjectIx, RoleIx, NodeIx)],
    time: Timestamp,
) -> AuthorizedUser {
    let roll = Roll::of(view, subject, time);
    let wanted = &view.roles().row(role).id;
    let shown: Vec<Way> = ways
        .iter()
        .filter_map(|(holder, held, scope)| {
            let (_, standing) = roll.iter().find(|(holding, _)| {
                holding.holder == *holder && holding.role == *held && holding.scope == *scope
            })?;
            let included = inclusion(view, *held, wanted);
            Some(Way {
                path: Path::to_role(view, subject, *holder, *held, *scope).to_grant(&included),
                standing,
            })
        })
        .collect();
    let state = shown.iter().map(|way| way.standing.state).min_by_key(|state| match state {
        State::Active => 0,
        State::PerMember => 1,
        State::Dormant => 2,
    });
    AuthorizedUser { subject: view.subject_ref(subject), state: state.unwrap_or(State::Dormant), ways: shown }
}

/// The shortest chain of inclusions from one role to another of the product, both in it.
#[must_use]
pub fn inclusion(view: &View, from: RoleIx, to: &str) -> Vec<String> {
    let row = view.roles().row(from);
    let definitions = view.role_definitions(row.product);
    let mut reached: Vec<(String, Option<usize>)> = vec![(row.id.clone(), None)];
    let mut next = 0;
    while next < reached.len() && reached[next].0 != to {
        let included = definitions.get(&reached[next].0).map(|definition| definition.includes.clone());
        for name in included.unwrap_or_default() {
            if !reached.iter().any(|(known, _)| *known == name) {
                reached.push((name, Some(next)));
            }
        }
        next += 1;
    }
    let mut path = Vec::new();
    let mut at = (next < reached.len()).then_some(next);
    while let Some(index) = at {
        path.push(reached[index].0.clone());
        at = reached[index].1;
    }
    path.reverse();
    path
}
