//! What a role grants: *RolePermissions* (its own, inherited, and what the product's forbid list refuses) and
//! *RoleOperationsOnObject*.

use super::terms::TermsShown;
use ambit_catalog::catalog::{Definition, PermissionId};
use ambit_catalog::grants::{EffectiveGrant, effective_grants};
use ambit_engine::{NodeIx, RoleIx, View};
use ambit_model::{ResourceRef, RoleRef};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Where a role has a permission from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// It grants it itself.
    Own,
    /// A role that it includes grants it.
    Inherited,
    /// It would grant it, but custom roles of the product never do.
    Refused,
}

impl Origin {
    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Inherited => "inherited",
            Self::Refused => "refused",
        }
    }
}

/// A permission of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RolePermission {
    /// `product/permission`.
    pub permission: String,
    /// Name for people.
    pub title: String,
    /// Own, inherited or refused.
    pub origin: Origin,
    /// From the role to the one that declares the grant.
    pub path: Vec<RoleRef>,
    /// The bundle that implies it, if it is not named itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implied_by: Option<String>,
    /// Whether it always applies.
    pub unconditional: bool,
    /// Under which terms.
    #[serde(flatten)]
    pub terms: TermsShown,
}

/// *RolePermissions(role)*, in the order of the catalog; at the end what the forbid list refuses.
#[must_use]
pub fn role_permissions(view: &View, role: RoleIx) -> Vec<RolePermission> {
    let row = view.roles().row(role);
    let granted = row.grants.iter().map(|grant| shown(view, role, grant, None));
    let refused = refused(view, role);
    let refused = refused.iter().map(|grant| shown(view, role, grant, Some(Origin::Refused)));
    granted.chain(refused).collect()
}

fn shown(view: &View, role: RoleIx, grant: &EffectiveGrant, origin: Option<Origin>) -> RolePermission {
    let row = view.roles().row(role);
    let catalog = view.registry().catalog(row.product);
    let named = |name: &String| RoleRef { product: catalog.product.clone(), role: name.clone() };
    let whence = if grant.path.len() > 1 { Origin::Inherited } else { Origin::Own };
    RolePermission {
        permission: catalog.permission_full(grant.permission),
        title: catalog.permission_at(grant.permission).title.clone(),
        origin: origin.unwrap_or(whence),
        path: grant.path.iter().map(named).collect(),
        implied_by: grant.implied_by.map(|bundle| catalog.permission_full(bundle)),
        unconditional: grant.terms.is_plain(),
        terms: TermsShown::of(catalog, &grant.terms),
    }
}

/// What a custom role would grant beside, did its product not forbid that to custom roles.
fn refused(view: &View, role: RoleIx) -> Vec<EffectiveGrant> {
    let row = view.roles().row(role);
    let catalog = view.registry().catalog(row.product);
    let Some(custom) = view.custom_role(&view.role_ref(role)) else { return Vec::new() };
    let wanted: Vec<PermissionId> =
        custom.without.iter().filter_map(|name| catalog.permission(name)).collect();
    let definitions = view.role_definitions(row.product);
    let lookup = |name: &str| {
        let definition = definitions.get(name)?;
        let unbound = || Arc::new(Definition { without: wanted.clone(), ..Definition::clone(definition) });
        Some(if name == row.id { unbound() } else { Arc::clone(definition) })
    };
    let has: BTreeSet<PermissionId> = row.grants.iter().map(|grant| grant.permission).collect();
    let forbidden = |grant: &EffectiveGrant| {
        !has.contains(&grant.permission) && catalog.custom_roles.forbidden.contains(&grant.permission)
    };
    effective_grants(catalog, &row.id, &lookup).into_iter().filter(forbidden).collect()
}

/// What a role lets do on a resource, whoever holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RoleOperation {
    /// The permission, its origin and its terms.
    #[serde(flatten)]
    pub permission: RolePermission,
    /// Where the role has to be held for it: there or above.
    pub held_at: Option<ResourceRef>,
}

/// *RoleOperationsOnObject(role, object)*: the permissions of a role that are meant for resources of this type and can
/// reach this one.
#[must_use]
pub fn role_operations_on_object(view: &View, role: RoleIx, node: NodeIx) -> Vec<RoleOperation> {
    let row = view.roles().row(role);
    let catalog = view.registry().catalog(row.product);
    let kind = &view.registry().type_info(view.node_head(node).kind).name;
    let spans = catalog.spans_products;
    if view.product_of(node).is_some_and(|product| product != row.product) && !spans {
        return Vec::new();
    }
    let held_at = view.nearest_assignable(role, node).map(|scope| view.node_ref(scope));
    let reaches = |grant: &&EffectiveGrant| {
        let meant = catalog.permission_at(grant.permission).on.contains(kind);
        let within = grant.terms.within.as_ref();
        meant && within.is_none_or(|within| view.node(within).is_some_and(|within| view.covers(within, node)))
    };
    let grants = row.grants.iter().filter(reaches);
    grants
        .map(|grant| RoleOperation { permission: shown(view, role, grant, None), held_at: held_at.clone() })
        .collect()
}
