//! The table of roles × permissions of a product, with the organization's overlays, in the fixed format.

use crate::admin::catalogs::enabled;
use crate::admin::seen::{Params, Seen};
use crate::app::App;
use crate::error::{Error, Result};
use ambit_catalog::matrix::{Cell, matrix, to_csv};
use ambit_engine::View;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// Which product, in which form.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Wanted {
    product: Option<String>,
    format: Option<String>,
}

/// `GET /v1/orgs/{org}/matrix?product=…&format=csv`
pub async fn show(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(wanted): Params<Wanted>,
    headers: HeaderMap,
) -> Result<Response> {
    let as_csv = match wanted.format.as_deref() {
        Some("csv") => true,
        Some("json") => false,
        Some(_) => return Err(Error::bad_request("invalid_query", "`format` is csv or json")),
        None => accepts(&headers, "text/csv"),
    };
    let Some(product) = wanted.product else {
        return Err(Error::bad_request("invalid_query", "`product` is required"));
    };
    if as_csv {
        let csv = move |seen: &Seen| Ok(to_csv(&cells(&seen.view, &product)?).into_bytes());
        return seen.written(&app, "text/csv; charset=utf-8", csv).await;
    }
    seen.answer(&app, move |seen| {
        let cells = cells(&seen.view, &product)?;
        Ok(json!({ "product": product, "revision": seen.view.revision(), "cells": cells }))
    })
    .await
}

/// Whether the caller asks for this media type before anything else.
#[must_use]
pub fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let first = accept.split([',', ';']).next().unwrap_or_default().trim();
    first.eq_ignore_ascii_case(media_type)
}

fn cells(view: &View, product: &str) -> Result<Vec<Cell>> {
    let catalog = &enabled(view, product)?.catalog;
    let index = view.registry().product_named(product).ok_or(Error::NotFound)?;
    let definitions = view.role_definitions(index);
    Ok(matrix(catalog, &|role| definitions.get(role).cloned()))
}
