//! Approvals over HTTP: filing a request, deciding on it, using it once, withdrawing it.
//!
//! A story. The shop's server, with a secret key, asks whether Carol may place an order, hears `needs_approval`, and
//! files her request. Bob decides in the shop's own pages; the server says so with `"by": "user:bob"`, which it may
//! only if its key has the authority to act for Bob (`impersonate`, over every role that Bob holds: speaking for
//! somebody is taking all that they hold). The log names both. A key never decides as itself: programs are nobody's
//! second pair of eyes. Filing, using and withdrawing give nobody anything, and are open to every secret key. A person
//! who signed in files, uses and withdraws their own requests, and decides as themselves; never while acting as
//! somebody else, who would not be another person (`administration.md` C.3).

use crate::admin::list::{List, Part, counted};
use crate::admin::seen::{Params, Seen, reference};
use crate::admin::write::{self, Conditions};
use crate::answer::Shown;
use crate::app::{App, random};
use crate::auth::{Caller, Means};
use crate::authzen::wire::{Asked, Parts};
use crate::body;
use crate::error::{Error, Result};
use crate::hex;
use ambit_catalog::file::AdministerVerb;
use ambit_engine::{Question, View};
use ambit_governance::Sight;
use ambit_governance::approvals::{self, Ruling, state_name};
use ambit_log::Accepted;
use ambit_model::{Actor, Approval, Change, ResourceRef, SubjectKind, SubjectRef, Timestamp};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Which approvals.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Filter {
    /// Asked for by this subject.
    subject: Option<String>,
    /// `pending`, `approved`, `denied`, `used`, `cancelled`.
    state: Option<String>,
}

/// `GET /v1/orgs/{org}/approvals?subject=…&state=…`
pub async fn list(
    State(app): State<Arc<App>>,
    seen: Seen,
    Params(filter): Params<Filter>,
    Params(part): Params<Part>,
) -> Result<Shown<List<ApprovalShown>>> {
    seen.shows(&app, move |seen| {
        let sight = seen.sight();
        let subject = reference::<SubjectRef>("subject", filter.subject.as_ref())?;
        let fits = |approval: &&Approval| {
            subject.as_ref().is_none_or(|subject| *subject == approval.subject)
                && filter.state.as_deref().is_none_or(|state| state == state_name(approval.state))
                && sight.approval(approval)
        };
        let time = seen.time;
        part.of(seen.view.revision(), counted(seen.view.approvals().filter(fits)), |approval| {
            Ok(ApprovalShown::of(approval, time))
        })
    })
    .await
}

/// An approval as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ApprovalShown {
    /// The record.
    #[serde(flatten)]
    approval: Approval,
    /// Whether it is worthless by now.
    expired: bool,
}

impl ApprovalShown {
    fn of(approval: &Approval, now: Timestamp) -> Self {
        Self { approval: approval.clone(), expired: approval.expires <= now }
    }
}

/// `GET /v1/orgs/{org}/approvals/{id}`: for whoever filed it and knows its id, which cannot be guessed.
pub async fn show(caller: Caller, Path((_, id)): Path<(String, String)>) -> Result<Response> {
    caller.require_secret()?;
    let approval = caller.view.approval(&id).ok_or(Error::NotFound)?;
    let sees = || Sight::of(&caller.view, &caller.subject, caller.now).approval(approval);
    if require_about(&caller, &approval.subject).is_err() && !sees() {
        return Err(Error::NotFound);
    }
    Ok(write::written(StatusCode::OK, &shown(approval, caller.now), caller.view.revision(), false, None))
}

fn require_about(caller: &Caller, subject: &SubjectRef) -> Result<()> {
    caller.require_may_ask(subject.kind.as_str(), &subject.id)
}

fn require_about_question(caller: &Caller, question: &Question<'_>) -> Result<()> {
    caller.require_may_ask(question.subject.kind, question.subject.id)
}

fn shown(approval: &Approval, now: Timestamp) -> Json {
    json!(ApprovalShown::of(approval, now))
}

/// What filing a request says beside the question.
#[derive(Debug, Deserialize)]
struct Filing {
    until: Option<Timestamp>,
}

/// `POST /v1/orgs/{org}/approvals`
pub async fn request(State(app): State<Arc<App>>, caller: Caller, request: Request) -> Result<Response> {
    caller.require_secret()?;
    let conditions = Conditions::of(&request)?;
    let bytes = body::question(request, &app.config.limits).await?;
    let filing: Filing = body::parse(&bytes)?;
    let id = hex::encode(&random::<16>().map_err(|error| Error::Internal(error.to_string()))?);
    let actor = caller.actor();
    let depth = app.config.limits.depth;
    let (sent, asker) = (bytes.clone(), caller.clone());
    let decide = move |view: &View, now: Timestamp| {
        with_question(&bytes, depth, now, |question| {
            require_about_question(&asker, question)?;
            let approval = approvals::request(view, question, id.clone(), filing.until)?;
            Ok(accepted(Some(approval), now))
        })
    };
    let receipt = write::write(&app, &caller, actor, conditions, &[b"request", &sent], decide).await?;
    Ok(write::written(
        StatusCode::CREATED,
        &receipt.answer["approval"],
        receipt.revision,
        receipt.replayed,
        None,
    ))
}

/// Who decides, and where a resource that is not registered stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Deciding {
    by: SubjectRef,
    parent: Option<ResourceRef>,
}

/// `POST /v1/orgs/{org}/approvals/{id}/approve`
pub async fn approve(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    rule(&app, &caller, id, request, Ruling::Approve).await
}

/// `POST /v1/orgs/{org}/approvals/{id}/deny`
pub async fn deny(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    rule(&app, &caller, id, request, Ruling::Deny).await
}

