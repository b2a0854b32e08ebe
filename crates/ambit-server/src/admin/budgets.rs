//! Amounts per period, and how much of the running one is gone.

use crate::admin::list::{Part, counted};
use crate::admin::seen::{Params, Seen, reference};
use crate::app::App;
use crate::error::Result;
use ambit_model::{Budget, SubjectRef};
use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Which budgets.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Filter {
    subject: Option<String>,
}

/// `GET /v1/orgs/{org}/budgets?subject=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<Filter>,
    Params(part): Params<Part>,
) -> Result<Response> {
    seen.answer(&app, move |seen| {
        let subject = reference::<SubjectRef>("subject", filter.subject.as_ref())?;
        let fits = |budget: &&Budget| subject.as_ref().is_none_or(|subject| *subject == budget.subject);
        let budgets = seen.view.budgets().filter(fits);
        part.of(seen.view.revision(), counted(budgets), |budget| Ok(budget.clone()))
    })
    .await
}
