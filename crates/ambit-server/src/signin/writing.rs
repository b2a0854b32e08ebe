//! What happens here is written to the log: as a note, or as a step that is decided like any other.

use crate::app::App;
use crate::error::{Error, Result};
use ambit_engine::View;
use ambit_governance::{Leniency, Proposal, decide};
use ambit_log::{Accepted, Receipt, WriteFailure, WriteOptions};
use ambit_model::{Actor, Change, Note, OrgId, Timestamp};
use serde_json::Value as Json;

/// Decides and writes; answers when it is durable.
///
/// # Errors
/// The decision's refusal, or what kept the write from becoming durable.
pub async fn write(
    app: &App,
    org: &OrgId,
    actor: Actor,
    request_id: Option<String>,
    mut decide: impl FnMut(&View, Timestamp) -> Result<(Vec<Change>, Json)> + Send + 'static,
) -> Result<Receipt> {
    let options = WriteOptions { request_id, ..WriteOptions::default() };
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let decide = move |view: &View, now: Timestamp| -> Result<Accepted> {
        let (changes, answer) = decide(view, now)?;
        Ok(Accepted { changes, answer })
    };
    app.ledger.submit(org, actor, options, decide, move |result| {
        // Whoever asked may have gone; the write stands.
        let _ = sender.send(result);
    });
    receiver.await.map_err(|_| Error::from(WriteFailure::Interrupted))?.map_err(Error::from)
}

/// Notes that something happened.
///
/// # Errors
/// If it cannot be written.
pub async fn note(
    app: &App,
    org: &OrgId,
    actor: Actor,
    request_id: Option<String>,
    note: Note,
) -> Result<()> {
    let decide = move |_: &View, _: Timestamp| Ok((vec![Change::Noted(note.clone())], Json::Null));
    write(app, org, actor, request_id, decide).await.map(|_| ())
}

/// The changes of a step of an actor, made whole.
///
/// # Errors
/// Every rule that is against it.
pub fn step(view: &View, wanted: Vec<Change>, actor: &Actor, now: Timestamp) -> Result<Vec<Change>> {
    let proposals = wanted.into_iter().map(Proposal::from).collect();
    Ok(decide(view, proposals, actor, now, Leniency::default())?.changes)
}
