//! Signing in through the company's OpenID Connect provider.
//!
//! The browser is sent there with a `state` that is also in a cookie, so that nobody can make it finish a sign-in that
//! somebody else began. It comes back with a code, which the server exchanges for the provider's word. A person is whom
//! they were before, or else the one user with the address that the provider has verified; nobody is created. Why it did
//! not work is logged, and not told.

use crate::admin::seen::Params;
use crate::app::App;
use crate::error::{Error, Result};
use crate::metrics::SignInOutcome;
use crate::signin::cookie::Cookie;
use crate::signin::visit::{Elsewhere, From, Reply};
use crate::signin::{people, sessions, writing};
use ambit_engine::View;
use ambit_identity::Account;
use ambit_identity::link::Purpose;
use ambit_identity::oidc::{Flow, LinkBy, OidcError, Person, Provider};
use ambit_identity::secret::{Secret, challenge, hash};
use ambit_model::{Actor, Change, Note, OrgId, SignInMethod, Status, SubjectRef, Timestamp, User};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;
use std::sync::Arc;

/// How long somebody may take at the provider.
const FLOW: SignedDuration = SignedDuration::from_mins(10);
/// The longest path to come back to.
const PATH_BYTES_MAX: usize = 1_024;

/// Where to go afterwards.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Start {
    /// A path of this server; `/` without it.
    #[serde(rename = "return")]
    return_to: Option<String>,
    /// Whether the organizations that the browser is signed in to stay, beside this one.
    #[serde(default)]
    beside: bool,
}

fn provider(app: &App) -> Result<&Provider> {
    app.identity.provider.as_ref().ok_or(Error::NotFound)
}

fn redirect(app: &App) -> String {
    format!("{}/v1/oidc/callback", app.base_url)
}

/// `GET /v1/oidc/start?return=/path&beside=true`
pub async fn start(State(app): State<Arc<App>>, Params(start): Params<Start>) -> Result<Reply<Elsewhere>> {
    let provider = provider(&app)?;
    let return_to = start.return_to.unwrap_or_else(|| "/".into());
    if !is_own_path(&return_to) {
        return Err(Error::bad_request(
            "invalid_return",
            "`return` is a path of this server, such as `/roles`",
        ));
    }
    let (state, nonce, verifier) = (Secret::make()?, Secret::make()?, Secret::make()?);
    let flow = Flow {
        nonce: nonce.reveal().to_owned(),
        verifier: verifier.reveal().to_owned(),
        return_to,
        beside: start.beside,
    };
    let (name, expires) = (state.hash(), app.now().checked_add(FLOW).unwrap_or(Timestamp::MAX));
    app.vault(move |vault| vault.begin_flow(&name, &flow, expires)).await?;
    let there = provider
        .authorization(&redirect(&app), state.reveal(), nonce.reveal(), &challenge(verifier.reveal()))
        .await
        .map_err(|error| Error::Unavailable(error.to_string()))?;
    Ok(Reply::go(&there)?.setting(&app, Cookie::Oidc, state.reveal(), FLOW))
}

/// A path, and nothing that a browser would take for an address: `//host`, `/\host`.
fn is_own_path(path: &str) -> bool {
    let mut bytes = path.bytes();
    let rooted = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    rooted && plain && path.len() <= PATH_BYTES_MAX
}

/// What the browser brings from the provider.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Back {
    /// The state that it was sent with.
    state: Option<String>,
    /// What the server exchanges for the provider's word.
    code: Option<String>,
    /// Why the provider refuses.
    error: Option<String>,
    /// The provider (RFC 9207).
    iss: Option<String>,
}

/// `GET /v1/oidc/callback`
pub async fn callback(
    State(app): State<Arc<App>>,
    Params(back): Params<Back>,
    headers: HeaderMap,
    request: Request,
) -> Result<Reply<Elsewhere>> {
    let from = From::here(&app, &request);
    let cookie = Cookie::Oidc.read(&app, &headers).map(str::to_owned);
    match finished(&app, back, cookie, &from).await {
        Ok((secret, return_to)) => {
            let lasting = app.config.sign_in.sessions.absolute;
            let reply = Reply::go(&format!("{}{return_to}", app.base_url))?;
            let reply = reply.setting(&app, Cookie::Session, secret.reveal(), lasting);
            Ok(reply.clearing(&app, Cookie::Oidc))
        }
        Err(Unfinished::Refused(why)) => {
            tracing::info!(why, "a sign-in through the provider failed");
            app.metrics.sign_in(SignInOutcome::Failed);
            Err(Error::SignInFailed)
        }
        Err(Unfinished::Broken(error)) => Err(error),
    }
}

/// Why nobody is in.
enum Unfinished {
    /// The attempt is not good; for the log.
    Refused(String),
    /// It could not be carried out.
    Broken(Error),
}

impl<E: Into<Error>> std::convert::From<E> for Unfinished {
    fn from(error: E) -> Self {
        match error.into() {
            Error::SignInFailed => Self::refused("the user may not sign in"),
            error => Self::Broken(error),
        }
    }
}

