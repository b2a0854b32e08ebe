//! Applying an organization file: the plan, then all of it or nothing, at the log's serial order, with the key as actor.
//!
//! `dry_run=true` answers the plan and changes nothing. `If-Match` names the revision that the caller has seen;
//! `Idempotency-Key` makes repeating safe. Secrets of new API keys are in the answer of the write that made them, and
//! nowhere else: not in the log, and not in the answer that is kept for repetitions.

use crate::admin::seen::Params;
use crate::admin::write::{self, Conditions};
use crate::app::App;
use crate::auth::Caller;
use crate::body;
use crate::config::Catalogs;
use crate::error::{Error, Result};
use crate::secret::Secret;
use ambit_catalog::diagnostic::Report;
use ambit_catalog::file::AdministerVerb;
use ambit_catalog::organization::{OrganizationFile, parse_organization};
use ambit_engine::{SubjectIx, View};
use ambit_governance::export::prune;
use ambit_governance::file::proposals;
use ambit_governance::plan::{PlanLine, lines};
use ambit_governance::{Leniency, Refusals, Warning, decide};
use ambit_log::Accepted;
use ambit_model::{Actor, Change, SubjectRef, Timestamp};
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What messages call the file that came with a request.
const FILE_NAME: &str = "body";
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

/// How to apply.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub struct Wanted {
    /// Only answer the plan.
    #[serde(default)]
    dry_run: bool,
    /// The file is the whole organization: what it does not mention goes.
    #[serde(default)]
    prune: bool,
}

/// Why a file is not applied.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be read.
    Malformed(Box<Report>),
    /// A rule is against it.
    Rules(Refusals),
    /// A secret cannot be made.
    Randomness(String),
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Malformed(report) => Self::Malformed(report.problems),
            Refused::Rules(refusals) => Self::Refused(refusals),
            Refused::Randomness(error) => Self::Internal(error),
        }
    }
}

/// `POST /v1/orgs/{org}/apply?dry_run=true&prune=true`
pub async fn apply(
    State(app): State<Arc<App>>,
    caller: Caller,
    Params(wanted): Params<Wanted>,
    request: Request,
) -> Result<Response> {
    require_administrator(&caller)?;
    let conditions = Conditions::of(&request)?;
    let bytes = file_body(&app, request).await?;
    let job = read_file(&app, &caller, wanted, bytes).await?;
    if wanted.dry_run {
        return dry_run(&app, caller, job, conditions.expected_revision).await;
    }
    apply_file(&app, &caller, job, conditions).await
}

/// Whoever administers nothing could change nothing, and is not told what a file would run into.
fn require_administrator(caller: &Caller) -> Result<()> {
    caller.require_secret()?;
    let refuse = || Error::Forbidden("this caller administers nothing".into());
    let actor = caller.index().ok_or_else(refuse)?;
    if caller.require_reader().is_ok() || administers_something(&caller.view, actor, caller.now) {
        return Ok(());
    }
    Err(refuse())
}

fn administers_something(view: &View, actor: SubjectIx, now: Timestamp) -> bool {
    let mut holders = view.all_groups(actor);
    holders.push(actor);
    let scopes = holders.iter().flat_map(|holder| view.held(*holder)).map(|held| held.scope);
    scopes.into_iter().any(|scope| VERBS.iter().any(|verb| view.has_verb(actor, *verb, scope, now)))
}

async fn file_body(app: &App, request: Request) -> Result<Bytes> {
    const TYPES: [&str; 4] = ["application/json", "application/yaml", "application/x-yaml", "text/yaml"];
    let media_type = body::media_type(request.headers()).unwrap_or_default();
    if !TYPES.iter().any(|known| known.eq_ignore_ascii_case(media_type)) {
        return Err(Error::UnsupportedType("an organization file as application/yaml or application/json"));
    }
    body::read(request, app.config.limits.apply_bytes, &app.config.limits).await
}

/// A file to apply, by whom.
#[derive(Clone)]
struct Job {
    file: Arc<OrganizationFile>,
    source: Arc<str>,
    catalogs: Catalogs,
    actor: Actor,
    prune: bool,
}

