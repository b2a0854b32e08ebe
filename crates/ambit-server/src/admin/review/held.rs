//! Who holds what: AssignedUsers, AuthorizedUsers, AssignedRoles, AuthorizedRoles.

use super::{role, sees_path, subject};
use crate::admin::list::{List, Part, counted};
use crate::admin::named;
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_governance::review::held::{HeldRole, assigned_roles, authorized_roles};
use ambit_governance::review::holders::{
    AssignedUser, AuthorizedUser, assigned_users, authorized_user, ways_to,
};
use ambit_governance::{NodeSight, Sight};
use ambit_model::SubjectKind;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Of which role.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OfRole {
    /// `product/role`.
    role: Option<String>,
    /// At this resource.
    scope: Option<String>,
    /// Only users, groups or API keys.
    kind: Option<SubjectKind>,
}

/// Of which subject.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct OfSubject {
    /// `user:…`, `group:…` or `api_key:…`.
    subject: Option<String>,
}

/// `GET …/review/assigned-users?role=…&scope=…`: AssignedUsers.
pub async fn assigned(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OfRole>,
    Params(part): Params<Part>,
) -> Result<Shown<List<AssignedUser>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let role = role(&sight, "role", of.role.as_ref())?;
        let scope = named::node(&sight, "scope", of.scope.as_ref(), NodeSight::Place)?;
        let wanted = |subject| of.kind.is_none_or(|kind| view.subject_ref(subject).kind == kind);
        let found = assigned_users(view, role, scope, seen.time).filter(|((_, subject, scope), _)| {
            wanted(*subject) && (sight.is_me(*subject) || sight.people_at(*scope))
        });
        part.of(view.revision(), found.map(|((place, ..), show)| (place, show)), |show| Ok(show()))
    })
    .await
}

/// `GET …/review/authorized-users?role=…&scope=…`: AuthorizedUsers, with every way that is seen.
pub async fn authorized(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OfRole>,
    Params(part): Params<Part>,
) -> Result<Shown<List<AuthorizedUser>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let role = role(&sight, "role", of.role.as_ref())?;
        let scope = named::node(&sight, "scope", of.scope.as_ref(), NodeSight::Place)?;
        let ways = ways_to(view, role, scope).into_iter().filter_map(|(subject, mut ways)| {
            ways.retain(|(_, _, at)| sight.is_me(subject) || sight.people_at(*at));
            let wanted = of.kind.is_none_or(|kind| view.subject_ref(subject).kind == kind);
            (wanted && !ways.is_empty()).then_some(([subject.0, 0, 0], (subject, ways)))
        });
        part.of(view.revision(), ways, |(subject, ways)| {
            Ok(authorized_user(view, subject, role, &ways, seen.time))
        })
    })
    .await
}

/// `GET …/review/assigned-roles?subject=…`: AssignedRoles.
pub async fn assigned_to(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OfSubject>,
    Params(part): Params<Part>,
) -> Result<Shown<List<HeldRole>>> {
    roles(&app, seen, of, part, false).await
}

/// `GET …/review/authorized-roles?subject=…`: AuthorizedRoles, also through groups and as baselines; active or dormant.
pub async fn authorized_for(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(of): Params<OfSubject>,
    Params(part): Params<Part>,
) -> Result<Shown<List<HeldRole>>> {
    roles(&app, seen, of, part, true).await
}

async fn roles(app: &App, seen: Seen, of: OfSubject, part: Part, all: bool) -> Result<Shown<List<HeldRole>>> {
    seen.shows(app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let of = subject(&sight, "subject", of.subject.as_ref())?;
        let held =
            if all { authorized_roles(view, of, seen.time) } else { assigned_roles(view, of, seen.time) };
        let is_seen = |held: &HeldRole| sees_path(&sight, of, &held.path) || is_open(&sight, held);
        part.of(view.revision(), counted(held.into_iter().filter(is_seen)), Ok)
    })
    .await
}

/// What every user has in a product is no secret from who sees the product.
fn is_open(sight: &Sight<'_>, held: &HeldRole) -> bool {
    held.baseline && sight.view().role(&held.role).is_some_and(|role| sight.role(role))
}
