//! The organization itself: how large it is, as far as the caller sees it, and where its log stands.

use crate::admin::seen::Seen;
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_engine::{SubjectIx, View};
use ambit_governance::{NodeSight, Sight};
use ambit_model::{SubjectKind, Timestamp};
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// An organization as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrganizationShown {
    /// Its id.
    id: String,
    /// The revision that was read.
    revision: u64,
    /// When its last entry was accepted.
    time: Option<Timestamp>,
    /// Where the log stands.
    head: Option<HeadShown>,
    /// The enabled products that are seen.
    products: Vec<String>,
    /// How much there is of what is seen.
    counts: CountsShown,
    /// Whether the caller sees everything.
    everything: bool,
}

/// Where a log stands.
#[derive(Debug, Serialize, JsonSchema)]
pub struct HeadShown {
    /// The number of its last entry.
    revision: u64,
    /// That entry's digest.
    hash: String,
    /// Raised when a store is restored or promoted.
    epoch: u64,
    /// When it was accepted.
    time: Timestamp,
}

/// How much there is.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct CountsShown {
    /// Users.
    users: usize,
    /// Groups.
    groups: usize,
    /// API keys.
    api_keys: usize,
    /// Resources.
    resources: usize,
    /// Assignments.
    assignments: usize,
    /// Custom roles.
    custom_roles: usize,
    /// Relations.
    relations: usize,
}

/// `GET /v1/orgs/{org}`
pub async fn show(State(app): State<Arc<App>>, seen: Seen) -> Result<Shown<OrganizationShown>> {
    let head = app.ledger.head(&seen.caller.org);
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let products = view.registry().enabled().filter(|(index, _)| sight.product(*index));
        let head = head.map(|head| HeadShown {
            revision: head.revision,
            hash: head.hash.to_string(),
            epoch: head.epoch,
            time: head.time,
        });
        Ok(OrganizationShown {
            id: seen.caller.org.as_str().to_owned(),
            revision: view.revision(),
            time: view.time(),
            head,
            products: products.map(|(_, product)| product.id.clone()).collect(),
            counts: counts(&sight),
            everything: sight.everything(),
        })
    })
    .await
}

fn counts(sight: &Sight<'_>) -> CountsShown {
    let view = sight.view();
    if sight.everything() {
        let all = view.counts();
        return CountsShown {
            users: all.users,
            groups: all.groups,
            api_keys: all.api_keys,
            resources: all.resources,
            assignments: all.assignments,
            custom_roles: all.custom_roles,
            relations: all.relations,
        };
    }
    let of_kind = |kind| view.subjects(kind).filter(|subject| sight.subject(*subject)).count();
    let custom = view.roles().iter().filter(|(role, row)| row.custom && sight.role(*role));
    let mut counts = CountsShown {
        users: of_kind(SubjectKind::User),
        groups: of_kind(SubjectKind::Group),
        api_keys: of_kind(SubjectKind::ApiKey),
        custom_roles: custom.count(),
        assignments: own_elsewhere(view, sight),
        ..CountsShown::default()
    };
    for node in view.nodes() {
        let seen = sight.node(node);
        counts.resources += usize::from(seen > NodeSight::Hidden);
        if seen == NodeSight::People {
            counts.assignments += view.holders_at(node).count();
            counts.relations += view.relations_on(node).count();
        }
    }
    counts
}

/// One's own assignments at places where those of others are not seen.
fn own_elsewhere(view: &View, sight: &Sight<'_>) -> usize {
    let own = view.subject(sight.who()).map(|me: SubjectIx| view.held(me)).unwrap_or_default();
    own.iter().filter(|held| !sight.people_at(held.scope)).count()
}
