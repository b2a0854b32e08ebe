//! Seat pools: how many distinct users may hold roles of each, and how many do.

use crate::admin::list::{List, Part, counted};
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_governance::review::seats::{SeatPool, seat_pool, seat_pools};
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Which pools.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct PoolFilter {
    /// Of this product.
    product: Option<String>,
}

/// `GET /v1/orgs/{org}/seat-pools?product=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<PoolFilter>,
    Params(part): Params<Part>,
) -> Result<Shown<List<SeatPool>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let fits = |product: &String| filter.product.as_ref().is_none_or(|wanted| wanted == product);
        let pools = seat_pools(view)
            .filter(|(product, _)| sight.product(*product) && fits(&view.registry().product(*product).id));
        part.of(view.revision(), counted(pools), |(product, pool)| Ok(seat_pool(view, product, pool)))
    })
    .await
}
