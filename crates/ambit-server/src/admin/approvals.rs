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
use crate::admin::write::{self, Anybody, Writing, describe_write, is_nothing};
use crate::answer::{Answer, Shown};
use crate::app::{App, random};
use crate::auth::{Caller, Means};
use crate::authzen::shape::{QuestionAction, QuestionEntity};
use crate::authzen::wire::{Asked, Parts};
use crate::body;
use crate::error::{Error, Result};
use crate::hex;
use crate::openapi::{Describe, Operation};
use crate::path::Path;
use ambit_catalog::file::AdministerVerb;
use ambit_engine::{Question, View};
use ambit_governance::Sight;
use ambit_governance::approvals::{self, Ruling, state_name};
use ambit_log::{Accepted, Receipt};
use ambit_model::{Actor, Approval, Change, Properties, ResourceRef, SubjectKind, SubjectRef, Timestamp};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::marker::PhantomData;
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
pub async fn show(caller: Caller, Path((_, id)): Path<(String, String)>) -> Result<Answer<ApprovalShown>> {
    caller.require_secret()?;
    let approval = caller.view.approval(&id).ok_or(Error::NotFound)?;
    let sees = || Sight::of(&caller.view, &caller.subject, caller.now).approval(approval);
    if require_about(&caller, &approval.subject).is_err() && !sees() {
        return Err(Error::NotFound);
    }
    let body = shown(approval, caller.now);
    Ok(Answer::in_response(write::written(StatusCode::OK, &body, caller.view.revision(), false, None)))
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

/// A step of an approval as it comes in: open to everybody who is recognised, and decided on by rules of its own.
pub struct Step<T> {
    bytes: Bytes,
    writing: Writing,
    body: PhantomData<fn() -> T>,
}

impl<T: 'static> FromRequest<Arc<App>> for Step<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self> {
        let (request, mut writing) = Writing::opened::<Anybody>(request, app).await?;
        let bytes = if is_nothing::<T>() {
            Bytes::new()
        } else {
            body::question(request, &app.config.limits).await?
        };
        writing.sent(bytes.to_vec());
        Ok(Self { bytes, writing, body: PhantomData })
    }
}

impl<T: JsonSchema + 'static> Describe for Step<T> {
    fn describe(operation: &mut Operation<'_>) {
        if !is_nothing::<T>() {
            operation.body::<T>();
        }
        operation.problems(&[410]);
        describe_write(operation);
    }
}

fn settled<T, const STATUS: u16>(body: &Json, receipt: &Receipt, dry_run: bool) -> Answer<T, STATUS> {
    let made = StatusCode::from_u16(STATUS).unwrap_or_default();
    let status = if dry_run { StatusCode::OK } else { made };
    Answer::in_response(write::written(status, body, receipt.revision, receipt.replayed, None))
}

/// A question whose answer is that it needs approval, as for AuthZEN, and until when the approval is wanted.
#[derive(Debug, JsonSchema)]
pub struct ApprovalRequest {
    /// Who.
    pub subject: QuestionEntity,
    /// What.
    pub action: QuestionAction,
    /// On what.
    pub resource: QuestionEntity,
    /// In which circumstances: `amount` and `currency`.
    #[schemars(default)]
    pub context: Option<Properties>,
    /// From this instant on it is worthless; a week from now, if nothing is said.
    #[schemars(default)]
    pub until: Option<Timestamp>,
}

/// What filing a request says beside the question.
#[derive(Debug, Deserialize)]
struct Filing {
    until: Option<Timestamp>,
}

/// `POST /v1/orgs/{org}/approvals`
pub async fn request(step: Step<ApprovalRequest>) -> Result<Answer<ApprovalShown, 201>> {
    let Step { bytes, writing, .. } = step;
    let filing: Filing = body::parse(&bytes)?;
    let id = hex::encode(&random::<16>().map_err(|error| Error::Internal(error.to_string()))?);
    let (dry_run, depth) = (writing.wanted.dry_run, writing.app.config.limits.depth);
    let (asker, actor) = (writing.caller.clone(), writing.caller.actor());
    let decide = move |view: &View, now: Timestamp| {
        with_question(&bytes, depth, now, |question| {
            require_about_question(&asker, question)?;
            let approval = approvals::request(view, question, id.clone(), filing.until)?;
            Ok(accepted(Some(approval), now))
        })
    };
    let receipt = writing.settle(actor, decide).await?;
    Ok(settled(&receipt.answer["approval"], &receipt, dry_run))
}

