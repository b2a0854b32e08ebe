//! What one wants to look at now and then: who administers what, and which advice is due.

use crate::admin::list::{List, Part};
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_governance::review::administrators::{AdministratorOverview, administrators as found};
use ambit_governance::review::advisories::{AdvisoryDue, advisories as due};
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Which advice.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OfCatalog {
    /// Only of the catalog of this product.
    product: Option<String>,
    /// Only this advisory.
    code: Option<String>,
}

/// `GET …/review/administrators`: who administers what, by which roles, and how much that reaches.
pub async fn administrators(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(part): Params<Part>,
) -> Result<Shown<List<AdministratorOverview>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let all = found(&sight, seen.time).into_iter().map(|(subject, one)| ([subject.0, 0, 0], one));
        part.of(sight.view().revision(), all, Ok)
    })
    .await
}

/// `GET …/review/advisories?product=…&code=…`: the advice of catalogs that is due, and about whom.
pub async fn advisories(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OfCatalog>,
    Params(part): Params<Part>,
) -> Result<Shown<List<AdvisoryDue>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let fits = |one: &AdvisoryDue| {
            of.product.as_ref().is_none_or(|product| *product == one.product)
                && of.code.as_ref().is_none_or(|code| *code == one.code)
        };
        let all = due(&sight, seen.time).into_iter().filter(|(_, one)| fits(one));
        part.of(sight.view().revision(), all, Ok)
    })
    .await
}
