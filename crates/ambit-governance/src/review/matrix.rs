//! The table of roles × permissions of a product as a screen draws it: with the organization's own roles and overlays,
//! titles, terms in words, and what a screen shows without the permission.

use super::controls::AreaShown;
use super::terms::TermsShown;
use crate::sight::Sight;
use ambit_catalog::PermissionId;
use ambit_catalog::catalog::{Catalog, WhenDenied};
use ambit_catalog::matrix::CellOutcome;
use ambit_engine::roles::RoleRow;
use ambit_engine::{NodeIx, ProductIx, RoleIx};
use ambit_model::{Control, PresentationState, ResourceRef, RoleRef};
use schemars::JsonSchema;
use serde::Serialize;

/// The table.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MatrixTable {
    /// Whose roles and permissions.
    pub product: String,
    /// Its name for people.
    pub title: String,
    /// The revision that was read.
    pub revision: u64,
    /// Only roles that may be assigned there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<ResourceRef>,
    /// A row for each.
    pub roles: Vec<MatrixRole>,
    /// A column for each.
    pub permissions: Vec<MatrixPermission>,
    /// For each role a cell for each permission.
    pub cells: Vec<Vec<MatrixCell>>,
}

/// Where a role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatrixRoleType {
    /// It comes with the product.
    System,
    /// It comes with the product, and the organization has changed what it grants.
    Overlaid,
    /// The organization made it.
    Custom,
    /// It is held without an assignment.
    Baseline,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MatrixRole {
    /// `product/role`.
    pub role: RoleRef,
    /// Name for people.
    pub title: String,
    /// Where it comes from.
    #[serde(rename = "type")]
    pub kind: MatrixRoleType,
    /// Order among the product's roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u32>,
    /// What it belongs to.
    pub areas: Vec<AreaShown>,
    /// Roles without which it is inactive.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// The instances that a custom role is bound to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instances: Vec<ResourceRef>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MatrixPermission {
    /// `product/permission`.
    pub permission: String,
    /// Name for people.
    pub title: String,
    /// What it is about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaShown>,
    /// The types of resources that it is meant for.
    pub on: Vec<String>,
    /// The control of the screen that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<String>,
    /// What a screen shows without it; none where the documents are silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when_denied: Option<PresentationState>,
    /// The permission of the action in its place, for those who have that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// The name of that action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement_title: Option<String>,
    /// What a screen shows of further controls without it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Control>,
}

/// What a role gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MatrixCell {
    /// The best of its grants.
    pub state: CellOutcome,
    /// Its terms in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Its terms.
    #[serde(flatten)]
    pub terms: TermsShown,
    /// The included role from which it comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
    /// Whether custom roles of the product never have it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
}

/// The table of a product, of the roles that somebody sees; with a scope, of those that may be assigned there.
#[must_use]
pub fn matrix_table(sight: &Sight<'_>, product: ProductIx, scope: Option<NodeIx>) -> MatrixTable {
    let view = sight.view();
    let catalog = view.registry().catalog(product);
    let fits =
        |role: RoleIx| sight.role(role) && scope.is_none_or(|scope| view.assignable_at(role, scope).is_ok());
    let rows: Vec<(RoleIx, &RoleRow)> =
        view.roles().iter().filter(|(role, row)| row.product == product && fits(*role)).collect();
    let permissions = || (0u16..).map(PermissionId).take(catalog.permissions.len());
    MatrixTable {
        product: catalog.product.clone(),
        title: catalog.title.clone(),
        revision: view.revision(),
        scope: scope.map(|scope| view.node_ref(scope)),
        roles: rows.iter().map(|(role, row)| shown_role(sight, *role, row)).collect(),
        permissions: permissions().map(|id| shown_permission(catalog, id)).collect(),
        cells: rows.iter().map(|(_, row)| permissions().map(|id| cell(catalog, row, id)).collect()).collect(),
    }
}

fn shown_role(sight: &Sight<'_>, role: RoleIx, row: &RoleRow) -> MatrixRole {
    let view = sight.view();
    let name = view.role_ref(role);
    let catalog = view.registry().catalog(row.product);
    let kind = if row.custom {
        MatrixRoleType::Custom
    } else if row.baseline {
        MatrixRoleType::Baseline
    } else if view.overlays().any(|overlay| overlay.role == name) {
        MatrixRoleType::Overlaid
    } else {
        MatrixRoleType::System
    };
    MatrixRole {
        role: name,
        title: row.title.clone(),
        kind,
        level: row.level,
        areas: row.areas.iter().filter_map(|area| AreaShown::at(catalog, Some(*area))).collect(),
        requires: row.requires.clone(),
        instances: row.instances.clone(),
    }
}

fn shown_permission(catalog: &Catalog, id: PermissionId) -> MatrixPermission {
    let declared = catalog.permission_at(id);
    let (when_denied, by) = match declared.when_denied {
        None => (None, None),
        Some(WhenDenied::State(state)) => (Some(state), None),
        Some(WhenDenied::Replaced(by, otherwise)) => (Some(otherwise), Some(by)),
    };
    let also = declared.also.iter();
    MatrixPermission {
        permission: catalog.permission_full(id),
        title: declared.title.clone(),
        description: declared.description.clone(),
        area: AreaShown::at(catalog, declared.area),
        on: declared.on.clone(),
        control: declared.control.clone(),
        when_denied,
        replacement: by.map(|by| catalog.permission_full(by)),
        replacement_title: by.map(|by| catalog.permission_at(by).title.clone()),
        also: also.map(|(control, state)| Control { control: control.clone(), state: *state }).collect(),
    }
}

fn cell(catalog: &Catalog, row: &RoleRow, id: PermissionId) -> MatrixCell {
    let best = row.grants_of(id).iter().max_by_key(|grant| CellOutcome::of(&grant.terms));
    let terms = best.map(|grant| TermsShown::of(catalog, &grant.terms)).unwrap_or_default();
    MatrixCell {
        state: best.map_or(CellOutcome::Deny, |grant| CellOutcome::of(&grant.terms)),
        words: terms.words(),
        terms,
        through: best.and_then(|grant| grant.path.iter().skip(1).last().cloned()),
        refused: row.custom && catalog.custom_roles.forbidden.contains(&id),
    }
}
