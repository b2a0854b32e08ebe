//! Custom roles and overlays of system roles.

use crate::admin::bodies::{Copying, NewRole, OverlayBody, Patch, RoleBody};
use crate::admin::commands::Command;
use crate::admin::deletion::{self, Deletion};
use crate::admin::record::Record;
use crate::admin::write::{Administrator, Gate, Write, Writing};
use crate::answer::{Answer, Created, Written};
use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::path::Path;
use ambit_governance::sight::Sight;
use ambit_model::{CustomRole, Overlay, RoleRef};
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

type Named = Path<(String, String, String)>;

fn named(Path((_, product, role)): Named) -> RoleRef {
    RoleRef { product, role }
}

async fn carry_out(id: RoleRef, command: Command, writing: Writing) -> Result<Written<CustomRole>> {
    let shown = id.clone();
    let result = move |view: &ambit_engine::View| view.custom_role(&shown).cloned();
    writing.of(Record::Role(id)).carry_out(vec![command], result).await
}

/// `POST /v1/orgs/{org}/roles`
pub async fn create(Path(_): Path<String>, write: Write<NewRole>) -> Result<Created<CustomRole>> {
    let (new, writing) = write.taken();
    let (id, body) = new.parts();
    let dry_run = writing.wanted.dry_run;
    Ok(carry_out(id.clone(), Command::CreateRole { id, body }, writing).await?.created(dry_run))
}

/// `PUT /v1/orgs/{org}/roles/{product}/{role}`
pub async fn put(path: Named, write: Write<RoleBody>) -> Result<Written<CustomRole>> {
    let id = named(path);
    let (body, writing) = write.taken();
    carry_out(id.clone(), Command::PutRole { id, body }, writing).await
}

/// `PATCH /v1/orgs/{org}/roles/{product}/{role}`
pub async fn patch(path: Named, write: Write<Patch<RoleBody>>) -> Result<Written<CustomRole>> {
    let id = named(path);
    let (body, writing) = write.taken();
    carry_out(id.clone(), Command::PatchRole { id, body }, writing).await
}

/// `POST /v1/orgs/{org}/roles/{product}/{role}/duplicate`
pub async fn duplicate(path: Named, write: Write<Copying>) -> Result<Created<CustomRole>> {
    let id = named(path);
    let (body, writing) = write.taken();
    let copy = RoleRef { product: id.product.clone(), role: body.id.clone() };
    let dry_run = writing.wanted.dry_run;
    Ok(carry_out(copy, Command::DuplicateRole { id, body }, writing).await?.created(dry_run))
}

/// `POST /v1/orgs/{org}/roles/{product}/{role}/deletion`: writes nothing.
pub async fn deletion(State(app): State<Arc<App>>, caller: Caller, path: Named) -> Result<Answer<Deletion>> {
    caller.require_secret()?;
    Administrator::pass(&caller)?;
    let id = named(path);
    let role = caller.view.role(&id).ok_or(Error::NotFound)?;
    if !Sight::of(&caller.view, &caller.subject, caller.now).role(role) {
        return Err(Error::NotFound);
    }
    if caller.view.custom_role(&id).is_none() {
        let detail = format!("`{id}` is a system role: system roles cannot be deleted");
        return Err(Error::Conflict { code: "system_role", detail });
    }
    let view = Arc::clone(&caller.view);
    app.clone().heavy(move || Answer::of(&deletion::preview(&app, &caller, &view, &id, caller.now)?)).await
}

/// What confirms a deletion.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Confirmation {
    /// The token that asking for the deletion gave.
    confirm: Option<String>,
}

/// `DELETE /v1/orgs/{org}/roles/{product}/{role}?confirm=…`
pub async fn delete(path: Named, write: Write<(), Confirmation>) -> Result<Written<CustomRole>> {
    let id = named(path);
    let (Confirmation { confirm }, writing) = write.asked();
    carry_out(id.clone(), Command::DeleteRole { id, confirm }, writing).await
}

/// `PUT /v1/orgs/{org}/roles/{product}/{role}/overlay`
pub async fn put_overlay(path: Named, write: Write<OverlayBody>) -> Result<Written<Overlay>> {
    let role = named(path);
    let (body, writing) = write.taken();
    overlay(role.clone(), Command::PutOverlay { role, body }, writing).await
}

/// `DELETE /v1/orgs/{org}/roles/{product}/{role}/overlay`
pub async fn delete_overlay(path: Named, write: Write) -> Result<Written<Overlay>> {
    let role = named(path);
    let ((), writing) = write.taken();
    overlay(role.clone(), Command::DeleteOverlay { role }, writing).await
}

async fn overlay(role: RoleRef, command: Command, writing: Writing) -> Result<Written<Overlay>> {
    let shown = role.clone();
    let result =
        move |view: &ambit_engine::View| view.overlays().find(|overlay| overlay.role == shown).cloned();
    writing.of(Record::Overlay(role)).carry_out(vec![command], result).await
}
