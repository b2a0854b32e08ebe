//! Discovery: where this decision point offers what. All addresses come from the configuration, never from a request.

use crate::app::App;
use crate::auth::Caller;
use crate::authzen::wire;
use crate::error::{Error, Result};
use crate::openapi::{Describe, Operation};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;

#[derive(Debug, Serialize)]
struct Metadata {
    policy_decision_point: String,
    access_evaluation_endpoint: String,
    access_evaluations_endpoint: String,
    search_subject_endpoint: String,
    search_resource_endpoint: String,
    search_action_endpoint: String,
}

impl Metadata {
    fn at(base: String) -> Self {
        let endpoint = |path: &str| format!("{base}/access/v1/{path}");
        Self {
            access_evaluation_endpoint: endpoint("evaluation"),
            access_evaluations_endpoint: endpoint("evaluations"),
            search_subject_endpoint: endpoint("search/subject"),
            search_resource_endpoint: endpoint("search/resource"),
            search_action_endpoint: endpoint("search/action"),
            policy_decision_point: base,
        }
    }

    fn respond(&self) -> Result<Response> {
        let mut response = wire::answer(self)?;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=3600"));
        Ok(response)
    }
}

/// Any caller, or anyone at all where the operator says so.
pub struct Reader;

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        if !app.config.public_metadata {
            Caller::from_request_parts(parts, app).await?;
        }
        Ok(Self)
    }
}

impl Describe for Reader {
    fn describe(_: &mut Operation<'_>) {}
}

/// `GET /.well-known/authzen-configuration`
pub async fn root(State(app): State<Arc<App>>, _: Reader) -> Result<Response> {
    Metadata::at(app.base_url.clone()).respond()
}

/// `GET /.well-known/authzen-configuration/orgs/{org}`. Without keys, it answers for any name: that tells nothing.
pub async fn organization(
    State(app): State<Arc<App>>,
    _: Reader,
    Path(org): Path<String>,
) -> Result<Response> {
    Metadata::at(format!("{}/orgs/{}", app.base_url, path_segment(&org))).respond()
}

/// Percent-encodes what cannot stand in a path as it is.
fn path_segment(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if plain(byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}
