//! Many writes as one step: all or nothing, one entry, decided on what they come to together. Each command is read on
//! what the ones before it make of the state; what is removed is removed last.

use crate::admin::commands::Command;
use crate::admin::write::Write;
use crate::answer::Written;
use crate::error::{Error, Result};
use crate::path::Path;
use schemars::JsonSchema;
use serde::Deserialize;

/// How many commands a batch holds at most.
const MOST: usize = 1_000;

/// Commands that are carried out together.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// What to do.
    #[schemars(length(min = 1, max = 1000))]
    pub changes: Vec<Command>,
}

/// `POST /v1/orgs/{org}/batch`
pub async fn batch(Path(_): Path<String>, write: Write<Batch>) -> Result<Written<()>> {
    let (Batch { changes }, writing) = write.taken();
    if changes.is_empty() || changes.len() > MOST {
        return Err(Error::bad_request("invalid_request", format!("`changes` holds 1 to {MOST} commands")));
    }
    writing.carry_out(changes, |_| None).await
}
