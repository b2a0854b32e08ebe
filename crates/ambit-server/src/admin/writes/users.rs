//! Users: added, changed, suspended and brought back, removed.

use super::made_id;
use crate::admin::bodies::{NewUser, Patch, UserBody};
use crate::admin::commands::Command;
use crate::admin::record::Record;
use crate::admin::write::{Write, Writing};
use crate::answer::{Created, Written};
use crate::error::Result;
use crate::path::Path;
use ambit_model::{Status, SubjectKind, User};

async fn carry_out(id: String, command: Command, writing: Writing) -> Result<Written<User>> {
    let shown = id.clone();
    let result = move |view: &ambit_engine::View| {
        view.subject_named(SubjectKind::User, &shown).and_then(|user| view.user(user))
    };
    writing.of(Record::User(id)).carry_out(vec![command], result).await
}

/// `POST /v1/orgs/{org}/users`
pub async fn create(Path(_): Path<String>, write: Write<NewUser>) -> Result<Created<User>> {
    let (NewUser { id, name, email, status, properties }, writing) = write.taken();
    let id = id.map_or_else(made_id, Ok)?;
    let body = UserBody { name, email, status, properties };
    let dry_run = writing.wanted.dry_run;
    let command = Command::CreateUser { id: id.clone(), body };
    Ok(carry_out(id, command, writing).await?.created(dry_run))
}

/// `PUT /v1/orgs/{org}/users/{id}`
pub async fn put(Path((_, id)): Path<(String, String)>, write: Write<UserBody>) -> Result<Written<User>> {
    let (body, writing) = write.taken();
    carry_out(id.clone(), Command::PutUser { id, body }, writing).await
}

/// `PATCH /v1/orgs/{org}/users/{id}`
pub async fn patch(
    Path((_, id)): Path<(String, String)>,
    write: Write<Patch<UserBody>>,
) -> Result<Written<User>> {
    let (body, writing) = write.taken();
    carry_out(id.clone(), Command::PatchUser { id, body }, writing).await
}

/// `DELETE /v1/orgs/{org}/users/{id}`
pub async fn delete(Path((_, id)): Path<(String, String)>, write: Write) -> Result<Written<User>> {
    let ((), writing) = write.taken();
    carry_out(id.clone(), Command::DeleteUser { id }, writing).await
}

/// `POST /v1/orgs/{org}/users/{id}/suspend`
pub async fn suspend(Path((_, id)): Path<(String, String)>, write: Write) -> Result<Written<User>> {
    set_status(id, Status::Suspended, write).await
}

/// `POST /v1/orgs/{org}/users/{id}/activate`
pub async fn activate(Path((_, id)): Path<(String, String)>, write: Write) -> Result<Written<User>> {
    set_status(id, Status::Active, write).await
}

/// `POST /v1/orgs/{org}/users/{id}/deactivate`
pub async fn deactivate(Path((_, id)): Path<(String, String)>, write: Write) -> Result<Written<User>> {
    set_status(id, Status::Deactivated, write).await
}

async fn set_status(id: String, status: Status, write: Write) -> Result<Written<User>> {
    let ((), writing) = write.taken();
    carry_out(id.clone(), Command::SetUserStatus { id, status }, writing).await
}
