//! Roles of all enabled products, system and custom; one role with everything that it grants.

use crate::admin::list::{List, Part};
use crate::admin::named;
use crate::admin::record::Record;
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_catalog::Catalog;
use ambit_catalog::grants::EffectiveGrant;
use ambit_engine::roles::RoleRow;
use ambit_engine::{NodeIx, RoleIx};
use ambit_governance::review::terms::TermsShown;
use ambit_governance::{NodeSight, Sight};
use ambit_model::{CustomRole, Overlay, ResourceRef, RoleRef};
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which roles.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RoleFilter {
    /// A part of the id or the title.
    q: Option<String>,
    /// Of this product.
    product: Option<String>,
    /// `system` or `custom`.
    #[serde(rename = "type")]
    kind: Option<RoleKind>,
    /// Those that can be held at this instance or below it.
    instance: Option<String>,
}

/// Who made a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoleKind {
    /// It comes with the catalog.
    System,
    /// The organization made it.
    Custom,
}

/// A role as it is listed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RoleShown {
    /// `product/role`.
    id: RoleRef,
    /// Its product.
    product: String,
    /// Name for people.
    title: String,
    /// What it is for.
    description: Option<String>,
    /// System or custom.
    #[serde(rename = "type")]
    kind: RoleKind,
    /// Whether it is held without an assignment.
    baseline: bool,
    /// The areas that it belongs to.
    areas: Vec<String>,
    /// Order among the product's roles.
    level: Option<u32>,
    /// The types of resources at which it may be assigned; anywhere in the product without.
    assignable_at: Option<Vec<String>>,
    /// The instances that a custom role is bound to.
    instances: Vec<ResourceRef>,
    /// Roles without which it is inactive.
    requires: Vec<String>,
    /// Roles that are never held together with it.
    excludes: Vec<String>,
    /// Whether assignments name an approver.
    needs_approver: bool,
    /// Whether only its holders and the vendor give it.
    vendor_only: bool,
    /// Whether keys in browsers may hold it.
    public: bool,
    /// Its seat pool.
    seat_pool: Option<String>,
    /// Whether its grants differ from their default.
    overlaid: bool,
    /// How many permissions it grants.
    permissions: usize,
}

/// A role with everything that it grants.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RoleWhole {
    /// The role.
    #[serde(flatten)]
    role: RoleShown,
    /// What it grants.
    grants: Vec<GrantShown>,
    /// How the organization made it.
    custom: Option<CustomRole>,
    /// How the organization changed its grants.
    overlay: Option<Overlay>,
    /// How many assignments of it are seen.
    holders: usize,
}

/// A grant as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct GrantShown {
    /// `product/permission`.
    permission: String,
    /// Name for people.
    title: String,
    /// The role that declares it: this one, or one that it includes.
    from: Option<String>,
    /// The bundle that implies it.
    #[serde(skip_serializing_if = "Option::is_none")]
    implied_by: Option<String>,
    /// Under which terms.
    #[serde(flatten)]
    terms: TermsShown,
}

/// `GET /v1/orgs/{org}/roles?product=…&type=…&instance=…&q=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<RoleFilter>,
    Params(part): Params<Part>,
) -> Result<Shown<List<RoleShown>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let instance = named::node(&sight, "instance", filter.instance.as_ref(), NodeSight::Name)?;
        let fits = |(role, row): &(RoleIx, &RoleRow)| {
            let product = &view.registry().product(row.product).id;
            filter.product.as_ref().is_none_or(|wanted| wanted == product)
                && filter.kind.is_none_or(|kind| kind == kind_of(row))
                && instance.is_none_or(|instance| fits_instance(&sight, row, instance))
                && named::mentions(filter.q.as_deref(), [Some(row.id.as_str()), Some(row.title.as_str())])
                && sight.role(*role)
        };
        let items = view.roles().iter().filter(fits).map(|(role, row)| ([role.0, 0, 0], (role, row)));
        part.of(view.revision(), items, |(role, row)| Ok(shown(&sight, role, row)))
    })
    .await
}

/// `GET /v1/orgs/{org}/roles/{product}/{role}`
pub async fn show(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, product, role)): Path<(String, String, String)>,
) -> Result<Shown<RoleWhole>> {
    let name = RoleRef { product, role };
    seen.of(&Record::Role(name.clone()))
        .shows(&app, move |seen| {
            let sight = seen.sight();
            let view = sight.view();
            let role = named::known_role(&sight, &name)?;
            let row = view.roles().row(role);
            let catalog = view.registry().catalog(row.product);
            Ok(RoleWhole {
                role: shown(&sight, role, row),
                grants: row.grants.iter().map(|granted| grant(catalog, granted)).collect(),
                custom: view.custom_role(&name).cloned(),
                overlay: view.overlays().find(|overlay| overlay.role == name).cloned(),
                holders: view.assignments_of(role).filter(|(scope, _)| sight.people_at(*scope)).count(),
            })
        })
        .await
}

fn kind_of(row: &RoleRow) -> RoleKind {
    if row.custom { RoleKind::Custom } else { RoleKind::System }
}

/// A role of the instance's product that is bound to no instance, or to this one.
fn fits_instance(sight: &Sight<'_>, row: &RoleRow, instance: NodeIx) -> bool {
    let view = sight.view();
    let same_product = view.product_of(instance) == Some(row.product);
    let spans = view.registry().catalog(row.product).spans_products;
    let bound = |named: &ResourceRef| view.node(named).is_some_and(|named| view.covers(named, instance));
    (same_product || spans) && (row.instances.is_empty() || row.instances.iter().any(bound))
}

/// Of the instances that a role is bound to, those that are seen.
fn shown(sight: &Sight<'_>, role: RoleIx, row: &RoleRow) -> RoleShown {
    let view = sight.view();
    let catalog = view.registry().catalog(row.product);
    let name = view.role_ref(role);
    let description = match (catalog.role(&row.id), view.custom_role(&name)) {
        (Some(declared), _) => Some(declared.description.clone()),
        (None, custom) => custom.and_then(|custom| custom.description.clone()),
    };
    let is_seen =
        |instance: &&ResourceRef| view.node(instance).is_some_and(|node| sight.node(node) >= NodeSight::Name);
    RoleShown {
        product: name.product.clone(),
        title: row.title.clone(),
        description,
        kind: kind_of(row),
        baseline: row.baseline,
        areas: row.areas.iter().map(|area| catalog.areas[*area].id.clone()).collect(),
        level: row.level,
        assignable_at: row.assignable.at.clone(),
        instances: row.instances.iter().filter(is_seen).cloned().collect(),
        requires: row.requires.clone(),
        excludes: row.excludes.clone(),
        needs_approver: row.needs_approver,
        vendor_only: row.vendor_only,
        public: row.public,
        seat_pool: row.seat_pool.map(|pool| catalog.seat_pools[pool].id.clone()),
        overlaid: view.overlays().any(|overlay| overlay.role == name),
        permissions: row.grants.len(),
        id: name,
    }
}

fn grant(catalog: &Catalog, grant: &EffectiveGrant) -> GrantShown {
    GrantShown {
        permission: catalog.permission_full(grant.permission),
        title: catalog.permission_at(grant.permission).title.clone(),
        from: grant.path.last().cloned(),
        implied_by: grant.implied_by.map(|bundle| catalog.permission_full(bundle)),
        terms: TermsShown::of(catalog, &grant.terms),
    }
}
