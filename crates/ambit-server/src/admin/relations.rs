//! Facts between resources and subjects.

use crate::admin::list::Part;
use crate::admin::seen::{Params, Seen, reference};
use crate::app::App;
use crate::error::{Error, Result};
use ambit_engine::{NodeIx, SubjectIx};
use ambit_model::{Relation, ResourceRef, SubjectRef};
use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Which relations.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Filter {
    resource: Option<String>,
    subject: Option<String>,
    relation: Option<String>,
}

/// `GET /v1/orgs/{org}/relations?resource=…&subject=…&relation=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<Filter>,
    Params(part): Params<Part>,
) -> Result<Response> {
    seen.answer(&app, move |seen| {
        let view = &*seen.view;
        let resource = reference::<ResourceRef>("resource", filter.resource.as_ref())?;
        let resource = resource.map(|resource| view.node(&resource).ok_or(Error::NotFound)).transpose()?;
        let subject = reference::<SubjectRef>("subject", filter.subject.as_ref())?;
        let subject = subject.map(|subject| view.subject(&subject).ok_or(Error::NotFound)).transpose()?;
        let nodes: Box<dyn Iterator<Item = NodeIx>> = match resource {
            Some(node) => Box::new(std::iter::once(node)),
            None => Box::new(view.nodes()),
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
        part.of(view.revision(), nodes.flat_map(on).filter(fits), |(node, relation, of)| {
            Ok(Relation {
                resource: view.node_ref(node),
                relation: relation.to_owned(),
                subject: view.subject_ref(of),
            })
        })
    })
    .await
}
