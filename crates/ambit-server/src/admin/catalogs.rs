//! The enabled products: what each declares, and the text of its catalog.

use crate::admin::list::{List, Part, counted};
use crate::admin::named;
use crate::admin::seen::{Params, Seen};
use crate::answer::{Shown, Text, Yaml};
use crate::app::App;
use crate::error::Result;
use ambit_catalog::Catalog;
use ambit_catalog::catalog::{Permission, ResourceType};
use ambit_catalog::matrix::when_denied;
use ambit_engine::registry::Product;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A product as it is listed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProductShown {
    /// Its id.
    id: String,
    /// Name for people.
    title: String,
    /// Version of the catalog.
    version: u32,
    /// One sentence.
    description: String,
    /// Whether system roles may be overlaid.
    customizable: bool,
    /// Whether there may be custom roles.
    custom_roles: bool,
    /// How many system roles it has.
    roles: usize,
    /// How many permissions it has.
    permissions: usize,
}

/// A product with all that it declares.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProductWhole {
    /// Its id.
    id: String,
    /// Name for people.
    title: String,
    /// Version of the catalog.
    version: u32,
    /// One sentence.
    description: String,
    /// Whether system roles may be overlaid.
    customizable: bool,
    /// Whether there may be custom roles.
    custom_roles: bool,
    /// Groups of roles and permissions.
    areas: Vec<Named>,
    /// Its own types of resources.
    resource_types: Vec<TypeShown>,
    /// What may be done.
    permissions: Vec<PermissionShown>,
    /// Limits on distinct users, as the catalog declares them.
    seat_pools: Vec<PoolDeclared>,
}

/// An id with a name for people.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Named {
    /// The id.
    id: String,
    /// Name for people.
    title: String,
}

/// A type of resource.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TypeShown {
    /// `product/type`.
    id: String,
    /// Name for people.
    title: String,
    /// What it may stand under.
    parents: Vec<String>,
    /// Whether assignments here replace those from above.
    refines: bool,
}

/// A permission.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PermissionShown {
    /// Its id within the product.
    id: String,
    /// Name for people.
    title: String,
    /// What it is about.
    description: String,
    /// Its area.
    area: Option<String>,
    /// The types that it is meant on.
    on: Vec<String>,
    /// What it covers.
    implies: Vec<String>,
    /// What a screen shows without it.
    when_denied: String,
    /// The control that is meant.
    control: Option<String>,
    /// Whose holders approve.
    approved_by: Option<String>,
}

/// A seat pool as it is declared.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PoolDeclared {
    /// Its id within the product.
    id: String,
    /// Name for people.
    title: String,
    /// Distinct users.
    limit: u32,
}

/// `GET /v1/orgs/{org}/products`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(part): Params<Part>,
) -> Result<Shown<List<ProductShown>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let enabled = sight.view().registry().enabled();
        let products = enabled.filter(|(index, _)| sight.product(*index)).map(|(_, product)| product);
        part.of(sight.view().revision(), counted(products), |product| Ok(summary(product)))
    })
    .await
}

/// `GET /v1/orgs/{org}/products/{product}`
pub async fn show(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, product)): Path<(String, String)>,
) -> Result<Shown<ProductWhole>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        Ok(whole(sight.view().registry().product(named::product(&sight, &product)?)))
    })
    .await
}

/// `GET /v1/orgs/{org}/products/{product}/catalog`
pub async fn source(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, product)): Path<(String, String)>,
) -> Result<Text<Yaml>> {
    seen.tells(&app, move |seen| {
        let sight = seen.sight();
        let product = named::product(&sight, &product)?;
        Ok(sight.view().registry().product(product).source.as_bytes().to_vec())
    })
    .await
}

fn summary(product: &Product) -> ProductShown {
    let catalog = &product.catalog;
    ProductShown {
        id: product.id.clone(),
        title: catalog.title.clone(),
        version: catalog.version,
        description: catalog.description.clone(),
        customizable: catalog.customizable,
        custom_roles: catalog.custom_roles.allowed,
        roles: catalog.roles.len(),
        permissions: catalog.permissions.len(),
    }
}

fn whole(product: &Product) -> ProductWhole {
    let catalog = &product.catalog;
    let areas = catalog.areas.iter().map(|area| Named { id: area.id.clone(), title: area.title.clone() });
    let pools = catalog.seat_pools.iter().map(|pool| PoolDeclared {
        id: pool.id.clone(),
        title: pool.title.clone(),
        limit: pool.limit,
    });
    ProductWhole {
        id: product.id.clone(),
        title: catalog.title.clone(),
        version: catalog.version,
        description: catalog.description.clone(),
        customizable: catalog.customizable,
        custom_roles: catalog.custom_roles.allowed,
        areas: areas.collect(),
        resource_types: catalog.types.iter().map(resource_type).collect(),
        permissions: catalog
            .permissions
            .iter()
            .map(|permission| self::permission(catalog, permission))
            .collect(),
        seat_pools: pools.collect(),
    }
}

fn resource_type(kind: &ResourceType) -> TypeShown {
    TypeShown {
        id: kind.name.clone(),
        title: kind.title.clone(),
        parents: kind.parents.clone(),
        refines: kind.refines,
    }
}

fn permission(catalog: &Catalog, permission: &Permission) -> PermissionShown {
    let named = |id| catalog.permission_at(id).id.clone();
    PermissionShown {
        id: permission.id.clone(),
        title: permission.title.clone(),
        description: permission.description.clone(),
        area: permission.area.map(|area| catalog.areas[area].id.clone()),
        on: permission.on.clone(),
        implies: permission.implies.iter().map(|id| named(*id)).collect(),
        when_denied: when_denied(catalog, permission.when_denied),
        control: permission.control.clone(),
        approved_by: permission.approved_by.map(named),
    }
}
