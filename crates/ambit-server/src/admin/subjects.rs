//! Users, groups and API keys. Of a key nobody ever sees the secret or its hash, only the prefix that people know it by.

use crate::admin::assignments;
use crate::admin::list::{List, Part};
use crate::admin::seen::{Params, Seen};
use crate::app::App;
use crate::error::{Error, Result};
use ambit_engine::{SubjectIx, View};
use ambit_model::{ApiKey, SubjectKind};
use axum::extract::{Path, State};
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Which subjects.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct Filter {
    /// A part of the id, the name or the address.
    q: Option<String>,
    /// `invited`, `active`, `suspended`, `deactivated`.
    status: Option<String>,
}

/// `GET /v1/orgs/{org}/users?q=…&status=…`
pub async fn users(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<Filter>,
    Params(part): Params<Part>,
) -> Result<Response> {
    seen.answer(&app, move |seen| listed(&seen.view, SubjectKind::User, &filter, &part)).await
}

/// `GET /v1/orgs/{org}/groups?q=…`
pub async fn groups(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<Filter>,
    Params(part): Params<Part>,
) -> Result<Response> {
    seen.answer(&app, move |seen| listed(&seen.view, SubjectKind::Group, &filter, &part)).await
}

/// `GET /v1/orgs/{org}/api-keys?q=…`
pub async fn api_keys(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<Filter>,
    Params(part): Params<Part>,
) -> Result<Response> {
    seen.answer(&app, move |seen| listed(&seen.view, SubjectKind::ApiKey, &filter, &part)).await
}

/// `GET /v1/orgs/{org}/users/{id}`
pub async fn user(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response> {
    seen.answer(&app, move |seen| one(&seen.view, SubjectKind::User, &id)).await
}

/// `GET /v1/orgs/{org}/groups/{id}`
pub async fn group(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response> {
    seen.answer(&app, move |seen| one(&seen.view, SubjectKind::Group, &id)).await
}

/// `GET /v1/orgs/{org}/api-keys/{id}`
pub async fn api_key(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response> {
    seen.answer(&app, move |seen| one(&seen.view, SubjectKind::ApiKey, &id)).await
}

/// `GET /v1/orgs/{org}/groups/{id}/members`
pub async fn members(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path((_, id)): Path<(String, String)>,
    Params(part): Params<Part>,
) -> Result<Response> {
    seen.answer(&app, move |seen| {
        let view = &*seen.view;
        let group = view.subject_named(SubjectKind::Group, &id).ok_or(Error::NotFound)?;
        let members = view.members(group).map(|member| ([member.0, 0, 0], member));
        part.of(view.revision(), members, |member| Ok(view.subject_ref(member)))
    })
    .await
}

fn listed(view: &View, kind: SubjectKind, filter: &Filter, part: &Part) -> Result<List<Json>> {
    let wanted = filter.q.as_ref().map(|part| part.to_lowercase());
    let items = view.subjects(kind).filter_map(|subject| {
        let shown = record(view, kind, subject)?;
        let fits = wanted.as_ref().is_none_or(|wanted| mentions(&shown, wanted))
            && filter.status.as_ref().is_none_or(|status| shown["status"] == **status);
        fits.then_some(([subject.0, 0, 0], shown))
    });
    part.of(view.revision(), items, Ok)
}

fn mentions(shown: &Json, wanted: &str) -> bool {
    let texts = ["id", "name", "email", "title"].iter().filter_map(|name| shown[*name].as_str());
    texts.into_iter().any(|text| text.to_lowercase().contains(wanted))
}

fn one(view: &View, kind: SubjectKind, id: &str) -> Result<Json> {
    let subject = view.subject_named(kind, id).ok_or(Error::NotFound)?;
    let mut shown = record(view, kind, subject).ok_or(Error::NotFound)?;
    let groups: Vec<_> = view.all_groups(subject).into_iter().map(|group| view.subject_ref(group)).collect();
    let direct: Vec<_> =
        view.direct_groups(subject).iter().map(|group| view.subject_ref(SubjectIx(*group))).collect();
    shown["groups"] = json!(direct);
    shown["all_groups"] = json!(groups);
    let held = view.held(subject).iter().take(1_000);
    shown["assignments"] = held.map(|held| assignments::shown(view, subject, *held)).collect();
    Ok(shown)
}

fn record(view: &View, kind: SubjectKind, subject: SubjectIx) -> Option<Json> {
    match kind {
        SubjectKind::User => serde_json::to_value(view.user(subject)?).ok(),
        SubjectKind::Group => {
            let group = view.group(subject)?;
            Some(json!({ "id": group.id, "title": group.title, "active": group.active }))
        }
        SubjectKind::ApiKey => serde_json::to_value(without_hash(view.api_key(subject)?)).ok(),
    }
}

/// A key as it may be shown.
#[must_use]
pub fn without_hash(key: &ApiKey) -> ApiKey {
    ApiKey { secret_hash: None, ..key.clone() }
}
