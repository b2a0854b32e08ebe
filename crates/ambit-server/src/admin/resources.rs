//! The tree of resources: all of it, what is below a node, or one node with its ancestors and who holds what there.

use crate::admin::assignments::{AssignmentShown, at_scope};
use crate::admin::list::{List, Part};
use crate::admin::named;
use crate::admin::record::Record;
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::{Error, Result};
use ambit_engine::NodeIx;
use ambit_governance::{NodeSight, Sight};
use ambit_model::{Properties, Relation, ResourceRef, SubjectRef};
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// So many relations and assignments are shown with a resource; all of them are in their lists.
const SHOWN_WITH: usize = 1_000;
/// So far below a node one list goes.
const DEPTH_MAX: usize = 32;

/// Which resources.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ResourceFilter {
    /// Those below this one.
    parent: Option<String>,
    /// How far below it: 1 for its children, which is what is meant without it.
    depth: Option<usize>,
    /// Those of this type.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// A part of the id, or of the property `title` or `name`.
    q: Option<String>,
}

/// A resource as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResourceShown {
    /// Its name.
    id: ResourceRef,
    /// The node that it stands under.
    parent: Option<ResourceRef>,
    /// Facts about it.
    properties: Properties,
    /// The product that it belongs to.
    product: Option<String>,
    /// Whether anything that is seen stands under it.
    has_children: bool,
    /// How much of it is seen: only its name, as a part of the path; all of it; or also who holds roles there.
    seen: NodeSight,
}

/// `GET /v1/orgs/{org}/resources?parent=…&depth=…&type=…&q=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<ResourceFilter>,
    Params(part): Params<Part>,
) -> Result<Shown<List<ResourceShown>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let parent = named::node(&sight, "parent", filter.parent.as_ref(), NodeSight::Name)?;
        let kind = filter.kind.as_ref().map(|kind| view.registry().type_named(kind));
        let nodes: Box<dyn Iterator<Item = NodeIx>> = match parent {
            Some(parent) => Box::new(below(&sight, parent, filter.depth.unwrap_or(1)).into_iter()),
            None => Box::new(view.nodes()),
        };
        let fits = |node: &NodeIx| {
            kind.is_none_or(|kind| kind == Some(view.node_head(*node).kind))
                && sight.node(*node) > NodeSight::Hidden
                && is_called(&sight, *node, filter.q.as_deref())
        };
        let items = nodes.filter(fits).map(|node| ([node.0, 0, 0], node));
        part.of(view.revision(), items, |node| Ok(shown(&sight, node)))
    })
    .await
}

/// Nodes below one, so deep, in the order of their numbers.
fn below(sight: &Sight<'_>, parent: NodeIx, depth: usize) -> Vec<NodeIx> {
    let mut found: Vec<NodeIx> = Vec::new();
    let mut level = vec![parent];
    for _ in 0..depth.clamp(1, DEPTH_MAX) {
        level = level.into_iter().flat_map(|node| sight.view().children(node)).collect();
        level.retain(|node| sight.node(*node) > NodeSight::Hidden);
        found.extend(&level);
    }
    found.sort_unstable();
    found
}

fn is_called(sight: &Sight<'_>, node: NodeIx, wanted: Option<&str>) -> bool {
    if wanted.is_none() {
        return true;
    }
    let name = sight.view().node_ref(node);
    let properties = sight.view().properties(node).filter(|_| sight.node(node) > NodeSight::Name);
    let property =
        |key: &str| properties.and_then(|properties| properties.get(key)).and_then(|value| value.as_str());
    named::mentions(wanted, [Some(name.id.as_str()), property("title"), property("name")])
}

fn shown(sight: &Sight<'_>, node: NodeIx) -> ResourceShown {
    let view = sight.view();
    let resource = view.resource(node);
    let seen = sight.node(node);
    let product = view.product_of(node).map(|product| view.registry().product(product).id.clone());
    ResourceShown {
        id: resource.id,
        parent: resource.parent,
        properties: if seen > NodeSight::Name { resource.properties } else { Properties::new() },
        product,
        has_children: view.children(node).any(|child| sight.node(child) > NodeSight::Hidden),
        seen,
    }
}

/// A resource with what surrounds it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResourceWhole {
    /// The resource.
    #[serde(flatten)]
    resource: ResourceShown,
    /// What it stands under, nearest first.
    ancestors: Vec<ResourceRef>,
    /// The relations on it.
    relations: Vec<RelationOn>,
    /// Who holds roles there: assigned there, then those assigned above it, nearest first.
    assignments: Vec<AssignmentShown>,
}

/// A relation on a resource that is clear.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RelationOn {
    /// Which.
    relation: String,
    /// Whose.
    subject: SubjectRef,
}

/// `GET /v1/orgs/{org}/resources/{type:id}`
pub async fn show(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, resource)): Path<(String, String)>,
) -> Result<Shown<ResourceWhole>> {
    let resource: ResourceRef = resource.parse().map_err(|_| Error::NotFound)?;
    seen.of(&Record::Resource(resource.clone()))
        .shows(&app, move |seen| {
            let sight = seen.sight();
            let view = sight.view();
            let node = named::known_node(&sight, &resource, NodeSight::Name)?;
            let assigned = view.chain(node).flat_map(|at| at_scope(&sight, at, seen.time));
            Ok(ResourceWhole {
                resource: shown(&sight, node),
                ancestors: view.chain(node).skip(1).map(|above| view.node_ref(above)).collect(),
                relations: relations(&sight, node),
                assignments: assigned.take(SHOWN_WITH).collect(),
            })
        })
        .await
}

fn relations(sight: &Sight<'_>, node: NodeIx) -> Vec<RelationOn> {
    let view = sight.view();
    let resource = view.node_ref(node);
    let seen = view.relations_on(node).filter(|(relation, subject)| {
        let (resource, subject) = (resource.clone(), view.subject_ref(*subject));
        sight.relation(&Relation { resource, relation: (*relation).to_owned(), subject })
    });
    let shown = seen.map(|(relation, subject)| RelationOn {
        relation: relation.to_owned(),
        subject: view.subject_ref(subject),
    });
    shown.take(SHOWN_WITH).collect()
}
