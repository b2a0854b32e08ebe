//! Groups and who is in them.

use crate::admin::bodies::{GroupBody, Patch};
use crate::admin::commands::Command;
use crate::admin::record::Record;
use crate::admin::write::{Write, Writing};
use crate::answer::Written;
use crate::error::{Error, Result};
use crate::path::Path;
use ambit_model::{Group, SubjectKind, SubjectRef};

async fn carry_out(id: String, command: Command, writing: Writing) -> Result<Written<Group>> {
    let shown = id.clone();
    let result = move |view: &ambit_engine::View| {
        view.subject_named(SubjectKind::Group, &shown).and_then(|group| view.group(group)).cloned()
    };
    writing.of(Record::Group(id)).carry_out(vec![command], result).await
}

/// `PUT /v1/orgs/{org}/groups/{id}`
pub async fn put(Path((_, id)): Path<(String, String)>, write: Write<GroupBody>) -> Result<Written<Group>> {
    let (body, writing) = write.taken();
    carry_out(id.clone(), Command::PutGroup { id, body }, writing).await
}

/// `PATCH /v1/orgs/{org}/groups/{id}`
pub async fn patch(
    Path((_, id)): Path<(String, String)>,
    write: Write<Patch<GroupBody>>,
) -> Result<Written<Group>> {
    let (body, writing) = write.taken();
    carry_out(id.clone(), Command::PatchGroup { id, body }, writing).await
}

/// `DELETE /v1/orgs/{org}/groups/{id}`
pub async fn delete(Path((_, id)): Path<(String, String)>, write: Write) -> Result<Written<Group>> {
    let ((), writing) = write.taken();
    carry_out(id.clone(), Command::DeleteGroup { id }, writing).await
}

/// `PUT /v1/orgs/{org}/groups/{id}/members/{member}`
pub async fn put_member(
    Path((_, id, member)): Path<(String, String, String)>,
    write: Write,
) -> Result<Written<Group>> {
    let ((), writing) = write.taken();
    let member = named(&member)?;
    carry_out(id.clone(), Command::PutMember { id, member }, writing).await
}

/// `DELETE /v1/orgs/{org}/groups/{id}/members/{member}`
pub async fn delete_member(
    Path((_, id, member)): Path<(String, String, String)>,
    write: Write,
) -> Result<Written<Group>> {
    let ((), writing) = write.taken();
    let member = named(&member)?;
    carry_out(id.clone(), Command::DeleteMember { id, member }, writing).await
}

fn named(member: &str) -> Result<SubjectRef> {
    member.parse().map_err(|_| Error::NotFound)
}
