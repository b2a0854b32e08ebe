//! What the handlers here take and give: a small JSON body with where it came from, and an answer that nobody in between
//! keeps.

use crate::app::App;
use crate::body;
use crate::error::{Error, Result};
use crate::middleware::RequestId;
use crate::openapi::{Describe, Operation};
use crate::signin::cookie::Cookie;
use crate::signin::csrf;
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The largest body.
const BODY_BYTES_MAX: usize = 64 << 10;

/// A request of somebody who may have to say first who they are.
#[derive(Debug)]
pub struct Visit<B> {
    /// What is sent.
    pub body: B,
    /// The rest of it.
    pub from: From,
}

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct From {
    /// Its id, for the log.
    pub request_id: Option<String>,
    /// The address.
    pub address: Option<IpAddr>,
    /// What the browser says that it is.
    pub user_agent: Option<String>,
    /// The session that the browser had before.
    pub earlier: Option<String>,
    /// Whether that one stays, beside one that begins.
    pub beside: bool,
}

impl<B: DeserializeOwned + Send> FromRequest<Arc<App>> for Visit<B> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self> {
        csrf::refuse_foreign(app, request.headers())?;
        let from = From::here(app, &request);
        if !body::is_json(request.headers()) {
            return Err(Error::UnsupportedType("JSON as application/json"));
        }
        let bytes = body::read(request, BODY_BYTES_MAX, &app.config.limits).await?;
        Ok(Self { body: body::parse(&bytes)?, from })
    }
}

impl<B: JsonSchema> Describe for Visit<B> {
    fn describe(operation: &mut Operation<'_>) {
        operation.body::<B>();
        operation.problems(&[403, 410, 415, 429, 503]);
    }
}

impl FromRequest<Arc<App>> for From {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self> {
        csrf::refuse_foreign(app, request.headers())?;
        Ok(Self::here(app, &request))
    }
}

impl Describe for From {
    fn describe(_: &mut Operation<'_>) {}
}

impl From {
    /// What a request says about where it comes from.
    #[must_use]
    pub fn here(app: &App, request: &Request) -> Self {
        let headers = request.headers();
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Self {
            request_id: request.extensions().get::<RequestId>().map(RequestId::readable),
            address: request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()),
            user_agent: agent.map(str::to_owned),
            earlier: Cookie::Session.read(app, headers).map(str::to_owned),
            beside: false,
        }
    }
}

/// An answer, with the cookies that go with it.
pub struct Reply<T> {
    status: StatusCode,
    body: Body,
    cookies: Vec<HeaderValue>,
    location: Option<HeaderValue>,
    what: PhantomData<fn() -> T>,
}

/// Nothing but a status.
#[derive(Debug, JsonSchema)]
pub enum Nothing {}

impl Reply<Nothing> {
    /// Done; there is nothing to say.
    #[must_use]
    pub fn done() -> Self {
        Self::with(StatusCode::NO_CONTENT, Body::empty())
    }
}

/// Somewhere else.
#[derive(Debug, JsonSchema)]
pub enum Elsewhere {}

impl Reply<Elsewhere> {
    /// Sends the browser somewhere.
    ///
    /// # Errors
    /// If that is no address.
    pub fn go(address: &str) -> Result<Self> {
        let location = HeaderValue::from_str(address).map_err(|error| Error::Internal(error.to_string()))?;
        let mut reply = Self::with(StatusCode::FOUND, Body::empty());
        reply.location = Some(location);
        Ok(reply)
    }
}

impl<T: Serialize> Reply<T> {
    /// An answer as JSON.
    ///
    /// # Errors
    /// If it cannot be written, which no answer of ours is.
    pub fn json(status: StatusCode, answer: &T) -> Result<Self> {
        let body = serde_json::to_vec(answer).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self::with(status, body.into()))
    }
}

impl<T> Reply<T> {
    fn with(status: StatusCode, body: Body) -> Self {
        Self { status, body, cookies: Vec::new(), location: None, what: PhantomData }
    }

    /// Sets a cookie.
    #[must_use]
    pub fn setting(mut self, app: &App, cookie: Cookie, value: &str, lasting: SignedDuration) -> Self {
        self.cookies.extend(cookie.set(app, value, lasting));
        self
    }

    /// Takes a cookie away.
    #[must_use]
    pub fn clearing(mut self, app: &App, cookie: Cookie) -> Self {
        self.cookies.extend(cookie.clear(app));
        self
    }
}

impl<T> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status != StatusCode::NO_CONTENT && self.location.is_none() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(location) = self.location {
            headers.insert(header::LOCATION, location);
        }
        for cookie in self.cookies {
            headers.append(header::SET_COOKIE, cookie);
        }
        (self.status, headers, self.body).into_response()
    }
}

/// What a reply is in the OpenAPI document.
pub trait Answered {
    /// Adds it.
    fn add(operation: &mut Operation<'_>);
}

impl Answered for Nothing {
    fn add(operation: &mut Operation<'_>) {
        operation.bare_answer(204, "Done.");
    }
}

impl Answered for Elsewhere {
    fn add(operation: &mut Operation<'_>) {
        operation.bare_answer(302, "The browser goes on there.");
    }
}

impl<T: Answered> Describe for Reply<T> {
    fn describe(operation: &mut Operation<'_>) {
        T::add(operation);
    }
}

/// Answers in JSON, each with its status.
macro_rules! answered {
    ($($status:literal $type:ty;)*) => {$(
        impl $crate::signin::visit::Answered for $type {
            fn add(operation: &mut $crate::openapi::Operation<'_>) {
                operation.answer::<$type>($status, "The answer.");
            }
        }
    )*};
}
pub(crate) use answered;
