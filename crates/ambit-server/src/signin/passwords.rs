//! New passwords: one's own, and a link for somebody who has forgotten theirs.
//!
//! Whoever holds such a link can become that user, so it is made only by those who may give all that the user holds
//! (`administration.md` C.2.3), and works only while that is still so.

use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::signin::visit::{From, Nothing, Reply, Visit, answered};
use crate::signin::who::SignedIn;
use crate::signin::{letters, people, sessions, writing};
use ambit_engine::View;
use ambit_governance::Sight;
use ambit_identity::link::{Link, Purpose};
use ambit_identity::secret::{Hash, Secret, hash};
use ambit_identity::{Account, rules};
use ambit_model::{Actor, Change, Note, SignInMethod, Status, SubjectRef, Timestamp, User};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::sync::Arc;

/// What is said of a link that is not good.
const NOT_GOOD: &str = "this link has been used, has expired, or was replaced by a newer one, or its user has been given \
                        more than the one who made it may give; ask an administrator for a new one";

/// The old password and the new.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The password until now.
    current: String,
    /// The password from now on.
    new: String,
}

/// `POST /v1/password`: the other sessions of the user end.
pub async fn change(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    visit: Visit<NewPassword>,
) -> Result<Reply<Nothing>> {
    let caller = signed_in.oneself()?;
    let Visit { body, from } = visit;
    let account = signed_in.session.account.clone();
    let counted = sessions::counted(Some(&account.org), &account.user);
    if let Err(retry_after) = app.identity.attempts.begin(&counted, from.address, app.now()) {
        return Err(Error::SignInThrottled { retry_after });
    }
    let asked = account.clone();
    let phc = app.vault(move |vault| vault.password(&asked)).await?;
    if !app.identity.hasher.is_right(body.current, phc).await? {
        return Err(Error::Forbidden("the current password is another".into()));
    }
    app.identity.attempts.succeeded(&counted, from.address);
    let email = people::by_id(&caller.view, &account.user).and_then(|user| user.email);
    rules::check(&body.new, email.as_deref(), app.config.sign_in.breached.as_deref())?;
    let phc = app.identity.hasher.hash(body.new).await?;
    let note = Note::PasswordSet { user: account.user.clone() };
    writing::note(&app, &caller.org, caller.actor(), from.request_id, note).await?;
    let (now, own) = (app.now(), signed_in.session.hash);
    app.vault(move |vault| {
        vault.set_password(&account, &phc, now)?;
        vault.end_sessions(&account, Some(&own))
    })
    .await?;
    Ok(Reply::done())
}

/// A link, to be given to the user.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResetLink {
    /// The link. It is shown once.
    link: String,
    /// When it ends.
    expires: String,
    /// Whether it was mailed to the user.
    mailed: bool,
}

answered! {
    201 ResetLink;
}

/// `POST /v1/orgs/{org}/users/{id}/reset-link`
pub async fn reset_link(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((_, id)): Path<(String, String)>,
    from: From,
) -> Result<Reply<ResetLink>> {
    caller.require_secret()?;
    caller.require_oneself()?;
    let target = SubjectRef::user(&*id);
    let user = seen(&caller, &target)?;
    let actor = caller.subject.clone();
    let decide = move |view: &View, now: Timestamp| {
        people::require_above(view, &actor, &target, now)?;
        if !people::is_active(view, &target.id) {
            return Err(Error::Conflict {
                code: "not_active",
                detail: format!("`{target}` is not active; invited users get a new invitation instead"),
            });
        }
        Ok((vec![Change::Noted(Note::PasswordResetIssued { user: target.id.clone() })], Json::Null))
    };
    writing::write(&app, &caller.org, caller.actor(), from.request_id, decide).await?;
    let good_for = app.config.sign_in.password_reset;
    let account = Account::new(&caller.org, id);
    let (secret, expires) = issue(&app, Purpose::PasswordReset, account, &caller, good_for).await?;
    let link = format!("{}/password-reset#token={}", app.base_url, secret.reveal());
    let text = letters::password_reset(caller.org.as_str(), &by(&caller), &link, good_for.as_hours());
    let mailed = letters::send(&app, user.email.as_deref(), "Your password on Ambit", text).await;
    Reply::json(StatusCode::CREATED, &ResetLink { link, expires: expires.to_string(), mailed })
}

