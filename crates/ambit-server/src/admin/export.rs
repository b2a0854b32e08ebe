//! The whole organization as a file, in the format that `apply` reads.

use crate::admin::matrix::accepts;
use crate::admin::seen::{Params, Seen};
use crate::app::App;
use crate::error::{Error, Result};
use ambit_catalog::organization::to_yaml;
use ambit_governance::export::organization;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// In which form.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Wanted {
    format: Option<String>,
}

/// `GET /v1/orgs/{org}/export?format=yaml`
pub async fn show(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(wanted): Params<Wanted>,
    headers: HeaderMap,
) -> Result<Response> {
    seen.caller.require_reader()?;
    let as_json = match wanted.format.as_deref() {
        Some("json") => true,
        Some("yaml") => false,
        Some(_) => return Err(Error::bad_request("invalid_query", "`format` is yaml or json")),
        None => accepts(&headers, "application/json"),
    };
    if as_json {
        return seen.answer(&app, |seen| Ok(organization(&seen.view))).await;
    }
    seen.written(&app, "application/yaml", |seen| {
        let yaml = to_yaml(&organization(&seen.view)).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(yaml.into_bytes())
    })
    .await
}
