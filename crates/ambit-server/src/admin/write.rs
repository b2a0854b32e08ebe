//! The one way of every write: what the request says beside its body, the decision at the log's serial order, and the
//! answer.
//!
//! A handler takes a [`Write`] of its body, turns the body into [`Command`]s, and answers what [`Writing::carry_out`]
//! answers. So every write takes `dry_run`, `If-Match` and `Idempotency-Key`, is decided by `ambit-governance` with the
//! caller as actor, and leaves one entry. A dry run goes the same way, on a state that is then thrown away.

use crate::admin::commands::{self, Command, Ground};
use crate::admin::record::Record;
use crate::admin::seen::{self, etag};
use crate::answer::{Created, Written};
use crate::app::App;
use crate::auth::Caller;
use crate::body;
use crate::error::{Error, Result};
use crate::middleware::RequestId;
use crate::minted::{Minted, NewSecret};
use crate::openapi::{Describe, Operation};
use crate::signin::impersonation;
use ambit_catalog::file::AdministerVerb;
use ambit_engine::{SubjectIx, View};
use ambit_governance::effects::{Effects, effects_shown};
use ambit_governance::plan::{PlanLine, lines};
use ambit_governance::sight::Sight;
use ambit_governance::{Decided, Leniency, Proposal, Warning, decide};
use ambit_identity::Account;
use ambit_log::{Accepted, Fingerprint, Idempotency, Receipt, WriteFailure, WriteOptions};
use ambit_model::{Actor, Change, SubjectRef, Timestamp};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::any::TypeId;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// For how many subjects effects are told in detail at most.
const EFFECTS_MOST: usize = 1_000;

/// The verbs of administrators.
const VERBS: [AdministerVerb; 13] = [
    AdministerVerb::Assign,
    AdministerVerb::Revoke,
    AdministerVerb::Invite,
    AdministerVerb::CreateUsers,
    AdministerVerb::EditUsers,
    AdministerVerb::ManageGroups,
    AdministerVerb::ManageKeys,
    AdministerVerb::CreateRoles,
    AdministerVerb::EditRoles,
    AdministerVerb::DeleteRoles,
    AdministerVerb::ManageResources,
    AdministerVerb::ManageRelations,
    AdministerVerb::ManageBudgets,
];

/// What the query of a write says.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub struct Wanted {
    /// Decide and answer as for the write itself, and change nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// For how many subjects the effects are told in detail; all are counted.
    #[serde(default = "effects_limit")]
    #[schemars(range(max = 1000))]
    pub effects_limit: usize,
}

fn effects_limit() -> usize {
    50
}

/// Who may come to write at all; what they may do is decided later.
pub trait Gate {
    /// Refuses who may not.
    ///
    /// # Errors
    /// If the caller may not.
    fn pass(caller: &Caller) -> Result<()>;
}

/// Whoever administers something. Others could change nothing, and are not told what a write would run into.
#[derive(Debug)]
pub enum Administrator {}

impl Gate for Administrator {
    fn pass(caller: &Caller) -> Result<()> {
        let refuse = || Error::Forbidden(format!("`{}` administers nothing", caller.subject));
        let actor = caller.index().ok_or_else(refuse)?;
        if caller.require_reader().is_ok() || administers_something(&caller.view, actor, caller.now) {
            return Ok(());
        }
        Err(refuse())
    }
}

/// Everybody who is recognised by something that only they know.
#[derive(Debug)]
pub enum Anybody {}

impl Gate for Anybody {
    fn pass(_: &Caller) -> Result<()> {
        Ok(())
    }
}

fn administers_something(view: &View, actor: SubjectIx, now: Timestamp) -> bool {
    let mut holders = view.all_groups(actor);
    holders.push(actor);
    let scopes = holders.iter().flat_map(|holder| view.held(*holder)).map(|held| held.scope);
    scopes.into_iter().any(|scope| VERBS.iter().any(|verb| view.has_verb(actor, *verb, scope, now)))
}

/// A write as it comes in: who, with which body and query, under which conditions. Who is asked first: whoever is not
/// recognised hears nothing about what was sent.
pub struct Write<B = (), Q = (), G = Administrator> {
    body: B,
    query: Q,
    writing: Writing,
    gate: PhantomData<G>,
}

impl<B, G> Write<B, (), G> {
    /// The body, and all the rest.
    #[must_use]
    pub fn taken(self) -> (B, Writing) {
        (self.body, self.writing)
    }
}

