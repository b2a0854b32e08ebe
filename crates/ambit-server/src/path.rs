//! The parameters of a path, with our own refusal.

use crate::app::App;
use crate::error::Error;
use crate::openapi::{Describe, Operation};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// What stands in the braces. A name that cannot be one names nothing.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        path.map(|axum::extract::Path(names)| Self(names)).map_err(|_| Error::NotFound)
    }
}

impl<T> Describe for Path<T> {
    fn describe(_: &mut Operation<'_>) {}
}
