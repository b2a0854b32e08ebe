//! One question, one decision: the hot path. Nothing here waits, unless the past is asked.

use crate::app::App;
use crate::auth::Caller;
use crate::authzen::shape::{Answered, EvaluationAnswer, EvaluationRequest, Sent};
use crate::authzen::wire::{self, Asked, Parts};
use crate::body;
use crate::error::Result;
use crate::reading::reading;
use ambit_engine::{AnswerOptions, Question};
use ambit_model::Decision;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;

/// `POST …/access/v1/evaluation`
pub async fn evaluate(
    State(app): State<Arc<App>>,
    caller: Caller,
    sent: Sent<EvaluationRequest>,
) -> Result<Answered<EvaluationAnswer>> {
    evaluate_sent(app, caller, sent.request).await.map(Into::into)
}

async fn evaluate_sent(app: Arc<App>, caller: Caller, request: Request) -> Result<Response> {
    let headers = demanding_headers(&request);
    let bytes = body::question(request, &app.config.limits).await?;
    let asked: Asked<'_> = body::parse(&bytes)?;
    decide(&app, &caller, &headers, &asked).await
}

/// The headers, if any of them says which view should answer.
#[must_use]
pub fn demanding_headers(request: &Request) -> HeaderMap {
    let names = [&crate::reading::AS_OF, &crate::reading::AT_LEAST];
    let sent =
        names.into_iter().filter_map(|name| Some((name.clone(), request.headers().get(name)?.clone())));
    sent.collect()
}

/// The decision about one question, in full.
///
/// # Errors
/// If the question is incomplete, or the caller may not ask it.
pub async fn decide(
    app: &Arc<App>,
    caller: &Caller,
    headers: &HeaderMap,
    asked: &Asked<'_>,
) -> Result<Response> {
    let options = asked.options.as_ref().map(|options| &options.0);
    let demand = options.map(wire::Options::demand).unwrap_or_default().or_headers(headers)?;
    let explain = options.map_or(Ok(false), |options| options.explain(caller))?;
    let context = wire::context_of(caller, asked.context.as_ref());
    let parts = Parts {
        subject: asked.subject.as_ref(),
        action: asked.action.as_ref(),
        resource: asked.resource.as_ref(),
        context: context.as_deref(),
    };
    let question = parts.question(app.config.limits.depth, caller.now)?;
    caller.require_may_ask(question.subject.kind, question.subject.id)?;
    let reading = reading(app, caller, &demand).await?;
    let question = Question { time: reading.time, ..question };
    let asker = explain.then(|| caller.subject.clone());
    let mut decision = reading.view.answer(&question, AnswerOptions { explain, asker: asker.as_ref() });
    decision.context.impersonator.clone_from(&caller.impersonator);
    count(app, &decision);
    wire::answer(&decision)
}

fn count(app: &App, decision: &Decision) {
    app.metrics.decided(decision.context.outcome);
}
