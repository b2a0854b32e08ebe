//! Who holds which role where.

use crate::admin::list::{Key, Part};
use crate::admin::seen::{Params, Seen, reference};
use crate::app::App;
use crate::error::{Error, Result};
use ambit_engine::view::Held;
use ambit_engine::{NodeIx, RoleIx, SubjectIx, View};
use ambit_model::{ResourceRef, RoleRef, SubjectKind, SubjectRef};
use axum::extract::State;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Which assignments.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Filter {
    subject: Option<String>,
    role: Option<String>,
    scope: Option<String>,
}

/// A filter whose names are known.
struct Wanted {
    subject: Option<SubjectIx>,
    role: Option<RoleIx>,
    scope: Option<NodeIx>,
}

/// `GET /v1/orgs/{org}/assignments?subject=…&role=…&scope=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<Filter>,
    Params(part): Params<Part>,
) -> Result<Response> {
    seen.answer(&app, move |seen| {
        let view = &*seen.view;
        let wanted = wanted(view, &filter)?;
        let found = found(view, &wanted, part.after()?);
        part.of(view.revision(), found, |(subject, held)| Ok(shown(view, subject, held)))
    })
    .await
}

fn wanted(view: &View, filter: &Filter) -> Result<Wanted> {
    let subject = reference::<SubjectRef>("subject", filter.subject.as_ref())?;
    let role = reference::<RoleRef>("role", filter.role.as_ref())?;
    let scope = reference::<ResourceRef>("scope", filter.scope.as_ref())?;
    Ok(Wanted {
        subject: subject.map(|subject| view.subject(&subject).ok_or(Error::NotFound)).transpose()?,
        role: role.map(|role| view.role(&role).ok_or(Error::NotFound)).transpose()?,
        scope: scope.map(|scope| view.node(&scope).ok_or(Error::NotFound)).transpose()?,
    })
}

/// In the order of subject, role and scope, from the index that fits the filter best.
fn found<'v>(
    view: &'v View,
    wanted: &Wanted,
    after: Option<Key>,
) -> Box<dyn Iterator<Item = (Key, (SubjectIx, Held))> + 'v> {
    let from = after.map_or(0, |[subject, ..]| subject);
    let subjects: Vec<SubjectIx> = match (wanted.subject, wanted.scope, wanted.role) {
        (Some(subject), ..) => vec![subject],
        (None, Some(scope), _) => sorted(view.holders_at(scope).map(|(_, subject)| subject)),
        (None, None, Some(role)) => sorted(view.assignments_of(role).map(|(_, subject)| subject)),
        (None, None, None) => sorted(all(view)),
    };
    let (role, scope) = (wanted.role, wanted.scope);
    let of_subject = move |subject: SubjectIx| {
        let fits = |held: &&Held| {
            role.is_none_or(|role| role == held.role) && scope.is_none_or(|scope| scope == held.scope)
        };
        let mut held: Vec<Held> = view.held(subject).iter().filter(fits).copied().collect();
        held.sort_unstable_by_key(|held| (held.role, held.scope));
        held.into_iter().map(move |held| ([subject.0, held.role.0, held.scope.0], (subject, held)))
    };
    Box::new(subjects.into_iter().filter(move |subject| subject.0 >= from).flat_map(of_subject))
}

fn all(view: &View) -> impl Iterator<Item = SubjectIx> + '_ {
    [SubjectKind::User, SubjectKind::Group, SubjectKind::ApiKey]
        .into_iter()
        .flat_map(|kind| view.subjects(kind))
}

fn sorted(subjects: impl Iterator<Item = SubjectIx>) -> Vec<SubjectIx> {
    let mut subjects: Vec<SubjectIx> = subjects.collect();
    subjects.sort_unstable();
    subjects.dedup();
    subjects
}

/// An assignment as it is shown.
#[must_use]
pub fn shown(view: &View, subject: SubjectIx, held: Held) -> Json {
    json!(view.assignment(subject, held))
}
