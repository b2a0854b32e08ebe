//! What operators and their machinery look at: alive, ready, numbers.

use crate::app::{App, Phase};
use crate::auth::Caller;
use crate::error::Result;
use crate::metrics::{head, label, line};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The process is there.
pub async fn livez() -> &'static str {
    "ok\n"
}

/// Whether requests should be sent here: not while starting or draining, and not when the view may be old because the
/// storage does not answer.
pub async fn readyz(State(app): State<Arc<App>>) -> Response {
    let stale = app.health.age_seconds() > app.config.stale_after.as_secs();
    let (status, word) = match app.health.phase() {
        Phase::Starting => (StatusCode::SERVICE_UNAVAILABLE, "starting\n"),
        Phase::Draining => (StatusCode::SERVICE_UNAVAILABLE, "draining\n"),
        Phase::Serving if stale => (StatusCode::SERVICE_UNAVAILABLE, "stale\n"),
        Phase::Serving => (StatusCode::OK, "ready\n"),
    };
    (status, word).into_response()
}

/// The numbers of this server, and of the caller's own organization alone.
pub async fn metrics(State(app): State<Arc<App>>, caller: Caller) -> Result<Response> {
    caller.require_may_ask_all()?;
    let mut own = String::new();
    let labels = format!("organization=\"{}\"", label(caller.org.as_str()));
    for (name, help, value) in [
        ("ambit_revision", "The newest revision of the organization here.", caller.view.revision()),
        ("ambit_view_age_seconds", "Since the view was known to be the newest.", app.health.age_seconds()),
    ] {
        head(&mut own, name, "gauge", help);
        line(&mut own, name, &labels, value);
    }
    let kind = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    Ok(([kind], app.metrics.render(&own)).into_response())
}
