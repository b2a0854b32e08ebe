//! The tree of resources: all of it, the children of a node, or one node with its ancestors.

use crate::admin::list::Part;
use crate::admin::seen::{Params, Seen, reference};
use crate::app::App;
use crate::error::{Error, Result};
use ambit_engine::{NodeIx, View};
use ambit_model::ResourceRef;
use axum::extract::{Path, State};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Which resources.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Filter {
    parent: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// `GET /v1/orgs/{org}/resources?parent=…&type=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<Filter>,
    Params(part): Params<Part>,
) -> Result<Response> {
    seen.answer(&app, move |seen| {
        let view = &*seen.view;
        let parent = reference::<ResourceRef>("parent", filter.parent.as_ref())?;
        let parent = parent.map(|parent| view.node(&parent).ok_or(Error::NotFound)).transpose()?;
        let nodes: Box<dyn Iterator<Item = NodeIx>> = match parent {
            Some(parent) => Box::new(view.children(parent)),
            None => Box::new(view.nodes()),
        };
        let kind = filter.kind.as_ref().map(|kind| view.registry().type_named(kind));
        let fits = |node: &NodeIx| kind.is_none_or(|kind| kind == Some(view.node_head(*node).kind));
        let items = nodes.filter(fits).map(|node| ([node.0, 0, 0], node));
        part.of(view.revision(), items, |node| shown(view, node))
    })
    .await
}

/// `GET /v1/orgs/{org}/resources/{type:id}`
pub async fn show(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, resource)): Path<(String, String)>,
) -> Result<Response> {
    seen.answer(&app, move |seen| {
        let view = &*seen.view;
        let resource: ResourceRef = resource.parse().map_err(|_| Error::NotFound)?;
        let node = view.node(&resource).ok_or(Error::NotFound)?;
        let mut shown = shown(view, node)?;
        shown["ancestors"] = view.chain(node).skip(1).map(|above| json!(view.node_ref(above))).collect();
        shown["relations"] = view
            .relations_on(node)
            .take(1_000)
            .map(|(relation, subject)| json!({ "relation": relation, "subject": view.subject_ref(subject) }))
            .collect();
        Ok(shown)
    })
    .await
}

fn shown(view: &View, node: NodeIx) -> Result<Json> {
    let mut shown =
        serde_json::to_value(view.resource(node)).map_err(|error| Error::Internal(error.to_string()))?;
    shown["has_children"] = json!(view.children(node).next().is_some());
    shown["product"] = json!(view.product_of(node).map(|product| &view.registry().product(product).id));
    Ok(shown)
}
