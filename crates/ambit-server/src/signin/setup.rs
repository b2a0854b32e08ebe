//! The first administrator: somebody with the machine at hand prints a link, and whoever opens it first is Super Admin.

use crate::app::App;
use crate::error::{Error, Result};
use crate::signin::visit::{Reply, Visit};
use crate::signin::{people, sessions, writing};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::View;
use ambit_identity::link::{Link, Purpose};
use ambit_identity::secret::{Secret, hash};
use ambit_identity::{Account, Vault, rules};
use ambit_model::{
    Actor, Assignment, Change, Note, OrgId, ResourceRef, RoleRef, SignInMethod, Status, SubjectKind,
    SubjectRef, Timestamp, User,
};
use axum::extract::State;
use axum::http::StatusCode;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// How long the link is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24);
/// The product that administers all others.
const PRODUCT: &str = "admin-center";
/// Its highest role.
const ROLE: &str = "super_admin";
/// What is said of a link that is not good.
const NOT_GOOD: &str = "this setup link has been used, or is older than a day, or a newer one was made; whoever runs the \
                        server makes a new one with `ambit user setup-link`";

/// Who will be the first administrator.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// What follows `#token=` in the link.
    token: String,
    /// The user's id; of somebody who exists, or new. Without it, it is made of the address.
    id: Option<String>,
    /// The name, for people.
    name: String,
    /// The address.
    email: String,
    /// The password.
    password: String,
}

/// Whether an organization that can have one has no administrator: no active person with authority at the top.
#[must_use]
pub fn is_needed(view: &View, now: Timestamp) -> bool {
    let Some(root) = view.root().filter(|_| is_possible(view)) else { return false };
    let holders = view.holders_at(root).map(|(_, holder)| holder);
    let mut pending: Vec<_> = holders.collect();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(subject) = pending.pop() {
        if !seen.insert(subject) {
            continue;
        }
        pending.extend(view.members(subject));
        let active = view.user(subject).is_some_and(|user| user.status == Status::Active);
        if active && view.has_verb(subject, AdministerVerb::Assign, root, now) {
            return false;
        }
    }
    true
}

/// Whether an organization has the product that administers.
#[must_use]
pub fn is_possible(view: &View) -> bool {
    view.registry().product_named(PRODUCT).is_some()
}

/// Makes a new link; the one before is void.
///
/// # Errors
/// If it cannot be kept.
pub fn link(vault: &Vault, base_url: &str, org: &OrgId, now: Timestamp) -> Result<String> {
    let secret = Secret::make()?;
    let expires = now.checked_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
    let account = Account::new(org, "");
    let link = Link { account, issued_by: "operator".into(), created: now, expires };
    vault.issue_link(Purpose::Setup, &secret.hash(), &link)?;
    Ok(format!("{}/setup#token={}", base_url.trim_end_matches('/'), secret.reveal()))
}

/// `POST /v1/setup`
pub async fn setup(State(app): State<Arc<App>>, visit: Visit<Setup>) -> Result<Reply<sessions::Shown>> {
    let Visit { body, from } = visit;
    let (presented, now) = (hash(&body.token), app.now());
    let link = app.vault(move |vault| vault.link(Purpose::Setup, &presented, now)).await?;
    let org = link.ok_or(Error::Gone(NOT_GOOD))?.account.org;
    rules::check(&body.password, Some(&body.email), app.config.sign_in.breached.as_deref())?;
    people::require_address(&body.email)?;
    let phc = app.identity.hasher.hash(body.password).await?;
    // From here on nobody else can use it. Whoever is interrupted gets a new one from where this one came from.
    if !app.vault(move |vault| vault.use_link(Purpose::Setup, &presented, now)).await? {
        return Err(Error::Gone(NOT_GOOD));
    }
    let (id, name, email) = (body.id, body.name, body.email);
    let decide = move |view: &View, now: Timestamp| {
        let id = id.clone().unwrap_or_else(|| people::new_id(view, &email));
        let changes = first_administrator(view, &id, &name, &email)?;
        let mut changes = writing::step(view, changes, &Actor::OPERATOR, now)?;
        changes.push(Change::Noted(Note::PasswordSet { user: id.clone() }));
        Ok((changes, json!(id)))
    };
    let receipt = writing::write(&app, &org, Actor::OPERATOR, from.request_id.clone(), decide).await?;
    let account = Account::new(&org, receipt.answer.as_str().unwrap_or_default());
    let whose = account.clone();
    app.vault(move |vault| vault.set_password(&whose, &phc, now)).await?;
    sessions::begin(&app, &account, &from, SignInMethod::SetupLink, StatusCode::OK).await
}

fn first_administrator(view: &View, id: &str, name: &str, email: &str) -> Result<Vec<Change>> {
    let org = view.organization().ok_or(Error::NotFound)?;
    let known = view.subject_named(SubjectKind::User, id).and_then(|user| view.user(user));
    let user = match known {
        // Somebody who is known keeps name and address.
        Some(user) => User { status: Status::Active, ..user },
        None => User {
            id: id.to_owned(),
            name: Some(name.to_owned()),
            email: Some(email.to_owned()),
            status: Status::Active,
            properties: Default::default(),
        },
    };
    let assignment = Assignment {
        subject: SubjectRef::user(id),
        role: RoleRef { product: PRODUCT.into(), role: ROLE.into() },
        scope: ResourceRef::new("organization", org.as_str()),
        approver: None,
        starts: None,
        expires: None,
        parameters: Default::default(),
    };
    Ok(vec![Change::UserSet(user), Change::AssignmentSet(assignment)])
}
