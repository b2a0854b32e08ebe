//! The roles × permissions table of a product, in the fixed format of design section 9.

use crate::catalog::{Catalog, PermissionId, Terms, WhenDenied};
use crate::grants::{EffectiveGrant, Lookup, effective_grants};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The fixed header.
pub const HEADER: [&str; 7] = ["product", "area", "role", "permission", "outcome", "limit", "when_denied"];

/// What a cell says. Ordered from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CellOutcome {
    /// Not granted.
    Deny,
    /// Granted after approval.
    NeedsApproval,
    /// Granted while a condition is true.
    Conditional,
    /// Granted with a named restriction.
    Limited,
    /// Granted.
    Allow,
}

impl CellOutcome {
    /// The stable word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::NeedsApproval => "needs_approval",
            Self::Conditional => "conditional",
            Self::Limited => "limited",
            Self::Allow => "allow",
        }
    }

    /// What a grant under these terms comes to.
    #[must_use]
    pub fn of(terms: &Terms) -> Self {
        if terms.is_conditional() {
            Self::Conditional
        } else if terms.needs_approval {
            Self::NeedsApproval
        } else if terms.limit.is_some() {
            Self::Limited
        } else {
            Self::Allow
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Cell {
    /// Product id.
    pub product: String,
    /// The permission's area, or the role's where the permission has none.
    pub area: String,
    /// Role id.
    pub role: String,
    /// Permission id.
    pub permission: String,
    /// What the role gives.
    pub outcome: CellOutcome,
    /// Name of the restriction, if limited.
    pub limit: String,
    /// What a screen shows without the permission; empty where the documents are silent.
    pub when_denied: String,
}

impl Cell {
    /// The columns in the fixed order.
    #[must_use]
    pub fn columns(&self) -> [&str; 7] {
        [
            &self.product,
            &self.area,
            &self.role,
            &self.permission,
            self.outcome.as_str(),
            &self.limit,
            &self.when_denied,
        ]
    }
}

/// The table of system roles with their default grants.
#[must_use]
pub fn default_matrix(catalog: &Catalog) -> Vec<Cell> {
    let definitions: Vec<_> = catalog.roles.iter().map(|role| Arc::new(role.definition.clone())).collect();
    let lookup = |name: &str| catalog.role_ids.get(name).map(|id| Arc::clone(&definitions[id.index()]));
    matrix(catalog, &lookup)
}

/// The table of system roles whose grants come from `lookup` (with an organization's overlays, say).
#[must_use]
pub fn matrix(catalog: &Catalog, lookup: &Lookup<'_>) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(catalog.roles.len() * catalog.permissions.len());
    for role in &catalog.roles {
        let grants = effective_grants(catalog, &role.id, lookup);
        for index in 0..catalog.permissions.len() {
            let permission = PermissionId(u16::try_from(index).unwrap_or(u16::MAX));
            cells.push(cell(catalog, role, permission, &grants));
        }
    }
    cells
}

fn cell(catalog: &Catalog, role: &crate::catalog::Role, id: PermissionId, grants: &[EffectiveGrant]) -> Cell {
    let permission = catalog.permission_at(id);
    let best = grants
        .iter()
        .filter(|grant| grant.permission == id)
        .max_by_key(|grant| CellOutcome::of(&grant.terms));
    let outcome = best.map_or(CellOutcome::Deny, |grant| CellOutcome::of(&grant.terms));
    let limit = best.and_then(|grant| grant.terms.limit).map(|limit| catalog.limits[limit].id.clone());
    let area = permission.area.or(role.area).map(|area| catalog.areas[area].id.clone());
    Cell {
        product: catalog.product.clone(),
        area: area.unwrap_or_default(),
        role: role.id.clone(),
        permission: permission.id.clone(),
        outcome,
        limit: limit.unwrap_or_default(),
        when_denied: when_denied(catalog, permission.when_denied),
    }
}

/// The fixed word for what a screen shows.
#[must_use]
pub fn when_denied(catalog: &Catalog, shown: Option<WhenDenied>) -> String {
    match shown {
        None => String::new(),
        Some(WhenDenied::State(state)) => state.as_str().to_owned(),
        Some(WhenDenied::Replaced(by, _)) => format!("replaced:{}", catalog.permission_at(by).id),
    }
}

/// Comma-separated values with the fixed header (RFC 4180 quoting, line feeds).
#[must_use]
pub fn to_csv(cells: &[Cell]) -> String {
    let mut csv = HEADER.join(",");
    csv.push('\n');
    for cell in cells {
        let columns: Vec<String> = cell.columns().iter().map(|column| quoted(column)).collect();
        csv.push_str(&columns.join(","));
        csv.push('\n');
    }
    csv
}

fn quoted(column: &str) -> String {
    if column.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", column.replace('"', "\"\""))
    } else {
        column.to_owned()
    }
}
