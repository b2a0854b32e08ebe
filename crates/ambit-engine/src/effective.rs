//! What roles give, written out: each permission with the place from which it applies, and how far it goes there with
//! its conditions left open. Previews, reviews and authority read this; checks do not.

use crate::holdings::{Holding, Holdings};
use crate::registry::PermissionIx;
use crate::roles::RoleIx;
use crate::view::{NodeIx, View};
use ambit_catalog::PermissionId;
use ambit_catalog::catalog::Terms;
use ambit_catalog::grants::EffectiveGrant;
use schemars::JsonSchema;
use serde::Serialize;

/// How far a permission goes at a place, before conditions are looked at. Later is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Nothing gives it.
    #[default]
    None,
    /// Somebody has to approve, always.
    NeedsApproval,
    /// It depends: on a condition, a relation, a budget.
    Conditional,
    /// Always, with a named restriction.
    Limited,
    /// Always.
    Full,
}

impl Extent {
    /// What terms leave of a permission.
    #[must_use]
    pub fn of(terms: &Terms) -> Self {
        let open = terms.when.is_some() || !terms.related.is_empty() || terms.within_budget;
        if terms.needs_approval {
            Self::NeedsApproval
        } else if open {
            Self::Conditional
        } else if terms.limit.is_some() {
            Self::Limited
        } else {
            Self::Full
        }
    }
}

/// A permission that a role gives, and where from.
#[derive(Debug, Clone, Copy)]
pub struct Region<'a> {
    /// What.
    pub permission: PermissionId,
    /// There, and everywhere below.
    pub at: NodeIx,
    /// Under which terms.
    pub grant: &'a EffectiveGrant,
}

impl View {
    /// Where a grant applies when its role is held at a scope: there, further up if it reaches further, or only within a
    /// part. Nowhere if that part lies elsewhere.
    #[must_use]
    pub fn applies_from(&self, scope: NodeIx, terms: &Terms) -> Option<NodeIx> {
        let above = terms.reach.as_ref().and_then(|kind| self.nearest_of_type(scope, kind));
        let from = above.unwrap_or(scope);
        match &terms.within {
            None => Some(from),
            Some(within) => {
                let within = self.node(within)?;
                if self.covers(from, within) {
                    Some(within)
                } else {
                    self.covers(within, from).then_some(from)
                }
            }
        }
    }

    /// All that a role gives when it is held at a scope.
    pub fn regions(&self, role: RoleIx, scope: NodeIx) -> impl Iterator<Item = Region<'_>> {
        let grants = &self.roles.row(role).grants;
        grants.iter().filter_map(move |grant| {
            let at = self.applies_from(scope, &grant.terms)?;
            Some(Region { permission: grant.permission, at, grant })
        })
    }
}

impl<'a> Holdings<'a> {
    /// The grants in force of one permission that apply at a place, with whose role they are. Conditions, relations and
    /// budgets are left open; further roles that a grant requires are not.
    #[must_use]
    pub fn grants_at(&self, permission: PermissionIx, node: NodeIx) -> Vec<(Holding, &'a EffectiveGrant)> {
        let view = self.view();
        let refinement = self.refinement_at(node);
        let mut found = Vec::new();
        for holding in self.iter().filter(|holding| holding.inactive.is_none()) {
            if refinement.replaces(view, holding) {
                continue;
            }
            for grant in view.roles.row(holding.role).grants_of(permission.id) {
                let applies = view
                    .applies_from(holding.scope, &grant.terms)
                    .is_some_and(|from| view.covers(from, node));
                let required = grant.terms.requires.iter().all(|role| self.in_force_over(role, node));
                if applies && required {
                    found.push((*holding, grant));
                }
            }
        }
        found
    }

    /// How far a permission goes at a place, and the holding that takes it furthest.
    #[must_use]
    pub fn extent(&self, permission: PermissionIx, node: NodeIx) -> (Extent, Option<Holding>) {
        let found = self.grants_at(permission, node);
        let best = found.into_iter().max_by_key(|(_, grant)| Extent::of(&grant.terms));
        best.map_or((Extent::None, None), |(holding, grant)| (Extent::of(&grant.terms), Some(holding)))
    }

    /// Every place from which some permission of the product applies by what is in force, and every place at which
    /// something replaces what comes from above: between these places nothing differs.
    #[must_use]
    pub fn places(&self) -> Vec<(PermissionId, NodeIx)> {
        let view = self.view();
        let in_force = || self.iter().filter(|holding| holding.inactive.is_none());
        let mut places: Vec<(PermissionId, NodeIx)> = in_force()
            .flat_map(|holding| view.regions(holding.role, holding.scope))
            .map(|region| (region.permission, region.at))
            .collect();
        let refined: Vec<NodeIx> = in_force()
            .filter(|holding| view.refines(holding.scope, self.product()))
            .map(|holding| holding.scope)
            .collect();
        let permissions: Vec<PermissionId> = places.iter().map(|(permission, _)| *permission).collect();
        for node in refined {
            places.extend(permissions.iter().map(|permission| (*permission, node)));
        }
        places.sort_unstable();
        places.dedup();
        places
    }
}
