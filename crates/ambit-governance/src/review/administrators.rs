//! *Administrators*: everybody who may administer something now: by which roles, where, how, and how much that reaches.

use super::with_members;
use crate::sight::{Sight, administered_from};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::{Authority, NodeIx, RoleIx, SubjectIx, View};
use ambit_model::{ResourceRef, RoleRef, SubjectKind, SubjectRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Somebody who administers something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AdministratorOverview {
    /// Who.
    pub subject: SubjectRef,
    /// Name for people.
    pub title: String,
    /// By which roles in force.
    pub roles: Vec<AdministeringRole>,
    /// Everything that these let do.
    pub verbs: Vec<AdministerVerb>,
    /// The topmost resources that are reached.
    pub scopes: Vec<ResourceRef>,
    /// How many resources are reached.
    pub resources: usize,
    /// How many users, groups and API keys hold something there.
    pub subjects: usize,
}

/// A role by which somebody administers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AdministeringRole {
    /// Which role.
    pub role: RoleRef,
    /// Name for people.
    pub title: String,
    /// Its place in the order of its product's roles; the higher, the more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// Where it is held.
    pub scope: ResourceRef,
    /// The group that holds it, if it is not the subject itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<SubjectRef>,
    /// What it lets do.
    pub verbs: Vec<AdministerVerb>,
}

/// Everybody who administers something where that is seen, in the order of their numbers.
#[must_use]
pub fn administrators(sight: &Sight<'_>, now: Timestamp) -> Vec<(SubjectIx, AdministratorOverview)> {
    let view = sight.view();
    let found = candidates(view).into_iter().filter(|subject| sight.subject(*subject));
    let overviews: Vec<(SubjectIx, Found)> =
        found.filter_map(|subject| Some((subject, Found::of(sight, subject, now)?))).collect();
    let tops: BTreeSet<&BTreeSet<NodeIx>> = overviews.iter().map(|(_, found)| &found.tops).collect();
    let reach = reach(view, &tops);
    let shown = overviews.iter().map(|(subject, found)| {
        let (resources, subjects) = reach.get(&found.tops).copied().unwrap_or_default();
        let overview = AdministratorOverview {
            subject: view.subject_ref(*subject),
            title: view.subject_title(*subject),
            roles: found.roles.clone(),
            verbs: found.verbs.clone(),
            scopes: found.tops.iter().map(|top| view.node_ref(*top)).collect(),
            resources,
            subjects,
        };
        (*subject, overview)
    });
    shown.collect()
}

/// All that hold a role that administers something, themselves or through groups.
fn candidates(view: &View) -> BTreeSet<SubjectIx> {
    let roles: BTreeSet<RoleIx> = view
        .roles()
        .iter()
        .map(|(role, _)| role)
        .filter(|role| view.administered_by(*role).next().is_some())
        .collect();
    let holders =
        everybody(view).filter(|subject| view.held(*subject).iter().any(|held| roles.contains(&held.role)));
    let people = holders.flat_map(|holder| with_members(view, holder));
    people.filter(|subject| view.subject_ref(*subject).kind != SubjectKind::Group).collect()
}

fn everybody(view: &View) -> impl Iterator<Item = SubjectIx> + '_ {
    let kinds = [SubjectKind::User, SubjectKind::Group, SubjectKind::ApiKey];
    kinds.into_iter().flat_map(|kind| view.subjects(kind))
}

struct Found {
    roles: Vec<AdministeringRole>,
    verbs: Vec<AdministerVerb>,
    tops: BTreeSet<NodeIx>,
}

impl Found {
    fn of(sight: &Sight<'_>, subject: SubjectIx, now: Timestamp) -> Option<Self> {
        let view = sight.view();
        let mut found = Self { roles: Vec::new(), verbs: Vec::new(), tops: BTreeSet::new() };
        let authorities = view.authorities(subject, now);
        let seen = |one: &&Authority<'_>| sight.is_me(subject) || sight.people_at(one.scope);
        for authority in authorities.iter().filter(seen) {
            let top = administered_from(view, authority.product, authority.scope, authority.administers);
            found.tops.extend(top);
            found.add(view, subject, authority);
        }
        let tops = found.tops.clone();
        let below = |node: &NodeIx| view.chain(*node).skip(1).any(|above| tops.contains(&above));
        found.tops.retain(|node| !below(node));
        (!found.roles.is_empty()).then_some(found)
    }

    fn add(&mut self, view: &View, subject: SubjectIx, authority: &Authority<'_>) {
        let holding = &authority.holding;
        let (role, scope) = (view.role_ref(holding.role), view.node_ref(holding.scope));
        let group = (holding.holder != subject).then(|| view.subject_ref(holding.holder));
        let row = view.roles().row(holding.role);
        let same =
            |known: &AdministeringRole| known.role == role && known.scope == scope && known.group == group;
        let known = match self.roles.iter().position(same) {
            Some(position) => position,
            None => {
                let (title, level) = (row.title.clone(), row.level);
                self.roles.push(AdministeringRole { role, title, level, scope, group, verbs: Vec::new() });
                self.roles.len() - 1
            }
        };
        for verb in &authority.administers.verbs {
            for list in [&mut self.roles[known].verbs, &mut self.verbs] {
                if !list.contains(verb) {
                    list.push(*verb);
                }
            }
        }
    }
}

/// How many resources stand at or below each of these sets, and how many subjects hold something there.
fn reach<'t>(
    view: &View,
    tops: &BTreeSet<&'t BTreeSet<NodeIx>>,
) -> BTreeMap<&'t BTreeSet<NodeIx>, (usize, usize)> {
    let mut counted: BTreeMap<&BTreeSet<NodeIx>, (usize, usize)> =
        tops.iter().map(|tops| (*tops, (0, 0))).collect();
    for node in view.nodes() {
        let above: Vec<NodeIx> = view.chain(node).collect();
        for (tops, (resources, _)) in &mut counted {
            *resources += usize::from(above.iter().any(|node| tops.contains(node)));
        }
    }
    for subject in everybody(view) {
        let holders = std::iter::once(subject).chain(view.all_groups(subject));
        let scopes = holders.flat_map(|holder| view.held(holder)).map(|held| held.scope);
        let above: BTreeSet<NodeIx> = scopes.flat_map(|scope| view.chain(scope)).collect();
        for (tops, (_, subjects)) in &mut counted {
            *subjects += usize::from(!tops.is_disjoint(&above));
        }
    }
    counted
}