impl<Q, G> Write<(), Q, G> {
    /// The query, and all the rest.
    #[must_use]
    pub fn asked(self) -> (Q, Writing) {
        (self.query, self.writing)
    }
}

/// Whether a type stands for no body, or no query.
#[must_use]
pub fn is_nothing<T: 'static>() -> bool {
    TypeId::of::<T>() == TypeId::of::<()>()
}

impl<B, Q, G> FromRequest<Arc<App>> for Write<B, Q, G>
where
    B: DeserializeOwned + Send + 'static,
    Q: DeserializeOwned + Send + 'static,
    G: Gate,
{
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self> {
        let (request, mut writing) = Writing::opened::<G>(request, app).await?;
        let query = if is_nothing::<Q>() { body::nothing()? } else { seen::asked(request.uri())? };
        if is_nothing::<B>() {
            return Ok(Self { body: body::nothing()?, query, writing, gate: PhantomData });
        }
        let sent = body::document(request, &app.config.limits).await?;
        writing.sent(sent.to_vec());
        Ok(Self { body: body::parse(&sent)?, query, writing, gate: PhantomData })
    }
}

impl<B: JsonSchema + 'static, Q: JsonSchema + 'static, G> Describe for Write<B, Q, G> {
    fn describe(operation: &mut Operation<'_>) {
        if !is_nothing::<Q>() {
            operation.query::<Q>();
        }
        if !is_nothing::<B>() {
            operation.body::<B>();
        }
        describe_write(operation);
    }
}

/// What every write may be told, and what may go wrong with it.
pub fn describe_write(operation: &mut Operation<'_>) {
    operation.query::<Wanted>();
    operation.header(
        "If-Match",
        "The `ETag` or the revision that was read; the write is refused if it has changed since.",
        &json!({ "type": "string" }),
    );
    operation.header(
        "Idempotency-Key",
        "Makes repeating safe: the same request with the same key is answered as the first time.",
        &json!({ "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$" }),
    );
    operation.problems(&[400, 409, 412, 422]);
    operation.writes();
}

/// What a write leaves behind.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Done<T> {
    /// Whether it was written; not for a dry run.
    pub applied: bool,
    /// The revision of its entry; or the one that it was decided on, if nothing was written.
    pub revision: u64,
    /// Every change in words.
    pub plan: Vec<PlanLine>,
    /// What is worth knowing.
    pub warnings: Vec<Warning>,
    /// Who gains and loses which roles and permissions where; none in the answer of an earlier write.
    pub effects: Option<Effects>,
    /// The record as it is then; none if it is gone.
    pub result: Option<T>,
    /// Secrets of new and rotated keys, shown only now.
    pub secrets: Vec<NewSecret>,
}

/// What is decided, before it is written.
struct Decision<T> {
    changes: Vec<Change>,
    plan: Vec<PlanLine>,
    warnings: Vec<Warning>,
    result: Option<T>,
    next: View,
}

/// The states around a step, and what it changes: kept until the write is durable, so that the writer does not wait for
/// its effects to be found.
struct Around {
    caller: SubjectRef,
    before: View,
    after: View,
    changes: Vec<Change>,
    now: Timestamp,
}

impl Around {
    /// What the step does to those whom the caller sees; of others, only how many they are.
    fn effects(&self, most: usize) -> Effects {
        let states = [&self.before, &self.after].map(|view| Sight::of(view, &self.caller, self.now));
        let shown = |subject: &SubjectRef| {
            let seen = |sight: &Sight<'_>| {
                let index = sight.view().subject(subject);
                index.is_some_and(|index| sight.subject(index))
            };
            states.iter().any(seen)
        };
        let most = most.min(EFFECTS_MOST);
        effects_shown(&self.before, &self.after, &self.changes, self.now, most, &shown)
    }
}

/// A write on its way.
#[derive(Clone)]
pub struct Writing {
    /// The server.
    pub app: Arc<App>,
    /// Who writes.
    pub caller: Caller,
    /// What the query says.
    pub wanted: Wanted,
    conditions: Conditions,
    parts: Vec<Vec<u8>>,
}

