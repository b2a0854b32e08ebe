//! `ambit openapi`: the OpenAPI document of the server.

use crate::{output, status};

/// Prints it.
pub fn run() -> anyhow::Result<u8> {
    output::text(&ambit_server::openapi::text())?;
    Ok(status::OK)
}