async fn rule(
    app: &Arc<App>,
    caller: &Caller,
    id: String,
    request: Request,
    ruling: Ruling,
) -> Result<Response> {
    caller.require_secret()?;
    let conditions = Conditions::of(&request)?;
    let bytes = body::question(request, &app.config.limits).await?;
    let Deciding { by, parent } = body::parse(&bytes)?;
    let speaker = Speaker::of(caller, &by)?;
    let actor = speaker.actor(&by);
    let kind = match ruling {
        Ruling::Approve => "approve",
        Ruling::Deny => "deny",
    };
    let name = id.clone();
    let decide = move |view: &View, now: Timestamp| -> Result<Accepted> {
        if let Speaker::For(key) = &speaker {
            may_speak_for(view, key, &by, now)?;
        }
        let approval = approvals::decide(view, &id, ruling, &by, parent.as_ref(), now)?;
        Ok(accepted(Some(approval), now))
    };
    let parts: [&[u8]; 3] = [kind.as_bytes(), name.as_bytes(), &bytes];
    let receipt = write::write(app, caller, actor, conditions, &parts, decide).await?;
    Ok(write::written(StatusCode::OK, &receipt.answer["approval"], receipt.revision, receipt.replayed, None))
}

/// Who brings a decision.
enum Speaker {
    /// The person who decides.
    Themselves,
    /// A program, for the person who decides.
    For(SubjectRef),
}

impl Speaker {
    fn of(caller: &Caller, by: &SubjectRef) -> Result<Self> {
        if caller.means != Means::Session {
            return Ok(Self::For(caller.subject.clone()));
        }
        if caller.impersonator.is_some() {
            return Err(Error::Forbidden("nobody decides on approvals while acting as somebody else".into()));
        }
        if caller.subject != *by {
            return Err(Error::Forbidden(format!("`{}` decides as itself, not as `{by}`", caller.subject)));
        }
        Ok(Self::Themselves)
    }

    fn actor(&self, by: &SubjectRef) -> Actor {
        let impersonator = match self {
            Self::Themselves => None,
            Self::For(key) => Some(key.clone()),
        };
        Actor::Subject { subject: by.clone(), impersonator }
    }
}

/// A key speaks for a user only with authority over every role that the user holds.
fn may_speak_for(view: &View, key: &SubjectRef, user: &SubjectRef, now: Timestamp) -> Result<()> {
    let refuse = || Error::Forbidden(format!("`{key}` may not act for `{user}`"));
    if user.kind != SubjectKind::User {
        return Err(refuse());
    }
    let (actor, target) = (view.subject(key).ok_or_else(refuse)?, view.subject(user).ok_or_else(refuse)?);
    let mut holders = view.all_groups(target);
    holders.push(target);
    let mut held = holders.iter().flat_map(|holder| view.held(*holder)).peekable();
    let holds_something = held.peek().is_some();
    let over_all = held.all(|held| {
        let known = view.roles().row(held.role).exists;
        !known || view.has_authority(actor, AdministerVerb::Impersonate, held.role, held.scope, now)
    });
    if holds_something && over_all { Ok(()) } else { Err(refuse()) }
}

/// `POST /v1/orgs/{org}/approvals/{id}/use`: asks the question again and uses the approval up, in one step.
pub async fn use_once(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    caller.require_secret()?;
    let conditions = Conditions::of(&request)?;
    let bytes = body::question(request, &app.config.limits).await?;
    let actor = caller.actor();
    let depth = app.config.limits.depth;
    let (sent, name, asker) = (bytes.clone(), id.clone(), caller.clone());
    let decide = move |view: &View, now: Timestamp| {
        with_question(&bytes, depth, now, |question| {
            require_about_question(&asker, question)?;
            Ok(accepted(approvals::use_once(view, &id, question)?, now))
        })
    };
    let parts: [&[u8]; 3] = [b"use", name.as_bytes(), &sent];
    let receipt = write::write(&app, &caller, actor, conditions, &parts, decide).await?;
    let body = json!({ "decision": true, "used": !receipt.answer["approval"].is_null(), "approval": receipt.answer["approval"] });
    Ok(write::written(StatusCode::OK, &body, receipt.revision, receipt.replayed, None))
}

/// `POST /v1/orgs/{org}/approvals/{id}/cancel`
pub async fn cancel(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    caller.require_secret()?;
    let conditions = Conditions::of(&request)?;
    let actor = caller.actor();
    let (name, asker) = (id.clone(), caller.clone());
    let decide = move |view: &View, now: Timestamp| -> Result<Accepted> {
        if let Some(approval) = view.approval(&id) {
            require_about(&asker, &approval.subject)?;
        }
        Ok(accepted(Some(approvals::cancel(view, &id, now)?), now))
    };
    let parts: [&[u8]; 2] = [b"cancel", name.as_bytes()];
    let receipt = write::write(&app, &caller, actor, conditions, &parts, decide).await?;
    Ok(write::written(StatusCode::OK, &receipt.answer["approval"], receipt.revision, receipt.replayed, None))
}

fn with_question<T>(
    bytes: &[u8],
    depth: usize,
    now: Timestamp,
    then: impl FnOnce(&Question<'_>) -> Result<T>,
) -> Result<T> {
    let asked: Asked<'_> = body::parse(bytes)?;
    let parts = Parts {
        subject: asked.subject.as_ref(),
        action: asked.action.as_ref(),
        resource: asked.resource.as_ref(),
        context: asked.context.as_ref(),
    };
    then(&parts.question(depth, now)?)
}

fn accepted(approval: Option<Approval>, now: Timestamp) -> Accepted {
    let answer = json!({ "approval": approval.as_ref().map(|approval| shown(approval, now)) });
    Accepted { changes: approval.map(Change::ApprovalSet).into_iter().collect(), answer }
}