/// A user whom the caller may know about.
///
/// # Errors
/// If there is none.
pub fn seen(caller: &Caller, target: &SubjectRef) -> Result<User> {
    let sight = Sight::of(&caller.view, &caller.subject, caller.now);
    let index = caller.view.subject(target).filter(|index| sight.subject(*index));
    index.and_then(|index| caller.view.user(index)).ok_or(Error::NotFound)
}

/// How a caller is called in a letter.
#[must_use]
pub fn by(caller: &Caller) -> String {
    let user = caller.index().and_then(|index| caller.view.user(index));
    user.and_then(|user| user.name).unwrap_or_else(|| caller.subject.id.clone())
}

/// Makes a link for a user.
///
/// # Errors
/// If it cannot be kept.
pub async fn issue(
    app: &App,
    purpose: Purpose,
    account: Account,
    caller: &Caller,
    good_for: jiff::SignedDuration,
) -> Result<(Secret, Timestamp)> {
    let (secret, created) = (Secret::make()?, app.now());
    let expires = created.checked_add(good_for).unwrap_or(Timestamp::MAX);
    let link = Link { account, issued_by: caller.subject.to_string(), created, expires };
    let name = secret.hash();
    app.vault(move |vault| vault.issue_link(purpose, &name, &link)).await?;
    Ok((secret, expires))
}

/// A link's token, and the password that is wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// What follows `#token=` in the link.
    token: String,
    /// The password from now on.
    new: String,
}

/// `POST /v1/password/reset`: all sessions of the user end, and a new one begins.
pub async fn reset(State(app): State<Arc<App>>, visit: Visit<Reset>) -> Result<Reply<sessions::Shown>> {
    let Visit { body, from } = visit;
    let (presented, now) = (hash(&body.token), app.now());
    let link = app.vault(move |vault| vault.link(Purpose::PasswordReset, &presented, now)).await?;
    let link = link.ok_or(Error::Gone(NOT_GOOD))?;
    let view = app.ledger.view(&link.account.org).ok_or(Error::Gone(NOT_GOOD))?;
    let user = people::by_id(&view, &link.account.user).ok_or(Error::Gone(NOT_GOOD))?;
    rules::check(&body.new, user.email.as_deref(), app.config.sign_in.breached.as_deref())?;
    let phc = app.identity.hasher.hash(body.new).await?;
    let account = link.account.clone();
    let actor = Actor::Subject { subject: SubjectRef::user(&*account.user), impersonator: None };
    let decide = move |view: &View, now: Timestamp| {
        let active =
            people::by_id(view, &link.account.user).is_some_and(|user| user.status == Status::Active);
        if !(active && is_still_right(view, &link, now)) {
            return Err(Error::Gone(NOT_GOOD));
        }
        Ok((vec![Change::Noted(Note::PasswordSet { user: link.account.user.clone() })], Json::Null))
    };
    writing::write(&app, &account.org, actor, from.request_id.clone(), decide).await?;
    redeem(&app, Purpose::PasswordReset, presented, &account, phc, NOT_GOOD).await?;
    sessions::begin(&app, &account, &from, SignInMethod::PasswordReset, StatusCode::OK).await
}

/// Whether whoever made a link may still give all that its user holds.
#[must_use]
pub fn is_still_right(view: &View, link: &Link, now: Timestamp) -> bool {
    let target = SubjectRef::user(&*link.account.user);
    match link.issued_by.parse::<SubjectRef>() {
        Ok(issuer) => {
            let both = view.subject(&issuer).zip(view.subject(&target));
            let verb = ambit_catalog::file::AdministerVerb::Assign;
            both.is_some_and(|(issuer, target)| people::dominates(view, issuer, target, verb, now).is_ok())
        }
        // The operator, with the data at hand.
        Err(_) => true,
    }
}

/// Gives a user a password in exchange for a link.
///
/// # Errors
/// If somebody else was faster.
pub async fn redeem(
    app: &App,
    purpose: Purpose,
    link: Hash,
    account: &Account,
    phc: String,
    not_good: &'static str,
) -> Result<()> {
    let (account, now) = (account.clone(), app.now());
    let redeemed =
        app.vault(move |vault| vault.redeem_for_password(purpose, &link, &account, &phc, now)).await?;
    if redeemed { Ok(()) } else { Err(Error::Gone(not_good)) }
}
