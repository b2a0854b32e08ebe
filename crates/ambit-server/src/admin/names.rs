//! The names of users, groups and API keys that a screen knows by their references: all of them at once.

use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::{Error, Result};
use ambit_engine::SubjectIx;
use ambit_governance::Sight;
use ambit_model::{SubjectKind, SubjectRef};
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// So many are named at once.
const MOST: usize = 200;

/// Whose names.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Wanted {
    /// References, one on each line: ids hold no line breaks.
    refs: String,
}

/// Names.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Names {
    /// Of those that are there and seen.
    items: Vec<NameShown>,
    /// The revision that was read.
    revision: u64,
}

/// Somebody's name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NameShown {
    /// Whose.
    id: SubjectRef,
    /// The name or title, for people.
    name: Option<String>,
}

/// `GET /v1/orgs/{org}/names?refs=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(wanted): Params<Wanted>,
) -> Result<Shown<Names>> {
    let refs = references(&wanted.refs)?;
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let named = |id: SubjectRef| {
            let subject = sight.view().subject(&id).filter(|subject| sight.subject(*subject))?;
            Some(NameShown { name: name(&sight, subject, &id), id })
        };
        Ok(Names { items: refs.into_iter().filter_map(named).collect(), revision: sight.view().revision() })
    })
    .await
}

fn references(text: &str) -> Result<Vec<SubjectRef>> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    if lines.len() > MOST {
        let much = format!("`refs` has {} references, and at most {MOST} are answered at once", lines.len());
        return Err(Error::bad_request("invalid_query", much));
    }
    let read = |line: &str| {
        line.parse()
            .map_err(|error| Error::bad_request("invalid_query", format!("`refs`: `{line}`: {error}")))
    };
    lines.into_iter().map(read).collect()
}

fn name(sight: &Sight<'_>, subject: SubjectIx, id: &SubjectRef) -> Option<String> {
    let view = sight.view();
    match id.kind {
        SubjectKind::User => view.user(subject).and_then(|user| user.name),
        SubjectKind::Group => view.group(subject).and_then(|group| group.title.clone()),
        SubjectKind::ApiKey => view.api_key(subject).and_then(|key| key.title.clone()),
    }
}
