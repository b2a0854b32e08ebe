//! Bodies: bounded in size and time, and read as JSON the way AuthZEN wants it refused: with 400.

use crate::config::Limits;
use crate::error::{Error, Result};
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::error::Category;
use std::fmt;
use std::marker::PhantomData;

/// The body of a request, whole.
///
/// # Errors
/// If it is larger than `max`, or does not arrive in time.
pub async fn read(request: Request, max: usize, limits: &Limits) -> Result<Bytes> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if announced.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > max) {
        return Err(Error::TooLarge(max));
    }
    match tokio::time::timeout(limits.body_time, to_bytes(request.into_body(), max)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_limit(&error) => Err(Error::TooLarge(max)),
        Ok(Err(_)) => Err(Error::bad_request("incomplete_body", "the body ended early")),
        Err(_) => Err(Error::SlowRequest),
    }
}

fn is_limit(error: &axum::Error) -> bool {
    use std::error::Error as _;
    error.source().is_some_and(|source| source.to_string().contains("length limit"))
}

/// The body of a question: JSON, with 400 for anything else.
///
/// # Errors
/// If it says that it is something else, is empty, too large or late.
pub async fn question(request: Request, limits: &Limits) -> Result<Bytes> {
    if !is_json(request.headers()) {
        return Err(Error::bad_request("wrong_content_type", "send `Content-Type: application/json`"));
    }
    let bytes = read(request, limits.question_bytes, limits).await?;
    if bytes.is_empty() {
        return Err(Error::bad_request("empty_body", "the body is empty"));
    }
    Ok(bytes)
}

/// Whether the headers say JSON.
#[must_use]
pub fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json"))
}

/// The media type that the headers name, without its parameters.
#[must_use]
pub fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim())
}

/// The body of a write: JSON, and nothing for `{}`.
///
/// # Errors
/// If it says that it is something else, is too large or late.
pub async fn document(request: Request, limits: &Limits) -> Result<Bytes> {
    const TYPES: [&str; 2] = ["application/json", "application/merge-patch+json"];
    let media_type = media_type(request.headers()).unwrap_or_default().to_ascii_lowercase();
    let bytes = read(request, limits.question_bytes, limits).await?;
    if bytes.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    if TYPES.contains(&media_type.as_str()) {
        Ok(bytes)
    } else {
        Err(Error::UnsupportedType("JSON as application/json"))
    }
}

/// What is read where no body is wanted.
///
/// # Errors
/// Never, for the type that stands for no body.
pub fn nothing<T: DeserializeOwned>() -> Result<T> {
    serde_json::from_slice(b"null").map_err(|error| refusal(&error))
}

/// Reads JSON.
///
/// # Errors
/// If it is malformed, or of another shape.
pub fn parse<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T> {
    serde_json::from_slice::<Object<T>>(bytes).map(|object| object.0).map_err(|error| refusal(&error))
}

/// What is wrong with JSON, as a refusal.
#[must_use]
pub fn refusal(error: &serde_json::Error) -> Error {
    let code = match error.classify() {
        Category::Data => "invalid_request",
        Category::Syntax | Category::Eof | Category::Io => "malformed_json",
    };
    Error::bad_request(code, error.to_string())
}

/// Something written as a JSON object. Without this, a derived reader takes an array of the fields' values as well.
#[derive(Debug, Clone)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OnlyMap<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OnlyMap<T> {
            type Value = T;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_map(OnlyMap(PhantomData)).map(Object)
    }
}