/// Who decides, and where a resource that is not registered stands.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deciding {
    /// The person who decides; a program names them.
    by: SubjectRef,
    /// Where the resource stands, if it is not registered.
    parent: Option<ResourceRef>,
}

/// `POST /v1/orgs/{org}/approvals/{id}/approve`
pub async fn approve(
    Path((_, id)): Path<(String, String)>,
    step: Step<Deciding>,
) -> Result<Answer<ApprovalShown>> {
    rule(id, step, Ruling::Approve).await
}

/// `POST /v1/orgs/{org}/approvals/{id}/deny`
pub async fn deny(
    Path((_, id)): Path<(String, String)>,
    step: Step<Deciding>,
) -> Result<Answer<ApprovalShown>> {
    rule(id, step, Ruling::Deny).await
}

async fn rule(id: String, step: Step<Deciding>, ruling: Ruling) -> Result<Answer<ApprovalShown>> {
    let Step { bytes, writing, .. } = step;
    let Deciding { by, parent } = body::parse(&bytes)?;
    let speaker = Speaker::of(&writing.caller, &by)?;
    let actor = speaker.actor(&by);
    let decide = move |view: &View, now: Timestamp| -> Result<Accepted> {
        if let Speaker::For(key) = &speaker {
            may_speak_for(view, key, &by, now)?;
        }
        let approval = approvals::decide(view, &id, ruling, &by, parent.as_ref(), now)?;
        Ok(accepted(Some(approval), now))
    };
    let receipt = writing.settle(actor, decide).await?;
    Ok(settled(&receipt.answer["approval"], &receipt, false))
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

/// What using an approval answers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Used {
    /// Whether the action may be done; always, or it would be a refusal.
    decision: bool,
    /// Whether the approval was used up; not if the action needs none by now.
    used: bool,
    /// The approval, if it was used up.
    approval: Option<ApprovalShown>,
}

/// `POST /v1/orgs/{org}/approvals/{id}/use`: asks the question again and uses the approval up, in one step.
pub async fn use_once(
    Path((_, id)): Path<(String, String)>,
    step: Step<ApprovalRequest>,
) -> Result<Answer<Used>> {
    let Step { bytes, writing, .. } = step;
    let depth = writing.app.config.limits.depth;
    let (asker, actor) = (writing.caller.clone(), writing.caller.actor());
    let decide = move |view: &View, now: Timestamp| {
        with_question(&bytes, depth, now, |question| {
            require_about_question(&asker, question)?;
            Ok(accepted(approvals::use_once(view, &id, question)?, now))
        })
    };
    let receipt = writing.settle(actor, decide).await?;
    let approval = &receipt.answer["approval"];
    let body = json!({ "decision": true, "used": !approval.is_null(), "approval": approval });
    Ok(settled(&body, &receipt, false))
}

/// `POST /v1/orgs/{org}/approvals/{id}/cancel`
pub async fn cancel(Path((_, id)): Path<(String, String)>, step: Step<()>) -> Result<Answer<ApprovalShown>> {
    let Step { writing, .. } = step;
    let (asker, actor) = (writing.caller.clone(), writing.caller.actor());
    let decide = move |view: &View, now: Timestamp| -> Result<Accepted> {
        if let Some(approval) = view.approval(&id) {
            require_about(&asker, &approval.subject)?;
        }
        Ok(accepted(Some(approvals::cancel(view, &id, now)?), now))
    };
    let receipt = writing.settle(actor, decide).await?;
    Ok(settled(&receipt.answer["approval"], &receipt, false))
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
