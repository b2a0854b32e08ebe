//! What surrounds every handler: the request's id, counting and logging, the time limit, panics, and what browsers need
//! to hear. One layer, so that a check passes through little; whatever comes out of it carries the request's id.

use crate::app::App;
use crate::error::Error;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower_http::catch_panic::CatchPanicLayer;

/// The header of request ids.
pub static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest request id that is accepted.
const REQUEST_ID_MAX_BYTES: usize = 1_024;
/// How much of a request id is logged.
const REQUEST_ID_LOGGED: usize = 128;

/// The id of a request, as it is logged.
#[derive(Debug, Clone)]
pub struct RequestId(pub Arc<str>);

/// Puts everything around the routes.
pub fn around(routes: Router<Arc<App>>, app: &Arc<App>) -> Router<Arc<App>> {
    let panicked = Arc::clone(app);
    routes
        .layer(CatchPanicLayer::custom(move |_| {
            panicked.metrics.panicked();
            Error::Internal("a handler panicked".into()).into_response()
        }))
        .layer(from_fn_with_state(Arc::clone(app), surround))
}

async fn surround(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = match sent_id(request.headers()) {
        Ok(id) => id.unwrap_or_else(|| new_id(&app)),
        Err(error) => return error.into_response(),
    };
    let route = request.extensions().get::<MatchedPath>().cloned();
    let is_question = route.as_ref().is_some_and(|route| route.as_str().contains("/access/v1/"));
    let from_browser = is_question && request.headers().contains_key(header::ORIGIN);
    let method = request.method().clone();
    request.extensions_mut().insert(RequestId(readable(&id)));
    let mut response = if from_browser && is_preflight(&request) {
        StatusCode::NO_CONTENT.into_response()
    } else {
        let answer = tokio::time::timeout(app.config.limits.handler_time, next.run(request)).await;
        answer.unwrap_or_else(|_| Error::TimedOut.into_response())
    };
    if from_browser {
        allow_browsers(response.headers_mut());
    }
    let took = started.elapsed();
    let route = route.as_ref().map(MatchedPath::as_str);
    app.metrics.answered(route, response.status().as_u16(), took);
    log(&method, route, response.status(), took, &id, is_question);
    response.headers_mut().insert(REQUEST_ID.clone(), id);
    response
}

/// The id that the caller sent. It is given back byte for byte, so it must be bounded.
fn sent_id(headers: &HeaderMap) -> Result<Option<HeaderValue>, Error> {
    match headers.get(&REQUEST_ID) {
        Some(id) if id.len() > REQUEST_ID_MAX_BYTES => Err(Error::HeaderTooLarge("X-Request-ID")),
        id => Ok(id.cloned()),
    }
}

fn new_id(app: &App) -> HeaderValue {
    HeaderValue::try_from(app.request_ids.next()).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

/// The id with everything escaped that could make a log lie.
fn readable(id: &HeaderValue) -> Arc<str> {
    let bytes = id.as_bytes();
    bytes[..bytes.len().min(REQUEST_ID_LOGGED)].escape_ascii().to_string().into()
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Questions may come from any page: no cookies are involved, and a public key says itself from which origins it may be
/// used (design 3.9), which the engine checks.
fn allow_browsers(headers: &mut HeaderMap) {
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(header::ACCESS_CONTROL_ALLOW_METHODS, "POST");
    set(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "authorization, content-type, x-request-id, ambit-at-least, ambit-as-of",
    );
    set(header::ACCESS_CONTROL_EXPOSE_HEADERS, "x-request-id");
    set(header::ACCESS_CONTROL_MAX_AGE, "600");
}

/// Questions are many, and logged only when somebody looks closely. Never bodies, queries or secrets.
fn log(
    method: &Method,
    route: Option<&str>,
    status: StatusCode,
    took: Duration,
    id: &HeaderValue,
    is_question: bool,
) {
    let route = route.unwrap_or("unmatched");
    let status = status.as_u16();
    let duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if is_question && status < 500 {
        if tracing::enabled!(tracing::Level::DEBUG) {
            tracing::debug!(request.id = %readable(id), %method, route, status, duration_us, "answered");
        }
    } else {
        tracing::info!(request.id = %readable(id), %method, route, status, duration_us, "answered");
    }
}