impl Writing {
    /// Reads all of a request but its body.
    ///
    /// # Errors
    /// If nobody is recognised, may not come, or a condition is not understood.
    pub async fn opened<G: Gate>(request: Request, app: &Arc<App>) -> Result<(Request, Self)> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, app).await?;
        caller.require_secret()?;
        G::pass(&caller)?;
        let wanted: Wanted = seen::asked(&parts.uri)?;
        let request = Request::from_parts(parts, body);
        let conditions = Conditions::of(&request)?;
        let target = format!("{} {}", request.method(), request.uri());
        let parts = vec![target.into_bytes()];
        Ok((request, Self { app: Arc::clone(app), caller, wanted, conditions, parts }))
    }

    /// Takes in what was sent: the same idempotency key with another body is a mistake.
    pub fn sent(&mut self, body: Vec<u8>) {
        self.parts.push(body);
    }

    /// The write is about this record: `If-Match` may name its `ETag`.
    #[must_use]
    pub fn of(mut self, record: Record) -> Self {
        self.conditions.record = Some(record);
        self
    }

    /// Decides commands as one step, and writes what they come to. `result` reads what the answer shows.
    ///
    /// # Errors
    /// What is against it.
    pub async fn carry_out<T: Serialize + JsonSchema + Send + 'static>(
        self,
        commands: Vec<Command>,
        result: impl Fn(&View) -> Option<T> + Send + Sync + 'static,
    ) -> Result<Written<T>> {
        let minted = Minted::default();
        let (app, caller, minting) = (Arc::clone(&self.app), self.caller.clone(), minted.clone());
        let plan = move |view: &View, now: Timestamp| {
            let ground = Ground { app: &app, caller: &caller, minted: &minting, now };
            commands::proposals(&ground, view, &commands)
        };
        self.propose(plan, minted, result).await
    }

    /// The same for proposals of any origin.
    ///
    /// # Errors
    /// What is against it.
    pub async fn propose<T: Serialize + JsonSchema + Send + 'static>(
        self,
        plan: impl Fn(&View, Timestamp) -> Result<Vec<Proposal>> + Send + Sync + 'static,
        minted: Minted,
        result: impl Fn(&View) -> Option<T> + Send + Sync + 'static,
    ) -> Result<Written<T>> {
        let (caller, conditions, minting) = (self.caller.clone(), self.conditions.clone(), minted.clone());
        let record = conditions.record.clone();
        let decide = move |view: &View, now: Timestamp| -> Result<Decision<T>> {
            minting.begin();
            conditions.check_record(view)?;
            let heard = |proposals: &[Proposal], error| commands::heard(&caller, view, now, proposals, error);
            let proposals = plan(view, now).map_err(|error| heard(&[], error))?;
            let mut decided = decide(view, proposals.clone(), &caller.actor(), now, Leniency::default())
                .map_err(|refusals| heard(&proposals, refusals.into()))?;
            if decided.changes.is_empty() {
                // That nothing is to be done tells what is there.
                commands::check_seen(&caller, view, now, &proposals)?;
            }
            minting.complete(view, &mut decided.changes)?;
            let (plan, result) = (lines(view, &decided.changes), result(&decided.next));
            let Decided { changes, warnings, next } = decided;
            Ok(Decision { changes, plan, warnings, result, next })
        };
        if self.wanted.dry_run {
            return self.rehearse(decide).await;
        }
        let (app, caller) = (Arc::clone(&self.app), self.caller.clone());
        let org = caller.org.clone();
        let kept: Arc<Mutex<Option<Around>>> = Arc::default();
        let keep = Arc::clone(&kept);
        let most = self.wanted.effects_limit;
        let tell = move |view: &View, now: Timestamp| -> Result<Accepted> {
            let Decision { changes, plan, warnings, result, next } = decide(view, now)?;
            let (caller, before) = (caller.subject.clone(), view.clone());
            let around = Around { caller, before, after: next, changes: changes.clone(), now };
            *keep.lock().unwrap_or_else(PoisonError::into_inner) = Some(around);
            Ok(Accepted { changes, answer: json!({ "plan": plan, "warnings": warnings, "result": result }) })
        };
        let receipt = self.submit(tell).await?;
        let mut body = receipt.answer;
        body["applied"] = json!(true);
        body["revision"] = json!(receipt.revision);
        body["secrets"] = json!(if receipt.replayed { Vec::new() } else { minted.reveal() });
        if !receipt.replayed {
            let around = kept.lock().unwrap_or_else(PoisonError::into_inner).take();
            let found = app.heavy(move || Ok(around.map(|around| around.effects(most)))).await;
            // The write stands, whether its effects can be told or not.
            body["effects"] = json!(found.ok().flatten());
        }
        let tag = app.ledger.view(&org).and_then(|view| record?.tag(&view));
        Ok(Written::of(written(StatusCode::OK, &body, receipt.revision, receipt.replayed, tag.as_deref())))
    }

    /// Hands a decision to the ledger, and waits until it is durable.
    async fn submit(
        self,
        decide: impl FnMut(&View, Timestamp) -> Result<Accepted> + Send + 'static,
    ) -> Result<Receipt> {
        let actor = self.caller.actor();
        self.submit_as(actor, decide).await
    }

    async fn submit_as(
        self,
        actor: Actor,
        decide: impl FnMut(&View, Timestamp) -> Result<Accepted> + Send + 'static,
    ) -> Result<Receipt> {
        let Self { app, caller, conditions, parts, .. } = self;
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        write(&app, &caller, actor, conditions, &parts, decide).await
    }

    /// Decides something else than proposals, and writes it in the name of an actor; a dry run only decides.
    ///
    /// # Errors
    /// The decision's refusal, or what kept the write from becoming durable.
    pub async fn settle(
        self,
        actor: Actor,
        mut decide: impl FnMut(&View, Timestamp) -> Result<Accepted> + Send + 'static,
    ) -> Result<Receipt> {
        if !self.wanted.dry_run {
            return self.submit_as(actor, decide).await;
        }
        let revision = self.check_dry()?;
        let (view, now) = (Arc::clone(&self.caller.view), self.caller.now);
        let Accepted { answer, .. } = self.app.heavy(move || decide(&view, now)).await?;
        Ok(Receipt { revision, answer, replayed: false })
    }

    /// Decides on the newest state and throws the outcome away.
    async fn rehearse<T: Serialize + Send + 'static>(
        self,
        decide: impl FnOnce(&View, Timestamp) -> Result<Decision<T>> + Send + 'static,
    ) -> Result<Written<T>> {
        let revision = self.check_dry()?;
        let (view, now) = (Arc::clone(&self.caller.view), self.caller.now);
        let (most, caller) = (self.wanted.effects_limit, self.caller.subject.clone());
        let decided = move || {
            let Decision { changes, plan, warnings, result, next } = decide(&view, now)?;
            let around = Around { caller, before: View::clone(&view), after: next, changes, now };
            let effects = Some(around.effects(most));
            Ok(Done { applied: false, revision, plan, warnings, effects, result, secrets: Vec::new() })
        };
        let done = self.app.heavy(decided).await?;
        Ok(Written::of(written(StatusCode::OK, &json!(done), revision, false, None)))
    }

    /// The revision that a dry run is decided on.
    ///
    /// # Errors
    /// If another one is expected.
    pub fn check_dry(&self) -> Result<u64> {
        let revision = self.caller.view.revision();
        match self.conditions.expected_revision {
            Some(expected) if expected != revision => Err(Error::RevisionMismatch { actual: revision }),
            _ => Ok(revision),
        }
    }
}

