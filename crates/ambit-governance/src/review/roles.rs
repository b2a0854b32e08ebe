//! What is wrong with roles: duplicates, roles that another one dominates, roles that nobody holds, roles that can never
//! be effective; and the least role that gives a permission at a resource.

use super::diff::role_implies;
use ambit_engine::{NodeIx, PermissionIx, RoleIx, SubjectIx, View};
use ambit_model::{ResourceRef, RoleRef, SubjectKind, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// A role that gives nothing that another one does not give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dominated {
    /// The role.
    pub role: RoleRef,
    /// The other one.
    pub by: RoleRef,
    /// Whether they are duplicates: each gives what the other gives.
    pub equal: bool,
    /// Whether the other one includes it, and so was meant to dominate it.
    pub included: bool,
}

/// Every pair of roles of one product of which one dominates the other; duplicates once.
#[must_use]
pub fn dominated_roles(view: &View) -> Vec<Dominated> {
    let mut found = Vec::new();
    for (one, narrow) in view.roles().iter().filter(|(_, row)| !row.baseline && !row.grants.is_empty()) {
        for (other, wide) in view.roles().iter() {
            let comparable = one != other && !wide.baseline && wide.product == narrow.product;
            if !comparable || !role_implies(view, wide, narrow) {
                continue;
            }
            let equal = role_implies(view, narrow, wide);
            if !equal || one < other {
                found.push(Dominated {
                    role: view.role_ref(one),
                    by: view.role_ref(other),
                    equal,
                    included: wide.covers.contains(&narrow.id) || narrow.covers.contains(&wide.id),
                });
            }
        }
    }
    found
}

/// The roles that nobody holds, by an assignment; baselines are held without one. One pass over all assignments.
#[must_use]
pub fn unused_roles(view: &View) -> Vec<RoleIx> {
    let kinds = [SubjectKind::User, SubjectKind::Group, SubjectKind::ApiKey];
    let subjects = kinds.into_iter().flat_map(|kind| view.subjects(kind));
    let used: BTreeSet<RoleIx> =
        subjects.flat_map(|subject| view.held(subject)).map(|held| held.role).collect();
    let roles = view.roles().iter().filter(|(role, row)| !row.baseline && !used.contains(role));
    roles.map(|(role, _)| role).collect()
}

/// A role by which nobody can ever do anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DeadRole {
    /// The role.
    pub role: RoleRef,
    /// `grants_nothing`, `requires_unavailable` or `never_assignable`.
    pub reason: &'static str,
    /// The same for people.
    pub message: String,
}

/// Roles that are never effective or never assignable, as the organization is.
#[must_use]
pub fn dead_roles(view: &View) -> Vec<DeadRole> {
    let mut dead: Vec<(RoleIx, DeadRole)> = Vec::new();
    for (role, row) in view.roles().iter().filter(|(_, row)| !row.baseline) {
        let named = |reason, message| DeadRole { role: view.role_ref(role), reason, message };
        let administers = view.administered_by(role).next().is_some();
        if row.grants.is_empty() && !administers {
            dead.push((
                role,
                named("grants_nothing", "it grants nothing and administers nothing".to_owned()),
            ));
        } else if !is_assignable_somewhere(view, role) {
            let message = "there is no resource at which it may be assigned".to_owned();
            dead.push((role, named("never_assignable", message)));
        }
    }
    // Who requires the dead is dead.
    loop {
        let found = view.roles().iter().filter(|(_, row)| !row.baseline).find_map(|(role, row)| {
            if dead.iter().any(|(known, _)| *known == role) {
                return None;
            }
            let missing = row.requires.iter().find(|name| !is_alive(view, row.product, name, &dead))?;
            let message = format!("it is inactive without `{missing}`, which nobody can hold");
            Some((role, DeadRole { role: view.role_ref(role), reason: "requires_unavailable", message }))
        });
        match found {
            Some(one) => dead.push(one),
            None => break,
        }
    }
    dead.sort_by_key(|(role, _)| *role);
    dead.into_iter().map(|(_, role)| role).collect()
}

/// Whether anything that can be held counts as holding a role.
fn is_alive(view: &View, product: ambit_engine::ProductIx, name: &str, dead: &[(RoleIx, DeadRole)]) -> bool {
    let unassignable =
        |role: RoleIx| dead.iter().any(|(known, why)| *known == role && why.reason != "grants_nothing");
    view.roles().iter().any(|(role, row)| {
        row.product == product && row.covers.iter().any(|covered| covered == name) && !unassignable(role)
    })
}

fn is_assignable_somewhere(view: &View, role: RoleIx) -> bool {
    let product = view.product_node(view.roles().product_of(role));
    let likely = product.into_iter().chain(view.root()).any(|node| view.assignable_at(role, node).is_ok());
    likely || view.nodes().any(|node| view.assignable_at(role, node).is_ok())
}

/// A role that gives a permission at a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GivingRole {
    /// The role.
    pub role: RoleRef,
    /// Its name for people.
    pub title: String,
    /// The nearest resource at which it may be assigned for it.
    pub scope: ResourceRef,
    /// Whether it gives the permission always.
    pub unconditional: bool,
    /// How many permissions it gives in all.
    pub grants: usize,
    /// Roles that have to be held beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// Whether the one who asks may assign it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_assign: Option<bool>,
}

/// The roles that give a permission at a resource, the least first: those that give it always before those under
/// conditions, then by how much else they give.
#[must_use]
pub fn least_roles(
    view: &View,
    permission: PermissionIx,
    node: NodeIx,
    asker: Option<SubjectIx>,
    time: Timestamp,
) -> Vec<GivingRole> {
    let mut found = Vec::new();
    for (role, row) in view.roles().iter() {
        if row.baseline || row.product != permission.product {
            continue;
        }
        let reaches = |within: &Option<ResourceRef>| {
            within
                .as_ref()
                .is_none_or(|within| view.node(within).is_some_and(|within| view.covers(within, node)))
        };
        let grants: Vec<_> =
            row.grants_of(permission.id).iter().filter(|grant| reaches(&grant.terms.within)).collect();
        let Some(scope) = view.nearest_assignable(role, node).filter(|_| !grants.is_empty()) else {
            continue;
        };
        found.push(GivingRole {
            role: view.role_ref(role),
            title: row.title.clone(),
            scope: view.node_ref(scope),
            unconditional: row.requires.is_empty() && grants.iter().any(|grant| grant.terms.is_plain()),
            grants: row.grants.len(),
            requires: row.requires.clone(),
            may_assign: asker.map(|asker| view.may_assign(asker, role, scope, time)),
        });
    }
    found.sort_by_key(|role| (!role.unconditional, role.grants));
    found
}