async fn read_file(app: &Arc<App>, caller: &Caller, wanted: Wanted, bytes: Bytes) -> Result<Job> {
    let catalogs = app.config.catalogs.clone();
    let actor = caller.actor();
    app.heavy(move || {
        let source =
            std::str::from_utf8(&bytes).map_err(|_| Error::bad_request("malformed_file", "not UTF-8"))?;
        let file = parse_organization(FILE_NAME, source).map_err(Refused::Malformed)?;
        Ok(Job { file: Arc::new(file), source: source.into(), catalogs, actor, prune: wanted.prune })
    })
    .await
}

/// What a file comes to on a view.
struct Planned {
    changes: Vec<Change>,
    plan: Vec<PlanLine>,
    warnings: Vec<Warning>,
}

impl Job {
    fn plan(&self, view: &View, now: Timestamp) -> Result<Planned, Refused> {
        let products: Vec<&str> = self.catalogs.products().collect();
        let source = |product: &str| self.catalogs.source(product);
        let mut wanted = proposals(view, &self.file, &products, &source, FILE_NAME, &self.source)
            .map_err(Refused::Malformed)?;
        if self.prune {
            let removals = prune(view, &wanted);
            wanted.extend(removals);
        }
        let decided = decide(view, wanted, &self.actor, now, Leniency::default()).map_err(Refused::Rules)?;
        let plan = lines(view, &decided.changes);
        Ok(Planned { changes: decided.changes, plan, warnings: decided.warnings })
    }
}

async fn dry_run(app: &Arc<App>, caller: Caller, job: Job, expected: Option<u64>) -> Result<Response> {
    let revision = caller.view.revision();
    if expected.is_some_and(|expected| expected != revision) {
        return Err(Error::RevisionMismatch { actual: revision });
    }
    let now = caller.now;
    let planned = app.heavy(move || Ok(job.plan(&caller.view, now)?)).await?;
    let plan = json!({
        "applied": false, "plan": planned.plan, "warnings": planned.warnings, "revision": revision,
    });
    Ok(write::written(StatusCode::OK, &plan, revision, false))
}

/// Secrets made for a write, by key. Decided again on a newer state, a key keeps the secret that it was given first.
#[derive(Debug, Clone, Default)]
struct Minted(Arc<Mutex<BTreeMap<String, Secret>>>);

impl Minted {
    /// Gives every new key a secret, and its record the hash.
    fn complete(&self, view: &View, changes: &mut [Change]) -> Result<(), Refused> {
        let mut minted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wanted = BTreeMap::new();
        for change in changes {
            let Change::ApiKeySet(key) = change else { continue };
            let is_new = view.subject(&SubjectRef::api_key(&*key.id)).is_none();
            if !is_new || key.secret_hash.is_some() {
                continue;
            }
            let secret = match minted.get(&key.id) {
                Some(secret) => secret.clone(),
                None => Secret::make(key.kind).map_err(|error| Refused::Randomness(error.to_string()))?,
            };
            key.secret_hash = Some(secret.hash());
            key.prefix = Some(secret.prefix());
            wanted.insert(key.id.clone(), secret);
        }
        *minted = wanted;
        Ok(())
    }

    fn reveal(&self) -> Json {
        let minted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        minted.iter().map(|(id, secret)| json!({ "id": id, "secret": secret.reveal() })).collect()
    }
}

async fn apply_file(app: &Arc<App>, caller: &Caller, job: Job, conditions: Conditions) -> Result<Response> {
    let minted = Minted::default();
    let minting = minted.clone();
    let (actor, source, pruned) = (job.actor.clone(), Arc::clone(&job.source), u8::from(job.prune));
    let decide = move |view: &View, now: Timestamp| -> Result<Accepted, Refused> {
        let mut planned = job.plan(view, now)?;
        minting.complete(view, &mut planned.changes)?;
        let answer = json!({ "applied": true, "plan": planned.plan, "warnings": planned.warnings });
        Ok(Accepted { changes: planned.changes, answer })
    };
    let parts: [&[u8]; 3] = [b"apply", &[pruned], source.as_bytes()];
    let receipt = write::write(app, caller, actor, conditions, &parts, decide).await?;
    let mut body = receipt.answer;
    if !receipt.replayed {
        body["secrets"] = minted.reveal();
    }
    body["revision"] = json!(receipt.revision);
    Ok(write::written(StatusCode::OK, &body, receipt.revision, receipt.replayed))
}
