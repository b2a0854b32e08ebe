//! Signing in with a password, and out again; who is signed in, and where.
//!
//! Every failure sounds the same and costs the same work: a wrong password, a user who does not exist, has no password,
//! or may not act.
//!
//! Ann is in two organizations. That the same address stands in both says nothing: administrators write addresses, and
//! only who has signed in to both is known to be in both. So she signs in to the second *beside* the first, and then
//! changes over between the two without a password, in this browser.

use crate::app::App;
use crate::error::{Error, Result};
use crate::metrics::SignInOutcome;
use crate::signin::cookie::Cookie;
use crate::signin::people;
use crate::signin::visit::{From, Nothing, Reply, Visit, answered};
use crate::signin::who::SignedIn;
use crate::signin::writing;
use ambit_catalog::file::AdministerVerb;
use ambit_engine::View;
use ambit_governance::Sight;
use ambit_identity::Account;
use ambit_identity::secret::{Secret, hash};
use ambit_identity::session::{Opening, Session};
use ambit_model::{Actor, Note, OrgId, SignInMethod, Status, SubjectRef, Timestamp, User};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Who wants to come in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The organization; with only one on this server, it need not be named.
    org: Option<String>,
    /// The user's id, or e-mail address.
    user: String,
    /// The password.
    password: String,
    /// Whether the organizations that the browser is signed in to stay, beside this one. Otherwise it is signed out there.
    #[serde(default)]
    beside: bool,
}

/// Who is signed in.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SessionShown")]
pub struct Shown {
    /// The organization.
    organization: String,
    /// As whom they act: the user's id.
    user: String,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Who really sits there, when acting as somebody else: the user's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    impersonator: Option<String>,
    /// When acting as somebody else ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    impersonation_ends: Option<String>,
    /// When the session ends unless a request comes.
    expires: String,
    /// The organizations that this browser is signed in to, this one among them.
    organizations: Vec<Beside>,
}

/// An organization that a browser is signed in to.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SessionBeside")]
pub struct Beside {
    /// The organization.
    organization: String,
    /// As which user.
    user: String,
    /// Whether it is the one that this session is in.
    current: bool,
}

answered! {
    200 Shown;
    200 Sessions;
    200 Ended;
}

impl Shown {
    /// What a session shows of itself.
    ///
    /// # Errors
    /// If the vault does not answer.
    pub async fn of(app: &App, view: &View, session: &Session) -> Result<Self> {
        let (asked, now, limits) = (session.clone(), app.now(), app.config.sign_in.sessions);
        let all = app.vault(move |vault| vault.browser_sessions(&asked, now, &limits)).await?;
        Ok(Self::with(app, view, session, &all))
    }

    fn with(app: &App, view: &View, session: &Session, all: &[Session]) -> Self {
        let own = &session.account.user;
        let acting = session.acting.as_ref();
        let user = acting.map_or(own, |(whom, _)| whom);
        let known = people::by_id(view, user);
        Self {
            organization: session.account.org.to_string(),
            user: user.clone(),
            name: known.as_ref().and_then(|user| user.name.clone()),
            email: known.and_then(|user| user.email),
            impersonator: acting.map(|_| own.clone()),
            impersonation_ends: acting.map(|(_, until)| until.to_string()),
            expires: session.ends(&app.config.sign_in.sessions).to_string(),
            organizations: all.iter().map(|one| Beside::of(one, session)).collect(),
        }
    }
}

impl Beside {
    fn of(one: &Session, current: &Session) -> Self {
        Self {
            organization: one.account.org.to_string(),
            user: one.account.user.clone(),
            current: one.hash == current.hash,
        }
    }
}

/// `POST /v1/sign-in`
pub async fn sign_in(State(app): State<Arc<App>>, visit: Visit<Credentials>) -> Result<Reply<Shown>> {
    let Visit { body, mut from } = visit;
    from.beside = body.beside;
    let org = organization(&app, body.org.as_deref())?;
    let named = find(&app, org.as_ref(), &body.user).await?;
    // One that does not exist is counted by its name.
    let id = named.as_ref().map_or_else(|| body.user.to_lowercase(), |user| user.id.clone());
    let counted = counted(org.as_ref(), &id);
    if let Err(retry_after) = app.identity.attempts.begin(&counted, from.address, app.now()) {
        app.metrics.sign_in(SignInOutcome::Throttled);
        return Err(Error::SignInThrottled { retry_after });
    }
    let account = org.map(|org| Account { org, user: id });
    let asked = account.clone();
    let asked = app.vault(move |vault| asked.map_or(Ok(None), |asked| vault.password(&asked))).await;
    let right = app.identity.hasher.is_right(body.password, asked?).await?;
    let may = named.is_some_and(|user| user.status == Status::Active);
    let Some(account) = account.filter(|_| right && may) else {
        app.metrics.sign_in(SignInOutcome::Failed);
        return Err(Error::SignInFailed);
    };
    app.identity.attempts.succeeded(&counted, from.address);
    begin(&app, &account, &from, SignInMethod::Password, StatusCode::OK).await
}

