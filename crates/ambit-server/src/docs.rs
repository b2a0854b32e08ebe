//! The OpenAPI document, and a page to read it with: our own three files, nothing from elsewhere, and a policy that
//! lets the browser run nothing else.

use crate::answer::{Html, Media, Script, Shown, Style, Text};
use crate::openapi;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::IntoResponse;
use serde_json::Value as Json;
use std::sync::OnceLock;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /openapi.json`
pub async fn openapi() -> Shown<Json> {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(openapi::text).as_str();
    Shown::of((guarded("application/json"), text).into_response())
}

/// `GET /docs`
pub async fn page() -> Text<Html> {
    asset(include_str!("docs/docs.html"))
}

/// `GET /docs/docs.js`
pub async fn script() -> Text<Script> {
    asset(include_str!("docs/docs.js"))
}

/// `GET /docs/docs.css`
pub async fn style() -> Text<Style> {
    asset(include_str!("docs/docs.css"))
}

fn asset<M: Media>(text: &'static str) -> Text<M> {
    Text::of((guarded(M::TYPE.unwrap_or_default()), text).into_response())
}

fn guarded(media_type: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, media_type);
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::CACHE_CONTROL, "no-cache");
    headers
}
