//! The table of roles × permissions of a product, with the organization's overlays, in the fixed format.

use crate::admin::named;
use crate::admin::seen::{Params, Seen};
use crate::answer::{Csv, Shown};
use crate::app::App;
use crate::error::{Error, Result};
use ambit_catalog::matrix::{Cell, matrix, to_csv};
use ambit_governance::NodeSight;
use ambit_governance::review::matrix::{MatrixTable, matrix_table};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which product, in which form.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Wanted {
    /// Its id.
    product: Option<String>,
    /// `json` or `csv`.
    format: Option<String>,
}

/// `GET /v1/orgs/{org}/matrix?product=…&format=csv`
pub async fn show(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(wanted): Params<Wanted>,
    headers: HeaderMap,
) -> Result<Shown<Matrix, Csv>> {
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
        let csv = move |seen: &Seen| Ok(to_csv(&cells(seen, &product)?).into_bytes());
        return seen.written(&app, "text/csv; charset=utf-8", csv).await.map(Shown::of);
    }
    let answer = seen.answer(&app, move |seen| {
        let cells = cells(seen, &product)?;
        Ok(Matrix { product, revision: seen.view.revision(), cells })
    });
    answer.await.map(Shown::of)
}

/// Which product, and the roles of which scope.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct TableWanted {
    /// Its id.
    product: Option<String>,
    /// Only roles that may be assigned at this resource.
    scope: Option<String>,
}

/// `GET /v1/orgs/{org}/matrix/table?product=…&scope=…`: with custom roles and overlays, titles, and terms in words.
pub async fn table(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(wanted): Params<TableWanted>,
) -> Result<Shown<MatrixTable>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let Some(product) = &wanted.product else {
            return Err(Error::bad_request("invalid_query", "`product` is required"));
        };
        let product = named::product(&sight, product)?;
        let scope = named::node(&sight, "scope", wanted.scope.as_ref(), NodeSight::Place)?;
        Ok(matrix_table(&sight, product, scope))
    })
    .await
}

/// The table.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Matrix {
    /// Whose roles and permissions.
    product: String,
    /// The revision that was read.
    revision: u64,
    /// A row for each role and permission.
    cells: Vec<Cell>,
}

/// Whether the caller asks for this media type before anything else.
#[must_use]
pub fn accepts(headers: &HeaderMap, media_type: &str) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let first = accept.split([',', ';']).next().unwrap_or_default().trim();
    first.eq_ignore_ascii_case(media_type)
}

fn cells(seen: &Seen, product: &str) -> Result<Vec<Cell>> {
    let sight = seen.sight();
    let index = named::product(&sight, product)?;
    let definitions = seen.view.role_definitions(index);
    Ok(matrix(seen.view.registry().catalog(index), &|role| definitions.get(role).cloned()))
}
