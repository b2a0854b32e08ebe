//! Acting as somebody else, under both names.
//!
//! Who may: for every role that the target holds, itself or through groups, the actor must have the authority to assign
//! it there (so nobody reaches up: `administration.md` C.2.3, design 3.11) and to impersonate its holders; and where the
//! product has a permission for it, such as `users.impersonate`, hold that permission there. An administrator of the
//! whole organization, whose authority spans products, needs no permission of each of them.
//!
//! What may not be done meanwhile: setting passwords, issuing keys, inviting, deciding on approvals, acting as yet
//! another. It ends by itself after an hour, and at once when the rules would not let it begin any more.

use crate::app::App;
use crate::error::{Error, Result};
use crate::signin::visit::{Reply, Visit};
use crate::signin::who::{SignedIn, end_acting};
use crate::signin::{passwords, people, sessions, writing};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::holdings::{Holding, Holdings};
use ambit_engine::{EntityRef, Question, SubjectIx, View};
use ambit_model::{Change, Note, Outcome, Status, SubjectRef, Timestamp};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;
use std::sync::Arc;

/// How catalogs call the permission, whatever is before the dot.
const PERMISSION: &str = ".impersonate";

/// As whom to act.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Whom {
    /// The user's id.
    user: String,
}

/// `POST /v1/orgs/{org}/impersonation`
pub async fn begin(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(org): Path<String>,
    visit: Visit<Whom>,
) -> Result<Reply<sessions::Shown>> {
    let caller = signed_in.oneself()?;
    if org != caller.org.as_str() {
        return Err(Error::NotFound);
    }
    let target = SubjectRef::user(visit.body.user);
    passwords::seen(caller, &target)?;
    let (actor, whom) = (caller.subject.clone(), target.clone());
    let decide = move |view: &View, now: Timestamp| {
        check(view, &actor, &whom, now).map_err(Error::Forbidden)?;
        Ok((vec![Change::Noted(Note::ImpersonationStarted { user: whom.id.clone() })], Json::Null))
    };
    writing::write(&app, &caller.org, caller.actor(), visit.from.request_id, decide).await?;
    let until = app.now().checked_add(app.config.sign_in.impersonation).unwrap_or(Timestamp::MAX);
    let (hash, user) = (signed_in.session.hash, target.id.clone());
    app.vault(move |vault| vault.act_as(&hash, Some((&user, until)))).await?;
    let mut session = signed_in.session.clone();
    session.acting = Some((target.id, until));
    Reply::json(StatusCode::OK, &sessions::Shown::of(&app, &caller.view, &session).await?)
}

/// `DELETE /v1/impersonation`
pub async fn end(State(app): State<Arc<App>>, signed_in: SignedIn) -> Result<Reply<sessions::Shown>> {
    if signed_in.caller.impersonator.is_none() {
        return Err(Error::NotFound);
    }
    end_acting(&app, &signed_in.session, &signed_in.person(), &signed_in.caller.subject).await?;
    let mut session = signed_in.session.clone();
    session.acting = None;
    Reply::json(StatusCode::OK, &sessions::Shown::of(&app, &signed_in.caller.view, &session).await?)
}

/// Refuses the steps that nobody takes while acting as somebody else: what would outlast the acting, or count as
/// another person.
///
/// # Errors
/// If one of them is among the changes.
pub fn permit(view: &View, changes: &[Change]) -> Result<()> {
    let forbidden = |change: &Change| match change {
        Change::ApiKeySet(key) => !key.revoked,
        Change::ApprovalSet(approval) => {
            let before = view.approval(&approval.id).and_then(|known| known.decided_by.as_ref());
            approval.decided_by.as_ref() != before
        }
        Change::UserSet(user) => user.status == Status::Invited,
        _ => false,
    };
    if changes.iter().any(forbidden) { Err(Error::Impersonating) } else { Ok(()) }
}

/// Whether an actor may act as a target.
///
/// # Errors
/// The rule that is against it.
pub fn check(view: &View, actor: &SubjectRef, target: &SubjectRef, now: Timestamp) -> Result<(), String> {
    if actor == target {
        return Err("nobody acts as themselves".into());
    }
    let refuse = |why: String| format!("`{actor}` may not act as `{target}`: {why}");
    let both = view.subject(actor).zip(view.subject(target));
    let (actor_index, target_index) = both.ok_or_else(|| refuse("there is no such user".into()))?;
    for user in [actor, target] {
        if !people::is_active(view, &user.id) {
            return Err(refuse(format!("`{user}` is not active")));
        }
    }
    let held = people::held(view, target_index, now);
    for verb in [AdministerVerb::Assign, AdministerVerb::Impersonate] {
        people::dominates(view, actor_index, target_index, verb, now).map_err(|beyond| {
            let word = if verb == AdministerVerb::Assign { "assign" } else { "impersonate holders of" };
            refuse(format!("no role that it holds lets it {word} `{}` at `{}`", beyond.role, beyond.scope))
        })?;
    }
    let over_all =
        |at: ambit_engine::NodeIx| view.has_verb(actor_index, AdministerVerb::Impersonate, at, now);
    if held.is_empty() && !view.root().is_some_and(over_all) {
        return Err(refuse("a user without roles is impersonated only from the organization".into()));
    }
    let lacking = held.iter().find_map(|held| lacks_permission(view, actor, actor_index, held, now));
    lacking
        .map_or(Ok(()), |(permission, scope)| Err(refuse(format!("this needs `{permission}` at `{scope}`"))))
}

/// The permission that a role's product asks for, where the actor does not have it.
fn lacks_permission(
    view: &View,
    actor: &SubjectRef,
    index: SubjectIx,
    held: &Holding,
    now: Timestamp,
) -> Option<(String, String)> {
    let product = view.roles().product_of(held.role);
    let catalog = view.registry().catalog(product);
    let asked = catalog.permissions.iter().find(|permission| permission.id.ends_with(PERMISSION))?;
    let permission = format!("{}/{}", catalog.product, asked.id);
    let scope = view.node_ref(held.scope);
    let question = Question {
        subject: EntityRef::new(actor.kind.as_str(), &actor.id),
        permission: &permission,
        action: None,
        resource: EntityRef::new(&scope.kind, &scope.id),
        context: None,
        time: now,
    };
    let allowed = view.check(&question).outcome == Outcome::Allow || spans(view, index, held, now);
    (!allowed).then(|| (permission, scope.to_string()))
}

/// Whether an authority that spans products lets the actor impersonate there.
fn spans(view: &View, actor: SubjectIx, target: &Holding, now: Timestamp) -> bool {
    let spanning = view.registry().enabled().filter(|(_, declared)| declared.catalog.spans_products);
    spanning.into_iter().any(|(product, declared)| {
        Holdings::gather(view, actor, product, now).iter().any(|holding| {
            let row = view.roles().row(holding.role);
            let mut roles = row.covers.iter().filter_map(|name| declared.catalog.role(name));
            holding.inactive.is_none()
                && view.covers(holding.scope, target.scope)
                && product != view.roles().product_of(target.role)
                && roles.any(|role| {
                    role.administers.iter().any(|one| one.verbs.contains(&AdministerVerb::Impersonate))
                })
        })
    })
}
