//! The enabled products: what each declares, and the text of its catalog.

use crate::admin::list::{Part, counted};
use crate::admin::seen::{Params, Seen};
use crate::app::App;
use crate::error::{Error, Result};
use ambit_catalog::Catalog;
use ambit_catalog::matrix::when_denied;
use ambit_engine::View;
use ambit_engine::registry::Product;
use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// `GET /v1/orgs/{org}/products`
pub async fn list(State(app): State<Arc<App>>, seen: Seen, Params(part): Params<Part>) -> Result<Response> {
    seen.answer(&app, move |seen| {
        let products = seen.view.registry().enabled().map(|(_, product)| product);
        part.of(seen.view.revision(), counted(products), |product| Ok(summary(product)))
    })
    .await
}

/// `GET /v1/orgs/{org}/products/{product}`
pub async fn show(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, product)): Path<(String, String)>,
) -> Result<Response> {
    seen.answer(&app, move |seen| Ok(whole(enabled(&seen.view, &product)?))).await
}

/// `GET /v1/orgs/{org}/products/{product}/catalog`
pub async fn source(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, product)): Path<(String, String)>,
) -> Result<Response> {
    seen.written(&app, "application/yaml", move |seen| {
        Ok(enabled(&seen.view, &product)?.source.as_bytes().to_vec())
    })
    .await
}

/// A product by id.
///
/// # Errors
/// If it is not enabled.
pub fn enabled<'v>(view: &'v View, product: &str) -> Result<&'v Product> {
    let index = view.registry().product_named(product).ok_or(Error::NotFound)?;
    Ok(view.registry().product(index))
}

fn summary(product: &Product) -> Json {
    let catalog = &product.catalog;
    json!({
        "id": product.id,
        "title": catalog.title,
        "version": catalog.version,
        "description": catalog.description,
        "customizable": catalog.customizable,
        "custom_roles": catalog.custom_roles.allowed,
        "roles": catalog.roles.len(),
        "permissions": catalog.permissions.len(),
    })
}

fn whole(product: &Product) -> Json {
    let catalog = &product.catalog;
    let mut shown = summary(product);
    shown["areas"] = catalog.areas.iter().map(|area| json!({ "id": area.id, "title": area.title })).collect();
    shown["resource_types"] = catalog.types.iter().map(resource_type).collect();
    shown["permissions"] =
        catalog.permissions.iter().map(|permission| self::permission(catalog, permission)).collect();
    shown["seat_pools"] = catalog
        .seat_pools
        .iter()
        .map(|pool| json!({ "id": pool.id, "title": pool.title, "limit": pool.limit }))
        .collect();
    shown
}

fn resource_type(kind: &ambit_catalog::catalog::ResourceType) -> Json {
    json!({ "id": kind.name, "title": kind.title, "parents": kind.parents, "refines": kind.refines })
}

fn permission(catalog: &Catalog, permission: &ambit_catalog::catalog::Permission) -> Json {
    let area = permission.area.map(|area| catalog.areas[area].id.as_str());
    let implies: Vec<&str> =
        permission.implies.iter().map(|id| catalog.permission_at(*id).id.as_str()).collect();
    json!({
        "id": permission.id,
        "title": permission.title,
        "description": permission.description,
        "area": area,
        "on": permission.on,
        "implies": implies,
        "when_denied": when_denied(catalog, permission.when_denied),
        "control": permission.control,
        "approved_by": permission.approved_by.map(|by| catalog.permission_at(by).id.as_str()),
    })
}