/// The organization that is meant; none, if there is none of that name.
fn organization(app: &App, named: Option<&str>) -> Result<Option<OrgId>> {
    let known = app.ledger.organizations();
    match (named, known.as_slice()) {
        (Some(named), known) => Ok(known.iter().find(|org| org.as_str() == named).cloned()),
        (None, [only]) => Ok(Some(only.clone())),
        (None, _) => Err(Error::bad_request(
            "organization_needed",
            "this server has several organizations: name yours as `org`",
        )),
    }
}

async fn find(app: &Arc<App>, org: Option<&OrgId>, name: &str) -> Result<Option<User>> {
    let Some(view) = org.and_then(|org| app.ledger.view(org)) else { return Ok(None) };
    let name = name.to_owned();
    if !name.contains('@') {
        return Ok(people::by_id(&view, &name));
    }
    app.heavy(move || Ok(people::by_id(&view, &name).or_else(|| people::by_email(&view, &name)))).await
}

/// What failures of an account are counted under.
#[must_use]
pub fn counted(org: Option<&OrgId>, user: &str) -> String {
    format!("{}/{user}", org.map_or("", OrgId::as_str))
}

/// Notes that somebody is in, begins their session, and ends those that the browser had, unless they are to stay.
///
/// # Errors
/// If it cannot be written.
pub async fn begin(
    app: &Arc<App>,
    account: &Account,
    from: &From,
    method: SignInMethod,
    status: StatusCode,
) -> Result<Reply<Shown>> {
    let (secret, session) = open(app, account, from, method).await?;
    let view = app.ledger.view(&account.org).ok_or(Error::SignInFailed)?;
    let reply = Reply::json(status, &Shown::of(app, &view, &session).await?)?;
    Ok(reply.setting(app, Cookie::Session, secret.reveal(), app.config.sign_in.sessions.absolute))
}

/// The same without an answer.
///
/// # Errors
/// If it cannot be written.
pub async fn open(
    app: &Arc<App>,
    account: &Account,
    from: &From,
    method: SignInMethod,
) -> Result<(Secret, Session)> {
    let user = account.user.clone();
    let actor = Actor::Subject { subject: SubjectRef::user(&*user), impersonator: None };
    let id = user.clone();
    // Whoever was suspended in between stays out.
    let decide = move |view: &View, _: Timestamp| {
        if !people::is_active(view, &id) {
            return Err(Error::SignInFailed);
        }
        let note = Note::SignedIn { user: id.clone(), method };
        Ok((vec![ambit_model::Change::Noted(note)], serde_json::Value::Null))
    };
    writing::write(app, &account.org, actor, from.request_id.clone(), decide).await?;
    let secret = Secret::make()?;
    let (name, earlier) = (secret.hash(), from.earlier.as_deref().map(hash));
    let (limits, now) = (app.config.sign_in.sessions, app.now());
    let opening = Opening::new(account.clone(), now, &limits, from.user_agent.as_deref());
    let beside = from.beside;
    let session = app
        .vault(move |vault| {
            match earlier {
                Some(earlier) if beside => {
                    vault.open_session_beside(&earlier, &name, &opening, &limits)?;
                }
                Some(earlier) => {
                    if let Some(earlier) = vault.session(&earlier, now, &limits)? {
                        vault.end_browser(&earlier)?;
                    }
                    vault.open_session(&name, &opening)?;
                }
                None => vault.open_session(&name, &opening)?,
            }
            vault.session(&name, now, &limits)
        })
        .await?;
    app.metrics.sign_in(SignInOutcome::Ok);
    Ok((secret, session.ok_or_else(|| Error::Internal("a session is gone at once".into()))?))
}

/// `GET /v1/session`
pub async fn session(State(app): State<Arc<App>>, signed_in: SignedIn) -> Result<Reply<Shown>> {
    Reply::json(StatusCode::OK, &Shown::of(&app, &signed_in.caller.view, &signed_in.session).await?)
}

/// Where to change over to.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Where {
    /// The organization.
    organization: String,
}

/// `POST /v1/session/organization`
pub async fn change_over(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    visit: Visit<Where>,
) -> Result<Reply<Shown>> {
    let caller = signed_in.oneself()?;
    let wanted = visit.body.organization;
    if wanted == caller.org.as_str() {
        return session(State(app), signed_in).await;
    }
    // Whether there is such an organization is only for those to know who are in it.
    let needed = || Error::Conflict {
        code: "sign_in_needed",
        detail: format!("this browser is not signed in to `{wanted}`: sign in there with `beside`"),
    };
    let org = OrgId::new(wanted.as_str()).map_err(|_| needed())?;
    let secret = Secret::make()?;
    let (own, name) = (signed_in.session.clone(), secret.hash());
    let (limits, now) = (app.config.sign_in.sessions, app.now());
    let there = app.vault(move |vault| vault.change_over(&own, &org, &name, now, &limits)).await?;
    let there = there.ok_or_else(needed)?;
    let view = app.ledger.view(&there.account.org);
    let view = view.filter(|view| people::is_active(view, &there.account.user)).ok_or_else(needed)?;
    let reply = Reply::json(StatusCode::OK, &Shown::of(&app, &view, &there).await?)?;
    Ok(reply.setting(&app, Cookie::Session, secret.reveal(), limits.absolute))
}

