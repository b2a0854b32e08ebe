//! The way of every write to the ledger: its conditions from the headers, the decision at the log's serial order, and the
//! answer with the revision.

use crate::admin::seen::etag;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::middleware::RequestId;
use ambit_engine::View;
use ambit_log::{Accepted, Fingerprint, Idempotency, Receipt, WriteFailure, WriteOptions};
use ambit_model::{Actor, Timestamp};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value as Json;

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What a request says about its write: `If-Match`, `Idempotency-Key`, and its id.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// The revision that the caller has seen.
    pub expected_revision: Option<u64>,
    idempotency_key: Option<String>,
    request_id: Option<String>,
}

impl Conditions {
    /// Reads them.
    ///
    /// # Errors
    /// If a header is not understood.
    pub fn of(request: &Request) -> Result<Self> {
        let headers = request.headers();
        let key = headers.get(&IDEMPOTENCY_KEY).map(|key| key.to_str().map(str::to_owned)).transpose();
        Ok(Self {
            expected_revision: expected_revision(headers)?,
            idempotency_key: key
                .map_err(|_| Error::bad_request("invalid_idempotency_key", "the key is not text"))?,
            request_id: request.extensions().get::<RequestId>().map(RequestId::readable),
        })
    }

    /// `parts` stand for the whole request: the same idempotency key with other parts is a mistake.
    fn options(self, caller: &Caller, parts: &[&[u8]]) -> WriteOptions {
        let caller = caller.identity();
        let own = [caller.as_bytes()];
        let parts: Vec<&[u8]> = own.into_iter().chain(parts.iter().copied()).collect();
        let fingerprint = Fingerprint::of(&parts);
        WriteOptions {
            request_id: self.request_id,
            idempotency: self.idempotency_key.map(|key| Idempotency { key, fingerprint }),
            expected_revision: self.expected_revision,
        }
    }
}

/// Decides and writes; answers when it is durable.
///
/// # Errors
/// The decision's refusal, or what kept the write from becoming durable.
pub async fn write<E: Into<Error> + Send + 'static>(
    app: &App,
    caller: &Caller,
    actor: Actor,
    conditions: Conditions,
    parts: &[&[u8]],
    decide: impl FnMut(&View, Timestamp) -> Result<Accepted, E> + Send + 'static,
) -> Result<Receipt> {
    let options = conditions.options(caller, parts);
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.ledger.submit(&caller.org, actor, options, decide, move |result| {
        // Whoever asked may have gone; the write stands.
        let _ = sender.send(result);
    });
    Ok(receiver.await.map_err(|_| WriteFailure::Interrupted)??)
}

/// The answer to a write, never to be kept by anyone in between.
#[must_use]
pub fn written(status: StatusCode, body: &Json, revision: u64, replayed: bool) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(tag) = HeaderValue::from_str(&etag(revision)) {
        headers.insert(header::ETAG, tag);
    }
    if replayed {
        headers.insert(REPLAYED.clone(), HeaderValue::from_static("true"));
    }
    (status, headers, body.to_string()).into_response()
}

/// The revision that a write expects, from `If-Match`; none for `*` or without the header.
fn expected_revision(headers: &HeaderMap) -> Result<Option<u64>> {
    let Some(tag) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = tag.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let revision = text.trim_start_matches("W/").trim_matches('"').parse();
    revision
        .map(Some)
        .map_err(|_| Error::bad_request("invalid_if_match", "`If-Match` is a revision, as in `ETag`"))
}
