//! Separation of duties: *SsdRoleSets*, *SsdRoleSetRoles*, *SsdRoleSetCardinality*, and who violates them. A catalog's
//! `excludes` is a set of two roles of which one may be held.

use super::{Path, with_members};
use ambit_catalog::file::SeparationScope;
use ambit_engine::holdings::{Holding, Holdings};
use ambit_engine::{NodeIx, ProductIx, SubjectIx, View};
use ambit_model::{RoleRef, SubjectRef, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Roles of which one may hold only so many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeparationSet {
    /// `product/set`; of a pair, the two roles.
    pub id: RoleRef,
    /// Name for people.
    pub title: String,
    /// Its members.
    pub roles: Vec<RoleRef>,
    /// The cardinality of the standard: to hold so many of them is a violation.
    pub cardinality: usize,
    /// Where roles count together: where one scope is at or above the other, or anywhere in the organization.
    pub scope: SeparationScope,
}

/// Somebody who holds too many roles of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Violation {
    /// Which set.
    pub set: RoleRef,
    /// Who.
    pub subject: SubjectRef,
    /// The roles that it holds together, and how it comes to each.
    pub holds: Vec<Path>,
}

/// *SsdRoleSets*: every set of every product, pairs included.
#[must_use]
pub fn separation_sets(view: &View) -> Vec<SeparationSet> {
    let mut sets = Vec::new();
    for (product, declared) in view.registry().enabled() {
        let named = |role: &String| RoleRef { product: declared.id.clone(), role: role.clone() };
        sets.extend(declared.catalog.separation.iter().map(|set| SeparationSet {
            id: named(&set.id),
            title: set.title.clone(),
            roles: set.roles.iter().map(named).collect(),
            cardinality: set.at_most + 1,
            scope: set.scope,
        }));
        sets.extend(pairs(view, product).into_iter().map(|(one, other)| SeparationSet {
            id: RoleRef { product: declared.id.clone(), role: format!("{one}+{other}") },
            title: format!("{one} and {other} are never held together"),
            roles: vec![named(&one), named(&other)],
            cardinality: 2,
            scope: SeparationScope::Comparable,
        }));
    }
    sets
}

/// Two roles, each pair once, whichever of them says so.
fn pairs(view: &View, product: ProductIx) -> BTreeSet<(String, String)> {
    let roles = view.roles().iter().filter(|(_, row)| row.product == product);
    roles
        .flat_map(|(_, row)| row.excludes.iter().map(move |other| (row.id.clone(), other.clone())))
        .map(|(one, other)| if one <= other { (one, other) } else { (other, one) })
        .collect()
}

/// Who violates a set, in the order of their numbers. The work is that of looking at everybody who holds one of its
/// roles.
#[must_use]
pub fn violations(view: &View, set: &SeparationSet, time: Timestamp) -> Vec<(SubjectIx, Violation)> {
    let Some(product) = view.registry().product_named(&set.id.product) else { return Vec::new() };
    let wanted: BTreeSet<&str> = set.roles.iter().map(|role| role.role.as_str()).collect();
    let mut subjects = BTreeSet::new();
    for (role, row) in view.roles().iter().filter(|(_, row)| row.product == product) {
        if row.covers.iter().any(|name| wanted.contains(name.as_str())) {
            let holders = view.assignments_of(role);
            subjects.extend(holders.flat_map(|(_, holder)| with_members(view, holder)));
        }
    }
    let found = subjects.into_iter();
    found.filter_map(|subject| Some((subject, violation(view, set, product, subject, time)?))).collect()
}

fn violation(
    view: &View,
    set: &SeparationSet,
    product: ProductIx,
    subject: SubjectIx,
    time: Timestamp,
) -> Option<Violation> {
    let holdings = Holdings::gather(view, subject, product, time);
    let of_set: Vec<(&Holding, &str)> = holdings
        .iter()
        .flat_map(|holding| {
            let covers = &view.roles().row(holding.role).covers;
            let counted = set.roles.iter().filter(|role| covers.contains(&role.role));
            counted.map(move |role| (holding, role.role.as_str()))
        })
        .collect();
    let places: BTreeSet<NodeIx> = of_set.iter().map(|(holding, _)| holding.scope).collect();
    let together = |place: NodeIx| {
        let mut ways: BTreeMap<&str, &Holding> = BTreeMap::new();
        for (holding, role) in &of_set {
            if set.scope == SeparationScope::Organization || view.covers(holding.scope, place) {
                ways.entry(role).or_insert(holding);
            }
        }
        ways
    };
    let most = places.into_iter().map(together).max_by_key(BTreeMap::len)?;
    (most.len() >= set.cardinality).then(|| Violation {
        set: set.id.clone(),
        subject: view.subject_ref(subject),
        holds: most
            .into_iter()
            .map(|(role, holding)| {
                let path = Path::to_role(view, subject, holding.holder, holding.role, holding.scope);
                path.to_grant(&super::holders::inclusion(view, holding.role, role))
            })
            .collect(),
    })
}
