//! Facts between resources and subjects.

use crate::admin::list::{List, Part};
use crate::admin::named;
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_engine::{NodeIx, SubjectIx};
use ambit_governance::NodeSight;
use ambit_model::Relation;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Which relations.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RelationFilter {
    /// On this resource.
    resource: Option<String>,
    /// Of this subject.
    subject: Option<String>,
    /// Of this name.
    relation: Option<String>,
}

/// `GET /v1/orgs/{org}/relations?resource=…&subject=…&relation=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<RelationFilter>,
    Params(part): Params<Part>,
) -> Result<Shown<List<Relation>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let resource = named::node(&sight, "resource", filter.resource.as_ref(), NodeSight::Name)?;
        let subject = named::subject(&sight, "subject", filter.subject.as_ref())?;
        let nodes: Box<dyn Iterator<Item = NodeIx>> = match (resource, subject) {
            (Some(node), _) => Box::new(std::iter::once(node)),
            (None, Some(subject)) => {
                let mut nodes: Vec<NodeIx> = view.related_nodes(subject).map(|(_, node)| node).collect();
                nodes.sort_unstable();
                nodes.dedup();
                Box::new(nodes.into_iter())
            }
            (None, None) => Box::new(view.nodes()),
        };
        let on = |node: NodeIx| {
            view.relations_on(node)
                .zip(0u32..)
                .map(move |((relation, of), nth)| ([node.0, nth, 0], (node, relation, of)))
        };
        let fits = |(_, (_, relation, of)): &(_, (NodeIx, &str, SubjectIx))| {
            subject.is_none_or(|subject| subject == *of)
                && filter.relation.as_ref().is_none_or(|wanted| wanted == relation)
        };
        let seen = nodes.filter(|node| sight.people_at(*node));
        part.of(view.revision(), seen.flat_map(on).filter(fits), |(node, relation, of)| {
            Ok(Relation {
                resource: view.node_ref(node),
                relation: relation.to_owned(),
                subject: view.subject_ref(of),
            })
        })
    })
    .await
}
