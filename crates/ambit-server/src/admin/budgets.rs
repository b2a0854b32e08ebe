//! Amounts per period, and how much of the running one is gone.

use crate::admin::list::{List, Part, counted};
use crate::admin::named;
use crate::admin::seen::{Params, Seen, reference};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_governance::NodeSight;
use ambit_model::{Budget, SubjectRef};
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Which budgets.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct BudgetFilter {
    /// Of this user or group.
    subject: Option<String>,
    /// At this resource or below it.
    scope: Option<String>,
}

/// `GET /v1/orgs/{org}/budgets?subject=…&scope=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<BudgetFilter>,
    Params(part): Params<Part>,
) -> Result<Shown<List<Budget>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let subject = reference::<SubjectRef>("subject", filter.subject.as_ref())?;
        let scope = named::node(&sight, "scope", filter.scope.as_ref(), NodeSight::Name)?;
        let at = |budget: &Budget| {
            scope.is_none_or(|scope| view.node(&budget.scope).is_some_and(|node| view.covers(scope, node)))
        };
        let fits = |budget: &&Budget| {
            subject.as_ref().is_none_or(|subject| *subject == budget.subject)
                && at(budget)
                && sight.budget(budget)
        };
        part.of(view.revision(), counted(view.budgets().filter(fits)), |budget| Ok(budget.clone()))
    })
    .await
}