/// What a request says about its write: `If-Match`, `Idempotency-Key`, and its id.
#[derive(Debug, Clone)]
pub struct Conditions {
    /// The revision that the caller has seen.
    pub expected_revision: Option<u64>,
    /// The record that the write is about, if it is about one.
    record: Option<Record>,
    /// The digest of the record that the caller has seen.
    expected_record: Option<String>,
    idempotency_key: Option<String>,
    request_id: Option<String>,
}

impl Conditions {
    /// Reads them.
    ///
    /// # Errors
    /// If a header is not understood.
    pub fn of(request: &Request) -> Result<Self> {
        let headers = request.headers();
        let key = headers.get(&IDEMPOTENCY_KEY).map(|key| key.to_str().map(str::to_owned)).transpose();
        let (expected_revision, expected_record) = expected(headers)?;
        Ok(Self {
            expected_revision,
            record: None,
            expected_record,
            idempotency_key: key
                .map_err(|_| Error::bad_request("invalid_idempotency_key", "the key is not text"))?,
            request_id: request.extensions().get::<RequestId>().map(RequestId::readable),
        })
    }

    /// Whether the record is still the one that the caller has seen.
    fn check_record(&self, view: &View) -> Result<()> {
        let Some(expected) = &self.expected_record else { return Ok(()) };
        let record = self.record.as_ref().and_then(|record| record.tag(view));
        if record.as_ref() == Some(expected) {
            return Ok(());
        }
        Err(Error::RecordChanged { actual: view.revision() })
    }

