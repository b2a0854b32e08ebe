//! Many questions in one request. Items are independent; what is wrong with one is its own answer, a denial with the
//! error beside it, and the answers stand in the order of the questions.

use crate::app::App;
use crate::auth::Caller;
use crate::authzen::evaluation::{decide, demanding_headers};
use crate::authzen::shape::{Answered, EvaluationsAnswer, EvaluationsRequest, Sent};
use crate::authzen::wire::{self, Asked, Batch, Options, Parts};
use crate::body::{self, Object};
use crate::error::{Error, Result};
use crate::reading::{Reading, reading};
use ambit_engine::{AnswerOptions, Question};
use ambit_model::{Decision, Outcome, SubjectRef};
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::sync::Arc;

/// Batches up to this size are decided at once; larger ones beside the threads that answer single questions.
const SMALL: usize = 64;

/// When a batch may stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Semantic {
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

impl Semantic {
    fn of(options: Option<&Options<'_>>) -> Result<Self> {
        let wanted = options.and_then(|options| options.evaluations_semantic.as_ref());
        match wanted.map(|wanted| wanted.0.as_ref()) {
            None | Some("execute_all") => Ok(Self::ExecuteAll),
            Some("deny_on_first_deny") => Ok(Self::DenyOnFirstDeny),
            Some("permit_on_first_permit") => Ok(Self::PermitOnFirstPermit),
            Some(_) => Err(Error::bad_request(
                "unknown_semantic",
                "`evaluations_semantic` is execute_all, deny_on_first_deny or permit_on_first_permit",
            )),
        }
    }

    fn stops_at(self, decision: bool) -> bool {
        match self {
            Self::ExecuteAll => false,
            Self::DenyOnFirstDeny => !decision,
            Self::PermitOnFirstPermit => decision,
        }
    }
}

/// The answer to one item.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Item {
    Bare { decision: bool },
    Full(Box<Decision>),
    Acting { decision: bool, context: ActingContext },
    Wrong { decision: bool, context: serde_json::Value },
}

impl Item {
    fn wrong(error: &Error) -> Self {
        let error =
            json!({ "status": error.status().as_u16(), "code": error.code(), "message": error.to_string() });
        Self::Wrong { decision: false, context: json!({ "error": error }) }
    }

    fn decision(&self) -> bool {
        match self {
            Self::Bare { decision } | Self::Acting { decision, .. } | Self::Wrong { decision, .. } => {
                *decision
            }
            Self::Full(decision) => decision.decision,
        }
    }
}

/// Who really asks.
#[derive(Debug, Serialize)]
struct ActingContext {
    impersonator: SubjectRef,
}

#[derive(Debug, Serialize)]
struct Items {
    evaluations: Vec<Item>,
}

/// `POST …/access/v1/evaluations`
pub async fn evaluate_all(
    State(app): State<Arc<App>>,
    caller: Caller,
    sent: Sent<EvaluationsRequest>,
) -> Result<Answered<EvaluationsAnswer>> {
    evaluate_all_sent(app, caller, sent.request).await.map(Into::into)
}

async fn evaluate_all_sent(app: Arc<App>, caller: Caller, request: Request) -> Result<Response> {
    let headers = demanding_headers(&request);
    let bytes = body::question(request, &app.config.limits).await?;
    let batch: Batch<'_> = body::parse(&bytes)?;
    let count = batch.evaluations.as_ref().map_or(0, Vec::len);
    if count == 0 {
        let Batch { subject, action, resource, context, options, .. } = batch;
        let asked = Asked { subject, action, resource, context, options };
        return decide(&app, &caller, &headers, &asked).await;
    }
    let most = app.config.limits.batch_items;
    if count > most {
        return Err(Error::bad_request(
            "too_many_items",
            format!("at most {most} evaluations in one request"),
        ));
    }
    let demand = batch.options.as_ref().map(|options| options.0.demand()).unwrap_or_default();
    let reading = reading(&app, &caller, &demand.or_headers(&headers)?).await?;
    if count <= SMALL {
        return wire::answer(&Run::new(&app, &caller, &reading, &batch)?.items()?);
    }
    drop(batch);
    let items = beside(&app, caller, reading, bytes).await?;
    wire::answer(&items)
}

async fn beside(app: &Arc<App>, caller: Caller, reading: Reading, bytes: Bytes) -> Result<Items> {
    let here = Arc::clone(app);
    app.heavy(move || {
        let batch: Batch<'_> = body::parse(&bytes)?;
        Run::new(&here, &caller, &reading, &batch)?.items()
    })
    .await
}

/// One batch being decided.
struct Run<'r> {
    app: &'r App,
    caller: &'r Caller,
    reading: &'r Reading,
    batch: &'r Batch<'r>,
    semantic: Semantic,
    explain: bool,
}

impl<'r> Run<'r> {
    fn new(app: &'r App, caller: &'r Caller, reading: &'r Reading, batch: &'r Batch<'r>) -> Result<Self> {
        let options = batch.options.as_ref().map(|options| &options.0);
        let explain = options.map_or(Ok(false), |options| options.explain(caller))?;
        Ok(Self { app, caller, reading, batch, semantic: Semantic::of(options)?, explain })
    }

    fn items(&self) -> Result<Items> {
        let mut evaluations = Vec::new();
        for raw in self.batch.evaluations.iter().flatten() {
            let item = match self.item(raw) {
                Ok(item) => item,
                // Whose key may not ask this gets no answers at all.
                Err(error @ Error::Forbidden(_)) => return Err(error),
                Err(error) => Item::wrong(&error),
            };
            let stop = self.semantic.stops_at(item.decision());
            evaluations.push(item);
            if stop {
                break;
            }
        }
        Ok(Items { evaluations })
    }

    fn item(&self, raw: &RawValue) -> Result<Item> {
        let item: Object<Asked<'_>> =
            serde_json::from_str(raw.get()).map_err(|error| body::refusal(&error))?;
        let (item, defaults) = (&item.0, self.batch);
        let context = wire::context_of(self.caller, item.context.as_ref().or(defaults.context.as_ref()));
        let parts = Parts {
            subject: item.subject.as_ref().or(defaults.subject.as_ref()),
            action: item.action.as_ref().or(defaults.action.as_ref()),
            resource: item.resource.as_ref().or(defaults.resource.as_ref()),
            context: context.as_deref(),
        };
        let question = parts.question(self.app.config.limits.depth, self.reading.time)?;
        self.caller.require_may_ask(question.subject.kind, question.subject.id)?;
        Ok(self.decided(&question))
    }

    fn decided(&self, question: &Question<'_>) -> Item {
        if self.explain {
            let asker = self.caller.subject.clone();
            let options = AnswerOptions { explain: true, asker: Some(&asker) };
            let mut decision = self.reading.view.answer(question, options);
            decision.context.impersonator.clone_from(&self.caller.impersonator);
            self.app.metrics.decided(decision.context.outcome);
            return Item::Full(Box::new(decision));
        }
        let outcome = self.reading.view.check(question).outcome;
        self.app.metrics.decided(outcome);
        let decision = outcome == Outcome::Allow;
        match &self.caller.impersonator {
            None => Item::Bare { decision },
            Some(impersonator) => {
                Item::Acting { decision, context: ActingContext { impersonator: impersonator.clone() } }
            }
        }
    }
}
