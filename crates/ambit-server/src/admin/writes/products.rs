//! Products enabled, brought to the catalog that the server has, and disabled. By today's rules the operator does this;
//! others hear so.

use crate::admin::commands::Command;
use crate::admin::write::Write;
use crate::answer::Written;
use crate::error::Result;
use crate::path::Path;
use ambit_engine::View;
use schemars::JsonSchema;
use serde::Serialize;

/// A product as far as writes are concerned.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EnabledProduct {
    /// Its id.
    pub id: String,
    /// The version of its catalog.
    pub version: String,
}

async fn carry_out(product: String, command: Command, write: Write) -> Result<Written<EnabledProduct>> {
    let ((), writing) = write.taken();
    let result = move |view: &View| {
        let index = view.registry().product_named(&product)?;
        let version = view.registry().catalog(index).version.to_string();
        Some(EnabledProduct { id: product.clone(), version })
    };
    writing.carry_out(vec![command], result).await
}

/// `POST /v1/orgs/{org}/products/{product}/enable`
pub async fn enable(
    Path((_, product)): Path<(String, String)>,
    write: Write,
) -> Result<Written<EnabledProduct>> {
    carry_out(product.clone(), Command::EnableProduct { product }, write).await
}

/// `POST /v1/orgs/{org}/products/{product}/upgrade`
pub async fn upgrade(
    Path((_, product)): Path<(String, String)>,
    write: Write,
) -> Result<Written<EnabledProduct>> {
    carry_out(product.clone(), Command::UpgradeProduct { product }, write).await
}

/// `POST /v1/orgs/{org}/products/{product}/disable`
pub async fn disable(
    Path((_, product)): Path<(String, String)>,
    write: Write,
) -> Result<Written<EnabledProduct>> {
    carry_out(product.clone(), Command::DisableProduct { product }, write).await
}
