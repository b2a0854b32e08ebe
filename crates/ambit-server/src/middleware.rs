//! What surrounds every handler: the request's id, counting and logging, the time limit, panics, and what browsers need
//! to hear. One layer, so that a check passes through little; whatever comes out of it carries the request's id.

use crate::app::App;
use crate::error::Error;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::future::{Future, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tower_layer::Layer;
use tower_service::Service;

/// The header of request ids.
pub static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest request id that is accepted.
const REQUEST_ID_MAX_BYTES: usize = 1_024;
/// How much of a request id is logged.
const REQUEST_ID_LOGGED: usize = 128;

/// The id of a request.
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The id with everything escaped that could make a log lie, and no longer than a log wants it.
    #[must_use]
    pub fn readable(&self) -> String {
        readable(&self.0)
    }
}

/// The header that names both, when somebody acts as somebody else.
pub static IMPERSONATING: HeaderName = HeaderName::from_static("ambit-impersonating");

/// Where it is told that a request is made by somebody who acts as somebody else, so that its answer says so.
#[derive(Debug, Clone, Default)]
pub struct Acting(Arc<OnceLock<HeaderValue>>);

impl Acting {
    /// Tells who it is, such as `user:ivan as user:una`.
    pub fn tell(&self, who: &str) {
        if let Ok(who) = HeaderValue::from_bytes(who.as_bytes()) {
            let _ = self.0.set(who);
        }
    }
}

/// Puts everything around the routes.
pub fn around(routes: Router<Arc<App>>, app: &Arc<App>) -> Router<Arc<App>> {
    routes.layer(Around(Arc::clone(app)))
}

/// The one layer.
#[derive(Clone)]
struct Around(Arc<App>);

impl<S> Layer<S> for Around {
    type Service = Surrounded<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Surrounded { app: Arc::clone(&self.0), inner }
    }
}

/// A handler with everything around it.
#[derive(Clone)]
struct Surrounded<S> {
    app: Arc<App>,
    inner: S,
}

impl<S> Service<Request> for Surrounded<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let app = Arc::clone(&self.app);
        let passing = match Passing::begin(&app, &mut request) {
            Ok(passing) => passing,
            Err(error) => return Box::pin(ready(Ok(error.into_response()))),
        };
        if passing.from_browser && is_preflight(&request) {
            let response = passing.end(&app, StatusCode::NO_CONTENT.into_response());
            return Box::pin(ready(Ok(response)));
        }
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = bounded(&app, answer).await;
            Ok(passing.end(&app, response))
        })
    }
}

/// The answer, or what stands for it when the handler panics or takes too long.
async fn bounded(app: &App, answer: impl Future<Output = Result<Response, Infallible>>) -> Response {
    match tokio::time::timeout(app.config.limits.handler_time, caught(answer)).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(never))) => match never {},
        Ok(Err(Panicked)) => {
            app.metrics.panicked();
            Error::Internal("a handler panicked".into()).into_response()
        }
        Err(_) => Error::TimedOut.into_response(),
    }
}

struct Panicked;

/// A bad request must not be an outage: a panic ends the request, not the thread.
async fn caught<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

/// What is remembered of a request while its handler works.
struct Passing {
    started: Instant,
    id: HeaderValue,
    method: Method,
    route: Option<MatchedPath>,
    is_question: bool,
    from_browser: bool,
    acting: Option<Acting>,
}

impl Passing {
    fn begin(app: &App, request: &mut Request) -> Result<Self, Error> {
        let started = Instant::now();
        let id = sent_id(request.headers())?.unwrap_or_else(|| new_id(app));
        let route = request.extensions().get::<MatchedPath>().cloned();
        let is_question = route.as_ref().is_some_and(|route| route.as_str().contains("/access/v1/"));
        let from_browser = is_question && request.headers().contains_key(header::ORIGIN);
        request.extensions_mut().insert(RequestId(id.clone()));
        let acting = request.headers().contains_key(header::COOKIE).then(Acting::default);
        if let Some(acting) = &acting {
            request.extensions_mut().insert(acting.clone());
        }
        Ok(Self { started, id, method: request.method().clone(), route, is_question, from_browser, acting })
    }

    fn end(self, app: &App, mut response: Response) -> Response {
        if self.from_browser {
            allow_browsers(response.headers_mut());
        }
        let took = self.started.elapsed();
        let route = self.route.as_ref().map(MatchedPath::as_str);
        app.metrics.answered(route, response.status().as_u16(), took);
        log(&self.method, route, response.status(), took, &self.id, self.is_question);
        response.headers_mut().insert(REQUEST_ID.clone(), self.id);
        if let Some(who) = self.acting.as_ref().and_then(|acting| acting.0.get()) {
            response.headers_mut().insert(IMPERSONATING.clone(), who.clone());
        }
        response
    }
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

fn readable(id: &HeaderValue) -> String {
    let bytes = id.as_bytes();
    bytes[..bytes.len().min(REQUEST_ID_LOGGED)].escape_ascii().to_string()
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
