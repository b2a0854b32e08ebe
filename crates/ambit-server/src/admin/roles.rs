//! Roles of all enabled products, system and custom; one role with everything that it grants.

use crate::admin::list::Part;
use crate::admin::seen::{Params, Seen, reference};
use crate::app::App;
use crate::error::{Error, Result};
use ambit_catalog::catalog::{Catalog, Terms};
use ambit_catalog::grants::EffectiveGrant;
use ambit_engine::roles::RoleRow;
use ambit_engine::{NodeIx, RoleIx, View};
use ambit_model::{ResourceRef, RoleRef};
use axum::extract::{Path, State};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// Which roles.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Filter {
    product: Option<String>,
    /// `system` or `custom`.
    #[serde(rename = "type")]
    kind: Option<Kind>,
    /// Those that can be held at this instance or below it.
    instance: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    System,
    Custom,
}

/// `GET /v1/orgs/{org}/roles?product=…&type=…&instance=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<Filter>,
    Params(part): Params<Part>,
) -> Result<Response> {
    seen.answer(&app, move |seen| {
        let view = &*seen.view;
        let instance = reference::<ResourceRef>("instance", filter.instance.as_ref())?;
        let instance = instance.map(|instance| view.node(&instance).ok_or(Error::NotFound)).transpose()?;
        let fits = |row: &RoleRow| {
            let product = &view.registry().product(row.product).id;
            row.exists
                && filter.product.as_ref().is_none_or(|wanted| wanted == product)
                && filter.kind.is_none_or(|kind| (kind == Kind::Custom) == row.custom)
                && instance.is_none_or(|instance| fits_instance(view, row, instance))
        };
        let roles = view.roles().iter().filter(|(_, row)| fits(row));
        part.of(view.revision(), roles.map(|(role, row)| ([role.0, 0, 0], (role, row))), |(role, row)| {
            Ok(shown(view, role, row))
        })
    })
    .await
}

/// `GET /v1/orgs/{org}/roles/{product}/{role}`
pub async fn show(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, product, role)): Path<(String, String, String)>,
) -> Result<Response> {
    seen.answer(&app, move |seen| {
        let view = &*seen.view;
        let name = RoleRef { product, role };
        let role = view.role(&name).ok_or(Error::NotFound)?;
        let row = view.roles().row(role);
        let catalog = view.registry().catalog(row.product);
        let mut shown = shown(view, role, row);
        shown["grants"] = row.grants.iter().map(|granted| grant(catalog, granted)).collect();
        shown["custom"] = json!(view.custom_role(&name));
        shown["overlay"] = json!(view.overlays().find(|overlay| overlay.role == name));
        shown["holders"] = json!(view.assignments_of(role).count());
        Ok(shown)
    })
    .await
}

/// A role of the instance's product that is bound to no instance, or to this one.
fn fits_instance(view: &View, row: &RoleRow, instance: NodeIx) -> bool {
    let same_product = view.product_of(instance) == Some(row.product);
    let spans = view.registry().catalog(row.product).spans_products;
    let bound = |named: &ResourceRef| view.node(named).is_some_and(|named| view.covers(named, instance));
    (same_product || spans) && (row.instances.is_empty() || row.instances.iter().any(bound))
}

fn shown(view: &View, role: RoleIx, row: &RoleRow) -> Json {
    let catalog = view.registry().catalog(row.product);
    let declared = catalog.role(&row.id);
    let name = view.role_ref(role);
    let areas: Vec<&str> = row.areas.iter().map(|area| catalog.areas[*area].id.as_str()).collect();
    let description = match (declared, view.custom_role(&name)) {
        (Some(declared), _) => Some(declared.description.clone()),
        (None, custom) => custom.and_then(|custom| custom.description.clone()),
    };
    let overlaid = view.overlays().any(|overlay| overlay.role == name);
    json!({
        "id": name,
        "product": name.product,
        "title": row.title,
        "description": description,
        "type": if row.custom { "custom" } else { "system" },
        "baseline": row.baseline,
        "areas": areas,
        "level": row.level,
        "assignable_at": row.assignable.at,
        "instances": row.instances,
        "requires": row.requires,
        "excludes": row.excludes,
        "needs_approver": row.needs_approver,
        "vendor_only": row.vendor_only,
        "public": row.public,
        "seat_pool": row.seat_pool.map(|pool| catalog.seat_pools[pool].id.as_str()),
        "overlaid": overlaid,
        "permissions": row.grants.len(),
    })
}

fn grant(catalog: &Catalog, grant: &EffectiveGrant) -> Json {
    let permission = catalog.permission_at(grant.permission);
    let mut shown = Map::new();
    shown.insert("permission".into(), json!(catalog.permission_full(grant.permission)));
    shown.insert("title".into(), json!(permission.title));
    shown.insert("from".into(), json!(grant.path.last()));
    if let Some(bundle) = grant.implied_by {
        shown.insert("implied_by".into(), json!(catalog.permission_full(bundle)));
    }
    add_terms(&mut shown, catalog, &grant.terms);
    Json::Object(shown)
}

fn add_terms(shown: &mut Map<String, Json>, catalog: &Catalog, terms: &Terms) {
    let mut add = |name: &str, value: Option<Json>| {
        if let Some(value) = value {
            shown.insert(name.into(), value);
        }
    };
    add("when", terms.when.as_ref().map(|condition| json!(condition.source())));
    add("related", (!terms.related.is_empty()).then(|| json!(terms.related)));
    add("requires", (!terms.requires.is_empty()).then(|| json!(terms.requires)));
    add("within", terms.within.as_ref().map(|within| json!(within)));
    add("reach", terms.reach.as_ref().map(|reach| json!(reach)));
    add("within_budget", terms.within_budget.then_some(Json::Bool(true)));
    add(
        "limit",
        terms
            .limit
            .map(|limit| json!({ "id": catalog.limits[limit].id, "text": catalog.limits[limit].text })),
    );
    add("needs_approval", terms.needs_approval.then_some(Json::Bool(true)));
    add("otherwise", terms.otherwise_approval.then(|| json!("needs_approval")));
}
