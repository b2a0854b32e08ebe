//! What handlers answer, with its type, so that the OpenAPI document can say it.

use crate::admin::write::Done;
use crate::error::{Error, Result};
use crate::openapi::{Describe, Operation};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use std::marker::PhantomData;

/// The answer to a read: `T` as JSON, or another form of it where the request asks for one.
///
/// ```ignore
/// pub async fn users(…) -> Result<Shown<List<UserShown>>>
/// pub async fn show(…) -> Result<Shown<Matrix, Csv>>
/// ```
pub struct Shown<T, M = ()> {
    response: Response,
    what: PhantomData<fn() -> (T, M)>,
}

impl<T, M> Shown<T, M> {
    /// A response that holds it.
    #[must_use]
    pub fn of(response: Response) -> Self {
        Self { response, what: PhantomData }
    }
}

impl<T, M> IntoResponse for Shown<T, M> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<T: JsonSchema, M: Media> Describe for Shown<T, M> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answer::<T>(200, SHOWN);
        if let Some(media_type) = M::TYPE {
            operation.text_answer(200, SHOWN, media_type);
        }
        operation.answer_header(200, "ETag", "What `If-Match` and `If-None-Match` take.");
        operation.bare_answer(304, "The caller has it already.");
    }
}

const SHOWN: &str = "What is there.";

/// The answer of something that is only a text.
pub struct Text<M> {
    response: Response,
    what: PhantomData<fn() -> M>,
}

impl<M> Text<M> {
    /// A response that holds it.
    #[must_use]
    pub fn of(response: Response) -> Self {
        Self { response, what: PhantomData }
    }
}

impl<M> IntoResponse for Text<M> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<M: Media> Describe for Text<M> {
    fn describe(operation: &mut Operation<'_>) {
        operation.text_answer(200, "The text.", M::TYPE.unwrap_or("text/plain"));
    }
}

/// A media type beside JSON.
pub trait Media {
    /// Its name.
    const TYPE: Option<&'static str>;
}

impl Media for () {
    const TYPE: Option<&'static str> = None;
}

macro_rules! media {
    ($($(#[$doc:meta])* $name:ident = $type:literal;)*) => {$(
        $(#[$doc])*
        pub enum $name {}

        impl Media for $name {
            const TYPE: Option<&'static str> = Some($type);
        }
    )*};
}

media! {
    /// Comma-separated values.
    Csv = "text/csv; charset=utf-8";
    /// YAML.
    Yaml = "application/yaml";
    /// A page.
    Html = "text/html; charset=utf-8";
    /// A script.
    Script = "text/javascript; charset=utf-8";
    /// A style sheet.
    Style = "text/css; charset=utf-8";
    /// A file of any kind.
    AnyFile = "application/octet-stream";
    /// Numbers for Prometheus.
    Prometheus = "text/plain; version=0.0.4";
    /// Server-sent events.
    EventStream = "text/event-stream";
}

/// What a write answers: what was done, with the record as it is then.
pub struct Written<T> {
    response: Response,
    what: PhantomData<fn() -> T>,
}

impl<T> Written<T> {
    /// A response that holds it.
    #[must_use]
    pub fn of(response: Response) -> Self {
        Self { response, what: PhantomData }
    }
}

impl<T> IntoResponse for Written<T> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<T: JsonSchema> Describe for Written<T> {
    fn describe(operation: &mut Operation<'_>) {
        describe_done::<T>(operation, 200, "What was done; or what would be, for a dry run.");
    }
}

/// The same for something that was made.
pub struct Created<T> {
    response: Response,
    what: PhantomData<fn() -> T>,
}

impl<T> Created<T> {
    /// A response that holds it.
    #[must_use]
    pub fn of(response: Response) -> Self {
        Self { response, what: PhantomData }
    }
}

impl<T> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<T: JsonSchema> Describe for Created<T> {
    fn describe(operation: &mut Operation<'_>) {
        describe_done::<T>(operation, 200, "What would be made, for a dry run.");
        describe_done::<T>(operation, 201, "What was made.");
    }
}

fn describe_done<T: JsonSchema>(operation: &mut Operation<'_>, status: u16, description: &str) {
    operation.answer::<Done<T>>(status, description);
    operation.answer_header(status, "ETag", "What `If-Match` takes.");
    operation.answer_header(
        status,
        "Idempotency-Replayed",
        "`true` if this is the answer of an earlier write.",
    );
}

/// An answer in JSON that is made for this request alone; or, with status 201, for something that was made.
pub struct Answer<T, const STATUS: u16 = 200> {
    response: Response,
    what: PhantomData<fn() -> T>,
}

impl<T, const STATUS: u16> Answer<T, STATUS> {
    /// A response that holds it.
    #[must_use]
    pub fn in_response(response: Response) -> Self {
        Self { response, what: PhantomData }
    }
}

impl<T: Serialize> Answer<T> {
    /// The answer.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn of(value: &T) -> Result<Self> {
        let body = serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string()))?;
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        Ok(Self::in_response((headers, body).into_response()))
    }
}

impl<T, const STATUS: u16> IntoResponse for Answer<T, STATUS> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<T: JsonSchema, const STATUS: u16> Describe for Answer<T, STATUS> {
    fn describe(operation: &mut Operation<'_>) {
        if STATUS == 201 {
            operation.answer::<T>(200, "What would be made, for a dry run.");
        }
        operation.answer::<T>(STATUS, "The answer.");
    }
}