    /// `parts` stand for the whole request: the same idempotency key with other parts is a mistake.
    fn options(self, caller: &Caller, parts: &[&[u8]]) -> WriteOptions {
        let identity = caller.identity();
        let own = [identity.as_bytes()];
        let parts: Vec<&[u8]> = own.into_iter().chain(parts.iter().copied()).collect();
        let fingerprint = Fingerprint::of(&parts);
        WriteOptions {
            request_id: self.request_id,
            idempotency: self.idempotency_key.map(|key| Idempotency { key, fingerprint }),
            expected_revision: self.expected_revision,
        }
    }
}

/// Decides and writes; answers when it is durable.
///
/// # Errors
/// The decision's refusal, or what kept the write from becoming durable.
pub async fn write<E: Into<Error> + Send + 'static>(
    app: &App,
    caller: &Caller,
    actor: Actor,
    conditions: Conditions,
    parts: &[&[u8]],
    mut decide: impl FnMut(&View, Timestamp) -> Result<Accepted, E> + Send + 'static,
) -> Result<Receipt> {
    let options = conditions.options(caller, parts);
    let acting = caller.impersonator.is_some();
    let removed: Arc<Mutex<Vec<String>>> = Arc::default();
    let noting = Arc::clone(&removed);
    let decide = move |view: &View, now: Timestamp| -> Result<Accepted> {
        let accepted = decide(view, now).map_err(Into::into)?;
        *noting.lock().unwrap_or_else(PoisonError::into_inner) = removed_users(&accepted.changes);
        if acting {
            impersonation::permit(view, &accepted.changes)?;
        }
        Ok(accepted)
    };
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.ledger.submit(&caller.org, actor, options, decide, move |result| {
        // Whoever asked may have gone; the write stands.
        let _ = sender.send(result);
    });
    let receipt = receiver.await.map_err(|_| WriteFailure::Interrupted)??;
    let removed = std::mem::take(&mut *removed.lock().unwrap_or_else(PoisonError::into_inner));
    forget(app, caller, removed).await;
    Ok(receipt)
}

fn removed_users(changes: &[Change]) -> Vec<String> {
    let removed = changes.iter().filter_map(|change| match change {
        Change::UserRemoved { id } => Some(id.clone()),
        _ => None,
    });
    removed.collect()
}

/// Who is removed leaves no password behind for somebody who comes under the same id. What fails here is tidied up soon
/// by the server itself.
async fn forget(app: &App, caller: &Caller, removed: Vec<String>) {
    for user in removed {
        let account = Account { org: caller.org.clone(), user };
        if let Err(error) = app.vault(move |vault| vault.forget(&account)).await {
            tracing::warn!(%error, "could not forget a removed user");
        }
    }
}

/// The answer to a write, never to be kept by anyone in between.
#[must_use]
pub fn written(
    status: StatusCode,
    body: &Json,
    revision: u64,
    replayed: bool,
    record: Option<&str>,
) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(tag) = HeaderValue::from_str(&etag(revision, record)) {
        headers.insert(header::ETAG, tag);
    }
    if replayed {
        headers.insert(REPLAYED.clone(), HeaderValue::from_static("true"));
    }
    (status, headers, body.to_string()).into_response()
}

/// What a write expects, from `If-Match`: a revision of the organization, or the digest of a record. Neither for `*` or
/// without the header.
fn expected(headers: &HeaderMap) -> Result<(Option<u64>, Option<String>)> {
    let Some(tag) = headers.get(header::IF_MATCH) else { return Ok((None, None)) };
    let text = tag.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok((None, None));
    }
    let (revision, record) = seen::tagged_state(text);
    let revision: u64 = revision
        .parse()
        .map_err(|_| Error::bad_request("invalid_if_match", "`If-Match` is an `ETag` or a revision"))?;
    Ok(match record {
        Some(record) => (None, Some(record.to_owned())),
        None => (Some(revision), None),
    })
}

impl<T> Written<T> {
    /// The same for something that was made: 201 if it was.
    #[must_use]
    pub fn created(self, dry_run: bool) -> Created<T> {
        let mut response = self.into_response();
        if !dry_run {
            *response.status_mut() = StatusCode::CREATED;
        }
        Created::of(response)
    }
}
