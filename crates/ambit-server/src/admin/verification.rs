//! Whether the stored log is whole: every entry follows from the one before it, and the head is the last one.

use crate::answer::Answer;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::path::Path;
use ambit_log::VerifyError;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use std::time::Instant;

/// What came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verification {
    /// Whether the whole log is proved.
    intact: bool,
    /// How many entries were proved.
    revisions: u64,
    /// The number of the last entry.
    head_revision: u64,
    /// Its digest. Kept elsewhere, it makes later rewriting evident.
    head_hash: Option<String>,
    /// The first entry that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_at: Option<u64>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// How long it took, in milliseconds.
    took_ms: u64,
}

/// `GET /v1/orgs/{org}/changes/verification`
pub async fn verify(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(_): Path<String>,
) -> Result<Answer<Verification>> {
    caller.require_reader()?;
    let ledger = Arc::clone(&app.ledger);
    let checked = app.heavy(move || {
        let begun = Instant::now();
        let outcome = ledger.verify(&caller.org, &[]);
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let known = ledger.head(&caller.org);
        match outcome {
            Ok(head) => Ok(Verification {
                intact: true,
                revisions: head.revision,
                head_revision: head.revision,
                head_hash: Some(head.hash.to_string()),
                broken_at: None,
                detail: None,
                took_ms,
            }),
            Err(VerifyError::Broken(broken)) => Ok(Verification {
                intact: false,
                revisions: broken.revision.saturating_sub(1),
                head_revision: known.as_ref().map_or(0, |head| head.revision),
                head_hash: known.map(|head| head.hash.to_string()),
                broken_at: Some(broken.revision),
                detail: Some(broken.fault.to_string()),
                took_ms,
            }),
            Err(VerifyError::Storage(error)) => Err(Error::Unavailable(error.to_string())),
        }
    });
    Answer::of(&checked.await?)
}