impl Unfinished {
    fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    fn of(error: OidcError) -> Self {
        match error {
            OidcError::Code(_) | OidcError::Token(_) => Self::Refused(error.to_string()),
            OidcError::Setup(_) | OidcError::Provider(_) => {
                Self::Broken(Error::Unavailable(error.to_string()))
            }
        }
    }
}

async fn finished(
    app: &Arc<App>,
    back: Back,
    cookie: Option<String>,
    from: &From,
) -> Result<(Secret, String), Unfinished> {
    let provider = provider(app)?;
    let state = back.state.ok_or_else(|| Unfinished::refused("without a state"))?;
    if cookie.as_ref() != Some(&state) {
        return Err(Unfinished::refused("the state is not the one that this browser was sent with"));
    }
    let (name, now) = (hash(&state), app.now());
    let flow = app.vault(move |vault| vault.take_flow(&name, now)).await?;
    let flow = flow.ok_or_else(|| Unfinished::refused("the attempt is over, or was none of ours"))?;
    provider.check_callback_issuer(back.iss.as_deref()).await.map_err(Unfinished::of)?;
    if let Some(error) = back.error {
        return Err(Unfinished::refused(format!("the provider refuses: {}", error.escape_debug())));
    }
    let code = back.code.ok_or_else(|| Unfinished::refused("without a code"))?;
    let person = provider.redeem(&redirect(app), &code, &flow, now).await.map_err(Unfinished::of)?;
    let org = organization(app, provider)?;
    let account = who(app, provider, &org, &person).await?;
    join(app, &account, &person, from).await?;
    let from = From { beside: flow.beside, ..from.clone() };
    let (secret, _) = sessions::open(app, &account, &from, SignInMethod::Oidc).await?;
    Ok((secret, flow.return_to))
}

fn organization(app: &App, provider: &Provider) -> Result<OrgId, Unfinished> {
    let several = || Unfinished::refused("there are several organizations: name one with --oidc-org");
    served(app, provider).ok_or_else(several)
}

/// The organization whose people come through the provider; none if it would have to be named.
#[must_use]
pub fn served(app: &App, provider: &Provider) -> Option<OrgId> {
    let known = app.ledger.organizations();
    match (&provider.settings().org, known.as_slice()) {
        (Some(org), _) => Some(org.clone()),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}

/// The user whom a person is.
async fn who(
    app: &Arc<App>,
    provider: &Provider,
    org: &OrgId,
    person: &Person,
) -> Result<Account, Unfinished> {
    let (asked, whose) = (person.clone(), org.clone());
    let known = app.vault(move |vault| vault.person(&whose, &asked.issuer, &asked.subject)).await?;
    if let Some(account) = known {
        return Ok(account);
    }
    let view = app.ledger.view(org).ok_or_else(|| Unfinished::refused("there is no such organization"))?;
    let (by, person) = (provider.settings().link_by, person.clone());
    let found = app.heavy(move || Ok(found(&view, by, &person))).await?;
    let id = found.ok_or_else(|| Unfinished::refused("no user, or several, are that person"))?;
    Ok(Account::new(org, id))
}

fn found(view: &View, by: LinkBy, person: &Person) -> Option<String> {
    let user = match by {
        LinkBy::Subject => people::by_id(view, &person.subject),
        LinkBy::EmailVerified => people::by_email(view, person.verified_email.as_deref()?),
    };
    let may = |user: &User| matches!(user.status, Status::Active | Status::Invited);
    user.filter(may).map(|user| user.id)
}

/// An invited user has come; a known person is remembered.
async fn join(app: &Arc<App>, account: &Account, person: &Person, from: &From) -> Result<(), Unfinished> {
    let user = account.user.clone();
    let decide = move |view: &View, now: Timestamp| {
        let user = people::by_id(view, &user).ok_or(Error::SignInFailed)?;
        if user.status != Status::Invited {
            return Ok((Vec::new(), Json::Null));
        }
        let note = Change::Noted(Note::InvitationAccepted { user: user.id.clone() });
        let joined = Change::UserSet(User { status: Status::Active, ..user });
        let mut changes = writing::step(view, vec![joined], &Actor::OPERATOR, now)?;
        changes.push(note);
        Ok((changes, Json::Null))
    };
    let actor = Actor::Subject { subject: SubjectRef::user(&*account.user), impersonator: None };
    writing::write(app, &account.org, actor, from.request_id.clone(), decide).await?;
    let (whose, person) = (account.clone(), person.clone());
    app.vault(move |vault| {
        vault.void_links(Purpose::Invitation, &whose)?;
        vault.know_person(&whose, &person.issuer, &person.subject)
    })
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_returned_to() {
        for (path, own) in [
            ("/", true),
            ("/roles?product=pim#top", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("/a\\b", false),
            ("https://evil.example", false),
            ("roles", false),
            ("", false),
            ("/a b", false),
            ("/a\r\nset-cookie: x", false),
        ] {
            assert_eq!(is_own_path(path), own, "{path}");
        }
    }
}
