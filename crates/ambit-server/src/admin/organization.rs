//! The organization itself: how large it is, where its log stands.

use crate::admin::seen::Seen;
use crate::app::App;
use crate::error::Result;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// `GET /v1/orgs/{org}`
pub async fn show(State(app): State<Arc<App>>, seen: Seen) -> Result<Response> {
    let head = app.ledger.head(&seen.caller.org);
    seen.answer(&app, move |seen| {
        let view = &seen.view;
        let products: Vec<&str> = view.registry().enabled().map(|(_, product)| product.id.as_str()).collect();
        let head = head.map(|head| {
            json!({
                "revision": head.revision,
                "hash": head.hash.to_string(),
                "epoch": head.epoch,
                "time": head.time.to_string(),
            })
        });
        Ok(json!({
            "id": seen.caller.org.as_str(),
            "revision": view.revision(),
            "time": view.time().map(|time| time.to_string()),
            "head": head.unwrap_or(Json::Null),
            "products": products,
            "counts": view.counts(),
        }))
    })
    .await
}
