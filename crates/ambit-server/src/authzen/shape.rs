//! What AuthZEN sends and answers, for the OpenAPI document. The bodies themselves are read by [`super::wire`], borrowed
//! and by hand, since that is the hot path; `tests/it/certification.rs` holds both against the standard.

use crate::openapi::{Describe, Operation};
use ambit_model::Properties;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde_json::{Map, Value as Json};
use std::convert::Infallible;
use std::marker::PhantomData;

/// A subject or a resource.
#[derive(Debug, JsonSchema)]
pub struct QuestionEntity {
    /// Its type.
    #[schemars(rename = "type", example = &"user")]
    pub kind: String,
    /// Its id within the type.
    #[schemars(example = &"bea")]
    pub id: String,
    /// Facts about it.
    #[schemars(default)]
    pub properties: Option<Properties>,
}

/// Who or what is searched for: only the type is said.
#[derive(Debug, JsonSchema)]
pub struct SearchedEntity {
    /// Its type.
    #[schemars(rename = "type", example = &"user")]
    pub kind: String,
    /// Facts about it.
    #[schemars(default)]
    pub properties: Option<Properties>,
}

/// What is to be done.
#[derive(Debug, JsonSchema)]
pub struct QuestionAction {
    /// The permission.
    #[schemars(example = &"commerce/orders.place")]
    pub name: String,
    /// Facts about it.
    #[schemars(default)]
    pub properties: Option<Properties>,
}

/// One question.
#[derive(Debug, JsonSchema)]
pub struct EvaluationRequest {
    /// Who.
    pub subject: QuestionEntity,
    /// What.
    pub action: QuestionAction,
    /// On what.
    pub resource: QuestionEntity,
    /// In which circumstances.
    #[schemars(default)]
    pub context: Option<Properties>,
    /// Beside the question: `explain`, `as_of`, `at_least`.
    #[schemars(default)]
    pub options: Option<Properties>,
}

/// Many questions, and what they have in common.
#[derive(Debug, JsonSchema)]
pub struct EvaluationsRequest {
    /// Who, where an item does not say.
    #[schemars(default)]
    pub subject: Option<QuestionEntity>,
    /// What, where an item does not say.
    #[schemars(default)]
    pub action: Option<QuestionAction>,
    /// On what, where an item does not say.
    #[schemars(default)]
    pub resource: Option<QuestionEntity>,
    /// In which circumstances.
    #[schemars(default)]
    pub context: Option<Properties>,
    /// The questions.
    #[schemars(default)]
    pub evaluations: Option<Vec<Map<String, Json>>>,
    /// `evaluations_semantic`, `explain`, `as_of`, `at_least`.
    #[schemars(default)]
    pub options: Option<Properties>,
}

/// A decision.
#[derive(Debug, JsonSchema)]
pub struct EvaluationAnswer {
    /// Whether it is allowed.
    pub decision: bool,
    /// Outcome, reason, message, presentation, limits, how to ask for approval.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub context: Option<Map<String, Json>>,
}

/// Decisions in the order of their questions; or one, if no items were asked.
#[derive(Debug, JsonSchema)]
pub struct EvaluationsAnswer {
    /// The decisions.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub evaluations: Option<Vec<Map<String, Json>>>,
    /// The decision, if no items were asked.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub decision: Option<bool>,
}

/// Who may do this on that.
#[derive(Debug, JsonSchema)]
pub struct SubjectSearch {
    /// Which type is searched for.
    pub subject: SearchedEntity,
    /// What.
    pub action: QuestionAction,
    /// On what.
    pub resource: QuestionEntity,
    /// In which circumstances.
    #[schemars(default)]
    pub context: Option<Properties>,
    /// Where to go on.
    #[schemars(default)]
    pub page: Option<Map<String, Json>>,
}

/// On what somebody may do this.
#[derive(Debug, JsonSchema)]
pub struct ResourceSearch {
    /// Who.
    pub subject: QuestionEntity,
    /// What.
    pub action: QuestionAction,
    /// Which type is searched for.
    pub resource: SearchedEntity,
    /// In which circumstances.
    #[schemars(default)]
    pub context: Option<Properties>,
    /// Where to go on.
    #[schemars(default)]
    pub page: Option<Map<String, Json>>,
}

/// What somebody may do on this.
#[derive(Debug, JsonSchema)]
pub struct ActionSearch {
    /// Who.
    pub subject: QuestionEntity,
    /// On what.
    pub resource: QuestionEntity,
    /// In which circumstances.
    #[schemars(default)]
    pub context: Option<Properties>,
    /// Where to go on.
    #[schemars(default)]
    pub page: Option<Map<String, Json>>,
}

/// What was found.
#[derive(Debug, JsonSchema)]
pub struct SearchAnswer {
    /// Subjects, resources or actions.
    pub results: Vec<Map<String, Json>>,
    /// Where to go on.
    #[schemars(skip_serializing_if = "Option::is_none")]
    pub page: Option<Map<String, Json>>,
}

/// A request whose body has a shape; it is read later.
pub struct Sent<T> {
    /// The request.
    pub request: Request,
    shape: PhantomData<fn() -> T>,
}

impl<S: Sync, T> FromRequest<S> for Sent<T> {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        Ok(Self { request, shape: PhantomData })
    }
}

impl<T: JsonSchema> Describe for Sent<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.body::<T>();
    }
}

/// A response whose body has a shape.
pub struct Answered<T> {
    response: Response,
    shape: PhantomData<fn() -> T>,
}

impl<T> From<Response> for Answered<T> {
    fn from(response: Response) -> Self {
        Self { response, shape: PhantomData }
    }
}

impl<T> IntoResponse for Answered<T> {
    fn into_response(self) -> Response {
        self.response
    }
}

impl<T: JsonSchema> Describe for Answered<T> {
    fn describe(operation: &mut Operation<'_>) {
        operation.answer::<T>(200, "The answer.");
    }
}
