//! The thread that saves snapshots, from immutable views: it never keeps a writer waiting.

use super::Shared;
use super::event::Event;
use super::slot::Published;
use crate::state::State;
use crate::storage::{Snapshot, StorageError};
use ambit_model::OrgId;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// A view to be saved.
pub(super) struct Save<S> {
    pub org: OrgId,
    pub published: Arc<Published<S>>,
}

/// Saves until nobody can ask any more.
pub(super) fn run<S: State>(shared: &Shared<S>, saves: &Receiver<Save<S>>) {
    saves.iter().for_each(|save| keep(shared, &save));
}

/// Saves a view. Failing is no harm beyond a longer start next time, so it is only told.
pub(super) fn keep<S: State>(shared: &Shared<S>, save: &Save<S>) {
    if let Err(error) = try_keep(shared, save) {
        shared.tell(&Event::SnapshotFailed { org: save.org.clone(), error });
    }
}

fn try_keep<S: State>(shared: &Shared<S>, save: &Save<S>) -> Result<(), StorageError> {
    let (org, head) = (&save.org, save.published.head);
    let bytes = save.published.state.snapshot();
    shared.storage.put_snapshot(org, &Snapshot { at: head.anchor(), bytes })?;
    shared.storage.prune_snapshots(org, head.revision, shared.options.snapshots_kept)?;
    match head.time.checked_sub(shared.options.answers_kept) {
        Ok(before) => shared.storage.forget_answers(org, before),
        Err(_) => Ok(()),
    }
}
