//! The log: who changed what when. Hashes of secrets are left out, and so are the texts of catalogs, which are long;
//! the digests are those of the entries as they are stored.

use crate::admin::seen::{Params, Seen};
use crate::admin::subjects::without_hash;
use crate::app::App;
use crate::error::{Error, Result};
use ambit_governance::plan::describe;
use ambit_log::Recorded;
use ambit_model::Change;
use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// How many entries are given when nobody says, and at most.
const DEFAULT: usize = 100;
const MOST: usize = 1_000;

/// Which entries.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Wanted {
    /// From this revision on.
    from: Option<u64>,
    /// At most so many.
    limit: Option<usize>,
}

/// `GET /v1/orgs/{org}/changes?from=…&limit=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(wanted): Params<Wanted>,
) -> Result<Response> {
    let ledger = Arc::clone(&app.ledger);
    seen.answer(&app, move |seen| {
        let from = wanted.from.unwrap_or(1).max(1);
        let limit = wanted.limit.unwrap_or(DEFAULT).clamp(1, MOST);
        let revision = seen.view.revision();
        let mut entries = ledger.entries(&seen.caller.org, from, limit)?;
        entries.retain(|recorded| recorded.entry.revision <= revision);
        let last = entries.last().map(|recorded| recorded.entry.revision);
        let next = last.filter(|last| *last < revision).map(|last| last + 1);
        let items = entries.iter().map(shown).collect::<Result<Vec<Json>>>()?;
        Ok(json!({ "items": items, "next": next, "revision": revision }))
    })
    .await
}

fn shown(recorded: &Recorded) -> Result<Json> {
    let entry = &recorded.entry;
    let changes = entry.changes.iter().map(change).collect::<Result<Vec<Json>>>()?;
    Ok(json!({
        "revision": entry.revision,
        "epoch": entry.epoch,
        "time": entry.time.to_string(),
        "actor": entry.actor,
        "actor_name": entry.actor.to_string(),
        "request_id": entry.request_id,
        "hash": recorded.hash.to_string(),
        "summary": entry.changes.iter().map(describe).collect::<Vec<String>>(),
        "changes": changes,
    }))
}

fn change(change: &Change) -> Result<Json> {
    let shown = match change {
        Change::ApiKeySet(key) => serde_json::to_value(Change::ApiKeySet(without_hash(key))),
        Change::CatalogInstalled { product, source } => {
            Ok(json!({ "change": "catalog_installed", "product": product, "source_bytes": source.len() }))
        }
        other => serde_json::to_value(other),
    };
    shown.map_err(|error| Error::Internal(error.to_string()))
}
