//! Who may administer what: AssignableRoles and AdministeredBy.

use super::{place, role, subject};
use crate::admin::list::{List, Part};
use crate::admin::named;
use crate::admin::seen::{Params, Seen};
use crate::answer::Shown;
use crate::app::App;
use crate::error::Result;
use ambit_governance::Sight;
use ambit_governance::review::authority::{
    Administrator, AssignableRole, administered_by, assignable_role, roles_at,
};
use ambit_model::Actor;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Whom to give something, where.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Giving {
    /// To whom: `user:…`, `group:…` or `api_key:…`.
    subject: Option<String>,
    /// Where.
    scope: Option<String>,
    /// By whom; by the caller without.
    actor: Option<String>,
    /// Only those that may be given (true) or may not (false).
    assignable: Option<bool>,
    /// A part of the role's id or title.
    q: Option<String>,
}

/// Which assignment.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Given {
    /// `product/role`.
    role: Option<String>,
    /// Where it is held.
    scope: Option<String>,
    /// Who holds it; its administrators are the same whoever that is, but it has to be seen.
    subject: Option<String>,
}

/// `GET …/review/assignable-roles?subject=…&scope=…&actor=…`: AssignableRoles, with the reasons of those refused.
pub async fn assignable(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(giving): Params<Giving>,
    Params(part): Params<Part>,
) -> Result<Shown<List<AssignableRole>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let target = view.subject_ref(subject(&sight, "subject", giving.subject.as_ref())?);
        let scope = place(&sight, "scope", giving.scope.as_ref())?;
        let actor = actor(&sight, seen, giving.actor.as_ref())?;
        let fits = |role: &ambit_engine::RoleIx| {
            let row = view.roles().row(*role);
            sight.role(*role)
                && named::mentions(giving.q.as_deref(), [Some(row.id.as_str()), Some(row.title.as_str())])
        };
        let after = part.after()?;
        let roles = roles_at(view, scope).filter(fits).map(|role| ([role.0, 0, 0], role));
        let decided =
            roles.filter(|(key, _)| after.is_none_or(|after| *key > after)).filter_map(|(key, role)| {
                let decided = assignable_role(view, &actor, &target, role, scope, seen.time);
                let wanted = giving.assignable.is_none_or(|wanted| wanted == decided.assignable);
                wanted.then_some((key, decided))
            });
        part.of(view.revision(), decided, Ok)
    })
    .await
}

fn actor(sight: &Sight<'_>, seen: &Seen, named: Option<&String>) -> Result<Actor> {
    match named::subject(sight, "actor", named)? {
        None => Ok(seen.caller.actor()),
        Some(actor) => Ok(Actor::Subject { subject: sight.view().subject_ref(actor), impersonator: None }),
    }
}

/// `GET …/review/administered-by?role=…&scope=…`: AdministeredBy; who could give or take this, and by which roles.
pub async fn administrators(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(given): Params<Given>,
    Params(part): Params<Part>,
) -> Result<Shown<List<Administrator>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let view = sight.view();
        let role = role(&sight, "role", given.role.as_ref())?;
        let scope = place(&sight, "scope", given.scope.as_ref())?;
        // What nobody may see holds nothing that could be asked about.
        named::subject(&sight, "subject", given.subject.as_ref())?;
        let found = administered_by(view, role, scope, seen.time).into_iter();
        let seen_ones = found.filter_map(|(subject, mut administrator)| {
            administrator.by.retain(|path| super::sees_path(&sight, subject, path));
            sight.subject(subject).then_some(([subject.0, 0, 0], administrator))
        });
        part.of(view.revision(), seen_ones, Ok)
    })
    .await
}
