//! *Explain*: why somebody may or may not do something, and how the caller could give it. A read; it has a body because
//! the circumstances of a question are JSON.

use crate::admin::named;
use crate::admin::seen::Seen;
use crate::admin::write::{Administrator, Gate};
use crate::answer::Answer;
use crate::app::App;
use crate::authzen::wire::bounded;
use crate::body;
use crate::error::{Error, Result};
use crate::openapi::{Describe, Operation};
use ambit_engine::question::Target;
use ambit_engine::{EntityRef, NodeIx, PermissionIx, Question, RoleIx, SubjectIx};
use ambit_governance::review::explain::explained;
use ambit_governance::review::fixes::{Fixes, Fixing};
use ambit_governance::{NodeSight, Sight};
use ambit_model::decision::DecisionContext;
use ambit_model::{Properties, SubjectRef, Timestamp};
use axum::extract::{FromRequest, Request, State};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The body of a read.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Asked<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self> {
        let bytes = body::question(request, &app.config.limits).await?;
        body::parse(&bytes).map(Self)
    }
}

impl<T: JsonSchema> Describe for Asked<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.body::<T>();
    }
}

/// What should be explained.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainBody {
    /// Who: `user:…`, `group:…` or `api_key:…`.
    subject: SubjectRef,
    /// What: `product/permission`.
    permission: String,
    /// On what.
    resource: ExplainedResource,
    /// In which circumstances.
    #[serde(default)]
    context: Option<Properties>,
    /// When; now, or at `as_of`, if nothing is said.
    #[serde(default)]
    time: Option<Timestamp>,
    /// Also the ways by which the caller may give what is missing. Only of now.
    #[serde(default)]
    fixes: bool,
}

/// A resource that a question is about; it need not be registered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainedResource {
    /// Its type.
    #[serde(rename = "type")]
    kind: String,
    /// Its id within the type.
    id: String,
    /// Facts about it; for what is not registered, `parent` says where it stands.
    #[serde(default)]
    properties: Option<Properties>,
}

/// The decision with its reasons, and the ways to give what is missing.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExplainedAnswer {
    /// Who.
    subject: SubjectRef,
    /// Their name for people.
    subject_title: String,
    /// `product/permission`.
    permission: String,
    /// Its name for people.
    permission_title: String,
    /// On what, `type:id`.
    resource: String,
    /// When.
    time: Timestamp,
    /// Whether it is allowed.
    decision: bool,
    /// Outcome, reason, message, presentation, limits, how to ask for approval, explanation.
    context: DecisionContext,
    /// Whether what decides is held where the caller does not see it.
    hidden: bool,
    /// Ways to give what is missing, where that is asked for.
    #[serde(flatten)]
    fixes: Option<Fixes>,
}

/// `POST /v1/orgs/{org}/review/explain`
pub async fn explain(
    State(app): State<Arc<App>>,
    seen: Seen,
    Asked(asked): Asked<ExplainBody>,
) -> Result<Answer<ExplainedAnswer>> {
    let depth = app.config.limits.depth;
    Answer::of(&app.heavy(move || answer(&seen, &asked, depth)).await?)
}

fn answer(seen: &Seen, asked: &ExplainBody, depth: usize) -> Result<ExplainedAnswer> {
    let sight = seen.sight();
    let view = sight.view();
    let subject = named::known_subject(&sight, &asked.subject)?;
    let permission = permission(&sight, subject, &asked.permission)?;
    let full = view.registry().catalog(permission.product).permission_full(permission.id);
    let ExplainedResource { kind, id, properties } = &asked.resource;
    let question = Question {
        subject: EntityRef::new(asked.subject.kind.as_str(), &asked.subject.id),
        permission: &full,
        action: None,
        resource: EntityRef { kind, id, properties: properties.as_ref() },
        context: asked.context.as_ref(),
        time: asked.time.unwrap_or(seen.time),
    };
    bounded(&question, depth)?;
    let target = target(&sight, &question)?;
    let explained = explained(&sight, &question, &target);
    let mut context = explained.decision.context;
    context.impersonator.clone_from(&seen.caller.impersonator);
    Ok(ExplainedAnswer {
        subject: asked.subject.clone(),
        subject_title: view.subject_title(subject),
        permission_title: view.permission_title(permission).to_owned(),
        permission: full.clone(),
        resource: format!("{}:{id}", view.registry().type_info(target.kind).name),
        time: question.time,
        decision: explained.decision.decision,
        context,
        hidden: explained.hidden,
        fixes: asked.fixes.then(|| fixes(seen, &sight, &question, &target)).transpose()?,
    })
}

/// A permission of a product that the caller sees, or, about itself, holds a role of.
fn permission(sight: &Sight<'_>, subject: SubjectIx, name: &str) -> Result<PermissionIx> {
    let view = sight.view();
    if sight.is_me(subject) && sight.only_itself() {
        let called = view.registry().permissions_called(name).iter().copied();
        let mut own = called.filter(|permission| {
            own_scopes(sight, subject).any(|(role, _)| view.roles().product_of(role) == permission.product)
        });
        return own.next().ok_or(Error::NotFound);
    }
    named::permission(sight, name)
}

/// What the names of a question mean, if the caller may know that. What stands nowhere is asked about at its product;
/// about itself everybody may ask where it holds something.
fn target(sight: &Sight<'_>, question: &Question<'_>) -> Result<Target> {
    let view = sight.view();
    let target = view.resolve(question).map_err(|unresolved| {
        if !sight.everything() {
            return Error::NotFound;
        }
        let reason = unresolved.reason.code();
        Error::bad_request("invalid_question", format!("this cannot be asked about that: {reason}"))
    })?;
    let product = view.product_node(target.permission.product);
    let stands_in_product = target.node.is_none() && product == Some(target.head);
    let least = if stands_in_product { NodeSight::Name } else { NodeSight::Place };
    let own = || {
        sight.is_me(target.subject)
            && own_scopes(sight, target.subject).any(|(_, scope)| view.covers(scope, target.head))
    };
    if sight.node(target.head) >= least || own() { Ok(target) } else { Err(Error::NotFound) }
}

/// What a subject holds where, itself or through groups.
fn own_scopes<'s>(
    sight: &'s Sight<'_>,
    subject: SubjectIx,
) -> impl Iterator<Item = (RoleIx, NodeIx)> + use<'s> {
    let view = sight.view();
    let holders = std::iter::once(subject).chain(view.all_groups(subject));
    holders.flat_map(|holder| view.held(holder).iter().map(|held| (held.role, held.scope)))
}

fn fixes(seen: &Seen, sight: &Sight<'_>, question: &Question<'_>, target: &Target) -> Result<Fixes> {
    if seen.view.revision() < seen.caller.view.revision() {
        let detail = "`fixes` are about the present: leave out `as_of`";
        return Err(Error::bad_request("invalid_request", detail));
    }
    let fixing = Fixing {
        sight,
        actor: &seen.caller.actor(),
        may_write: Administrator::pass(&seen.caller).is_ok(),
        question,
        target,
        now: seen.caller.now,
    };
    Ok(fixing.fixes())
}
