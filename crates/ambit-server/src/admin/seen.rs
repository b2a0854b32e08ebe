//! Reads of the Admin API: what the caller sees of the organization, as of when, and the answer with its `ETag`. What is
//! not seen does not exist: one of it is 404, and lists and counts leave it out.
//!
//! An `ETag` names the revision, for `If-Match`, and the digest of the answer itself, for `If-None-Match`. The revision
//! alone would not do for the second: another caller sees something else of it, and with time assignments end, approvals
//! expire and keys are used, without a new revision.

use crate::admin::record::Record;
use crate::answer::{Media, Shown, Text};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::hex;
use crate::openapi::{Describe, Operation};
use crate::reading::{AsOf, Demand, reading};
use ambit_engine::View;
use ambit_governance::{Reach, Sight};
use ambit_model::Timestamp;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How much of an answer's digest its `ETag` holds.
const DIGEST_BYTES: usize = 12;

/// A reader's view of its organization.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The view, of now or of the past.
    pub view: Arc<View>,
    /// The time at which it is seen.
    pub time: Timestamp,
    /// Who reads.
    pub caller: Caller,
    known: Option<String>,
    tag: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct When {
    /// A revision or an instant: what was there then.
    as_of: Option<String>,
    /// A view that has taken in this revision.
    at_least: Option<u64>,
}

impl FromRequestParts<Arc<App>> for Seen {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.require_secret()?;
        let when: When = query(parts).await?;
        let demand = Demand { as_of: when.as_of.map(AsOf::Text), at_least: when.at_least };
        let reading = reading(app, &caller, &demand.or_headers(&parts.headers)?).await?;
        let known = parts.headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
        Ok(Self {
            view: reading.view,
            time: reading.time,
            known: known.map(str::to_owned),
            tag: None,
            caller,
        })
    }
}

async fn query<T: DeserializeOwned>(parts: &mut Parts) -> Result<T> {
    asked(&parts.uri)
}

/// The query of a request.
///
/// # Errors
/// If it is not of this form.
pub fn asked<T: DeserializeOwned>(uri: &Uri) -> Result<T> {
    let query: Result<Query<T>, QueryRejection> = Query::try_from_uri(uri);
    Ok(query.map_err(|rejection| Error::bad_request("invalid_query", rejection.body_text()))?.0)
}

/// The query of a request, with our own refusal.
#[derive(Debug, Clone)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Params<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self> {
        query(parts).await.map(Params)
    }
}

impl Describe for Seen {
    fn describe(operation: &mut Operation<'_>) {
        operation.query::<When>();
        operation.problems(&[400]);
    }
}

impl<T: JsonSchema> Describe for Params<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.query::<T>();
        operation.problems(&[400]);
    }
}

impl Seen {
    /// What the caller sees of the view: as far as its authority of now reaches.
    #[must_use]
    pub fn sight(&self) -> Sight<'_> {
        Reach::of(&self.caller.view, &self.caller.subject, self.caller.now).on(&self.view)
    }

    /// It is this record that is shown: the `ETag` tells whether it has changed.
    #[must_use]
    pub fn of(mut self, record: &Record) -> Self {
        self.tag = record.tag(&self.view);
        self
    }

    /// Makes the answer beside the threads that answer checks, and sends it unless the caller has it already; with its
    /// type, for the OpenAPI document.
    ///
    /// # Errors
    /// What `make` answers.
    pub async fn shows<T: Serialize + JsonSchema>(
        self,
        app: &App,
        make: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<Shown<T>> {
        self.answer(app, make).await.map(Shown::of)
    }

    /// The same for a text.
    ///
    /// # Errors
    /// What `make` answers.
    pub async fn tells<M: Media>(
        self,
        app: &App,
        make: impl FnOnce(&Self) -> Result<Vec<u8>> + Send + 'static,
    ) -> Result<Text<M>> {
        self.written(app, M::TYPE.unwrap_or("text/plain"), make).await.map(Text::of)
    }

    /// Makes the answer beside the threads that answer checks, and sends it unless the caller has it already.
    ///
    /// # Errors
    /// What `make` answers.
    pub async fn answer<T: Serialize>(
        self,
        app: &App,
        make: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<Response> {
        self.written(app, "application/json", move |seen| {
            serde_json::to_vec(&make(seen)?).map_err(|error| Error::Internal(error.to_string()))
        })
        .await
    }

    /// The same for bytes of any media type.
    ///
    /// # Errors
    /// What `make` answers.
    pub async fn written(
        self,
        app: &App,
        media_type: &'static str,
        make: impl FnOnce(&Self) -> Result<Vec<u8>> + Send + 'static,
    ) -> Result<Response> {
        let (revision, record, known) = (self.view.revision(), self.tag.clone(), self.known.clone());
        let made = move || {
            let body = make(&self)?;
            let digest = hex::encode(&blake3::hash(&body).as_bytes()[..DIGEST_BYTES]);
            Ok((body, digest))
        };
        let (body, digest) = app.heavy(made).await?;
        let tag = answer_tag(revision, record.as_deref(), &digest);
        if known.is_some_and(|known| is_among(&known, &tag)) {
            return Ok((StatusCode::NOT_MODIFIED, tagged(&tag)).into_response());
        }
        let mut headers = tagged(&tag);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        Ok((StatusCode::OK, headers, body).into_response())
    }
}

fn tagged(tag: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept, authorization, cookie, ambit-as-of"));
    headers
}

/// A revision as an entity tag, with the digest of the record that is shown, if it is one: `If-Match` with it then asks
/// for the record to be unchanged, and not for the whole organization.
#[must_use]
pub fn etag(revision: u64, record: Option<&str>) -> String {
    format!("\"{}\"", state(revision, record))
}

/// The tag of an answer, with which it is asked whether the same would be answered again.
fn answer_tag(revision: u64, record: Option<&str>, digest: &str) -> String {
    format!("\"{}.{digest}\"", state(revision, record))
}

fn state(revision: u64, record: Option<&str>) -> String {
    match record {
        Some(record) => format!("{revision}-{record}"),
        None => revision.to_string(),
    }
}

/// What an entity tag says about the state: a revision, and the digest of a record if it is about one. What it says about
/// the answer that was read is left out.
#[must_use]
pub fn tagged_state(tag: &str) -> (&str, Option<&str>) {
    let tag = tag.trim_start_matches("W/").trim_matches('"');
    let state = tag.split_once('.').map_or(tag, |(state, _)| state);
    match state.split_once('-') {
        Some((revision, record)) => (revision, Some(record)),
        None => (state, None),
    }
}

fn is_among(tags: &str, tag: &str) -> bool {
    tags.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == "*" || one == tag)
}

/// Reads a reference from a query, with the parameter's name in the refusal.
///
/// # Errors
/// If it is not of that form.
pub fn reference<T: std::str::FromStr<Err: std::fmt::Display>>(
    name: &str,
    text: Option<&String>,
) -> Result<Option<T>> {
    let read = |text: &String| {
        text.parse()
            .map_err(|error: T::Err| Error::bad_request("invalid_query", format!("`{name}`: {error}")))
    };
    text.map(read).transpose()
}
