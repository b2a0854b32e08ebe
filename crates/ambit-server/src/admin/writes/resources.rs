//! Resources: registered, described, moved, removed.

use crate::admin::bodies::{Patch, ResourceBody};
use crate::admin::commands::Command;
use crate::admin::record::Record;
use crate::admin::write::Write;
use crate::answer::Written;
use crate::error::{Error, Result};
use crate::path::Path;
use ambit_engine::View;
use ambit_model::{Resource, ResourceRef};

fn named(resource: &str) -> Result<ResourceRef> {
    resource.parse().map_err(|_| Error::NotFound)
}

fn shown(id: ResourceRef) -> impl Fn(&View) -> Option<Resource> + Send + Sync + 'static {
    move |view| view.node(&id).map(|node| view.resource(node))
}

/// `PUT /v1/orgs/{org}/resources/{type:id}`
pub async fn put(
    Path((_, resource)): Path<(String, String)>,
    write: Write<ResourceBody>,
) -> Result<Written<Resource>> {
    let id = named(&resource)?;
    let (body, writing) = write.taken();
    let command = Command::PutResource { id: id.clone(), body };
    writing.of(Record::Resource(id.clone())).carry_out(vec![command], shown(id)).await
}

/// `PATCH /v1/orgs/{org}/resources/{type:id}`
pub async fn patch(
    Path((_, resource)): Path<(String, String)>,
    write: Write<Patch<ResourceBody>>,
) -> Result<Written<Resource>> {
    let id = named(&resource)?;
    let (body, writing) = write.taken();
    let command = Command::PatchResource { id: id.clone(), body };
    writing.of(Record::Resource(id.clone())).carry_out(vec![command], shown(id)).await
}

/// `DELETE /v1/orgs/{org}/resources/{type:id}`
pub async fn delete(Path((_, resource)): Path<(String, String)>, write: Write) -> Result<Written<Resource>> {
    let id = named(&resource)?;
    let ((), writing) = write.taken();
    let command = Command::DeleteResource { id: id.clone() };
    writing.of(Record::Resource(id.clone())).carry_out(vec![command], shown(id)).await
}
