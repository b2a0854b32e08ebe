//! API keys: made, changed, rotated, revoked, removed. A secret is in the answer of the write that made it, and nowhere
//! else: not in the log, and not in the answer that is kept for repetitions.

use super::made_id;
use crate::admin::bodies::{ApiKeyBody, NewApiKey, Patch, Rotation};
use crate::admin::commands::Command;
use crate::admin::record::Record;
use crate::admin::write::{Write, Writing};
use crate::answer::{Created, Written};
use crate::error::Result;
use crate::path::Path;
use ambit_model::{ApiKey, SubjectKind};

async fn carry_out(id: String, command: Command, writing: Writing) -> Result<Written<ApiKey>> {
    let shown = id.clone();
    let result = move |view: &ambit_engine::View| {
        let key = view.subject_named(SubjectKind::ApiKey, &shown).and_then(|key| view.api_key(key));
        key.map(ApiKey::without_hashes)
    };
    writing.of(Record::ApiKey(id)).carry_out(vec![command], result).await
}

/// `POST /v1/orgs/{org}/api-keys`
pub async fn create(Path(_): Path<String>, write: Write<NewApiKey>) -> Result<Created<ApiKey>> {
    let (body, writing) = write.taken();
    let id = body.id.clone().map_or_else(made_id, Ok)?;
    let dry_run = writing.wanted.dry_run;
    let command = Command::CreateApiKey { id: id.clone(), body };
    Ok(carry_out(id, command, writing).await?.created(dry_run))
}

/// `PATCH /v1/orgs/{org}/api-keys/{id}`
pub async fn patch(
    Path((_, id)): Path<(String, String)>,
    write: Write<Patch<ApiKeyBody>>,
) -> Result<Written<ApiKey>> {
    let (body, writing) = write.taken();
    carry_out(id.clone(), Command::PatchApiKey { id, body }, writing).await
}

/// `DELETE /v1/orgs/{org}/api-keys/{id}`
pub async fn delete(Path((_, id)): Path<(String, String)>, write: Write) -> Result<Written<ApiKey>> {
    let ((), writing) = write.taken();
    carry_out(id.clone(), Command::DeleteApiKey { id }, writing).await
}

/// `POST /v1/orgs/{org}/api-keys/{id}/rotate`
pub async fn rotate(
    Path((_, id)): Path<(String, String)>,
    write: Write<Rotation>,
) -> Result<Written<ApiKey>> {
    let (body, writing) = write.taken();
    carry_out(id.clone(), Command::RotateApiKey { id, body }, writing).await
}

/// `POST /v1/orgs/{org}/api-keys/{id}/revoke`
pub async fn revoke(Path((_, id)): Path<(String, String)>, write: Write) -> Result<Written<ApiKey>> {
    let ((), writing) = write.taken();
    carry_out(id.clone(), Command::RevokeApiKey { id }, writing).await
}

/// `POST /v1/orgs/{org}/api-keys/{id}/take-over`
pub async fn take_over(Path((_, id)): Path<(String, String)>, write: Write) -> Result<Written<ApiKey>> {
    let ((), writing) = write.taken();
    carry_out(id.clone(), Command::TakeOverApiKey { id }, writing).await
}