/// `POST /v1/sign-out`
pub async fn sign_out(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    from: From,
) -> Result<Reply<Nothing>> {
    leave(&app, &signed_in.session, from.request_id.as_ref()).await?;
    Ok(Reply::done().clearing(&app, Cookie::Session))
}

/// Signs a browser out of every organization: nothing stays behind for whoever sits there next.
async fn leave(app: &App, session: &Session, request_id: Option<&String>) -> Result<()> {
    let session = session.clone();
    let ended = app.vault(move |vault| vault.end_browser(&session)).await?;
    for Account { org, user } in ended {
        let actor = Actor::Subject { subject: SubjectRef::user(&*user), impersonator: None };
        let note = Note::SignedOut { user, everywhere: false };
        writing::note(app, &org, actor, request_id.cloned(), note).await?;
    }
    Ok(())
}

/// Whom to sign out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Whom {
    /// The user's id; oneself, if none is named.
    user: Option<String>,
}

/// How many sessions ended.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SessionsEnded")]
pub struct Ended {
    sessions: usize,
}

/// `POST /v1/sign-out-everywhere`
pub async fn sign_out_everywhere(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    visit: Visit<Whom>,
) -> Result<Reply<Ended>> {
    let caller = signed_in.oneself()?;
    let own = signed_in.session.account.user.clone();
    let user = visit.body.user.unwrap_or_else(|| own.clone());
    if user != own {
        let target = SubjectRef::user(&*user);
        let sight = Sight::of(&caller.view, &caller.subject, caller.now);
        let index = caller.view.subject(&target).filter(|target| sight.subject(*target));
        let (index, actor) = (index.ok_or(Error::NotFound)?, caller.index().ok_or(Error::NotFound)?);
        let verb = AdministerVerb::EditUsers;
        let at_top =
            caller.view.root().is_some_and(|root| caller.view.has_verb(actor, verb, root, caller.now));
        let holds = !people::held(&caller.view, index, caller.now).is_empty();
        let over = people::dominates(&caller.view, actor, index, verb, caller.now).is_ok();
        if !(over && (holds || at_top)) {
            let message =
                format!("`{}` may not edit `{target}`, who holds more than it administers", caller.subject);
            return Err(Error::Forbidden(message));
        }
    }
    let account = Account { user: user.clone(), ..signed_in.session.account.clone() };
    let sessions = app.vault(move |vault| vault.end_sessions(&account, None)).await?;
    let note = Note::SignedOut { user: user.clone(), everywhere: true };
    writing::note(&app, &caller.org, caller.actor(), visit.from.request_id.clone(), note).await?;
    if user == own {
        leave(&app, &signed_in.session, visit.from.request_id.as_ref()).await?;
    }
    let reply = Reply::json(StatusCode::OK, &Ended { sessions })?;
    Ok(if user == own { reply.clearing(&app, Cookie::Session) } else { reply })
}

/// One's sessions.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Sessions {
    /// The latest first.
    items: Vec<Listed>,
}

/// A session.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SessionListed")]
pub struct Listed {
    /// The name by which it can be ended.
    id: String,
    /// Whether it is the one that asks.
    current: bool,
    /// When it began.
    created: String,
    /// When a request came last, give or take a minute.
    last_seen: String,
    /// When it ends unless a request comes.
    expires: String,
    /// What the browser says that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
}

/// `GET /v1/sessions`
pub async fn list(State(app): State<Arc<App>>, signed_in: SignedIn) -> Result<Reply<Sessions>> {
    signed_in.oneself()?;
    let sessions = own(&app, &signed_in).await?;
    let shown = sessions.iter().map(|session| Listed {
        id: session.id(),
        current: session.hash == signed_in.session.hash,
        created: session.created.to_string(),
        last_seen: session.last_seen.to_string(),
        expires: session.ends(&app.config.sign_in.sessions).to_string(),
        user_agent: session.user_agent.clone(),
    });
    Reply::json(StatusCode::OK, &Sessions { items: shown.collect() })
}

async fn own(app: &App, signed_in: &SignedIn) -> Result<Vec<Session>> {
    let (account, now, limits) = (signed_in.session.account.clone(), app.now(), app.config.sign_in.sessions);
    app.vault(move |vault| vault.sessions(&account, now, &limits)).await
}

/// `DELETE /v1/sessions/{id}`
pub async fn end(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    from: From,
) -> Result<Reply<Nothing>> {
    let caller = signed_in.oneself()?;
    let sessions = own(&app, &signed_in).await?;
    let session = sessions.into_iter().find(|session| session.id() == id).ok_or(Error::NotFound)?;
    let hash = session.hash;
    app.vault(move |vault| vault.end_session(&hash)).await?;
    let note = Note::SignedOut { user: session.account.user, everywhere: false };
    writing::note(&app, &caller.org, caller.actor(), from.request_id, note).await?;
    let reply = Reply::done();
    Ok(if hash == signed_in.session.hash { reply.clearing(&app, Cookie::Session) } else { reply })
}
