//! What handlers answer, with its type, so that the OpenAPI document can say it.

use crate::openapi::{Describe, Operation};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
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
    /// Numbers for Prometheus.
    Prometheus = "text/plain; version=0.0.4";
    /// Server-sent events.
    EventStream = "text/event-stream";
}
