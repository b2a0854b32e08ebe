//! Invitations: somebody new, with all that they are given, in one step of the inviter; then a link with which they come
//! in. What the inviter may not give is refused like any step of theirs, and seats are reserved from the invitation on.
//!
//! Whoever holds the link can become that user. So it stops working when the user has been given more than the inviter
//! may give: another administrator's step must not end up in the inviter's hands.
//!
//! Somebody who is there already is only given what is written. The answer is the same in form, with a link that opens
//! nothing, so that it does not tell about people whom the inviter may not see.

use crate::admin::seen::Params;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::openapi::{Describe, Operation};
use crate::signin::passwords::{by, is_still_right, issue, redeem, seen};
use crate::signin::visit::{From, Nothing, Reply, Visit, answered};
use crate::signin::{letters, people, sessions, writing};
use ambit_catalog::file::AdministerVerb;
use ambit_engine::View;
use ambit_governance::Sight;
use ambit_governance::plan::{PlanLine, lines};
use ambit_identity::link::{Link, Purpose};
use ambit_identity::secret::{Secret, hash};
use ambit_identity::{Account, rules};
use ambit_model::{
    Actor, Assignment, Change, Note, Properties, ResourceRef, RoleRef, SignInMethod, Status, SubjectKind,
    SubjectRef, Timestamp, User,
};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is said of a link that is not good.
const NOT_GOOD: &str = "this invitation has been accepted, withdrawn or replaced, has expired, or its user has been given \
                        more than the inviter may give; ask an administrator to send it again";

/// Whom to invite, and to what.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// The user's id; without it, it is made of the address.
    id: Option<String>,
    /// The address.
    email: String,
    /// The name, for people.
    name: Option<String>,
    /// The roles to give.
    #[serde(default)]
    assignments: Vec<Given>,
    /// The groups to join, by id.
    #[serde(default)]
    groups: Vec<String>,
}

/// A role to give.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// The role, with its product.
    role: RoleRef,
    /// Where.
    scope: ResourceRef,
    /// Who approves what the holder may not do alone.
    approver: Option<SubjectRef>,
    /// From when.
    #[schemars(with = "Option<String>")]
    starts: Option<Timestamp>,
    /// Until when.
    #[schemars(with = "Option<String>")]
    expires: Option<Timestamp>,
    /// Values for the role's parameters.
    #[serde(default)]
    parameters: Properties,
}

/// Whether to do it.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub struct Wanted {
    /// Only answer what would change.
    #[serde(default)]
    dry_run: bool,
}

/// Somebody is invited.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Invited {
    /// The user's id.
    user: String,
    /// The link, to be given to the user. It is shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// Whether it was mailed to the user.
    mailed: bool,
    /// What changed, or would change.
    plan: Vec<String>,
    /// The revision after it; for a dry run, the one that was looked at.
    revision: u64,
}

answered! {
    201 Invited;
    200 Pending;
}

/// `POST /v1/orgs/{org}/invitations`
pub async fn invite(
    State(app): State<Arc<App>>,
    Inviter(caller): Inviter,
    Params(wanted): Params<Wanted>,
    visit: Visit<Invitation>,
) -> Result<Reply<Invited>> {
    caller.require_oneself()?;
    let Visit { body, from } = visit;
    people::require_address(&body.email)?;
    let (email, actor) = (body.email.clone(), caller.actor());
    let inviter = caller.subject.clone();
    let decide = move |view: &View, now: Timestamp| decided(view, &body, &actor, &inviter, now);
    if wanted.dry_run {
        let (view, now) = (Arc::clone(&caller.view), caller.now);
        let revision = view.revision();
        let (_, answer) = app.heavy(move || decide(&view, now)).await?;
        let Decided { user, plan, .. } = Decided::of(answer)?;
        let answer = Invited { user, link: None, expires: None, mailed: false, plan, revision };
        return Reply::json(StatusCode::OK, &answer);
    }
    let receipt = writing::write(&app, &caller.org, caller.actor(), from.request_id, decide).await?;
    let Decided { user, plan, linked } = Decided::of(receipt.answer)?;
    let sent = send(&app, &caller, &user, &email, linked).await?;
    let Sent { link, expires, mailed } = sent;
    let answer =
        Invited { user, link: Some(link), expires: Some(expires), mailed, plan, revision: receipt.revision };
    Reply::json(StatusCode::CREATED, &answer)
}

/// Whoever may invite somebody, somewhere. Others are not told what an invitation would run into.
pub struct Inviter(Caller);

impl FromRequestParts<Arc<App>> for Inviter {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.require_secret()?;
        require_inviter(&caller)?;
        Ok(Self(caller))
    }
}

impl Describe for Inviter {
    fn describe(_: &mut Operation<'_>) {}
}

fn require_inviter(caller: &Caller) -> Result<()> {
    let refuse =
        || Error::Forbidden(format!("no role that `{}` holds lets it invite people", caller.subject));
    let actor = caller.index().ok_or_else(refuse)?;
    let verbs = [AdministerVerb::Invite, AdministerVerb::CreateUsers];
    let held = people::held(&caller.view, actor, caller.now);
    let invites = held
        .iter()
        .any(|held| verbs.iter().any(|verb| caller.view.has_verb(actor, *verb, held.scope, caller.now)));
    if invites { Ok(()) } else { Err(refuse()) }
}

/// What a decision hands on to the handler.
#[derive(Debug, Serialize, Deserialize)]
struct Decided {
    user: String,
    plan: Vec<String>,
    /// Whether the user gets a link that works.
    linked: bool,
}

impl Decided {
    fn of(answer: Json) -> Result<Self> {
        serde_json::from_value(answer).map_err(|error| Error::Internal(error.to_string()))
    }
}

fn decided(
    view: &View,
    body: &Invitation,
    actor: &Actor,
    inviter: &SubjectRef,
    now: Timestamp,
) -> Result<(Vec<Change>, Json)> {
    let known = people::by_email(view, &body.email);
    let user = match &known {
        Some(user) => user.clone(),
        None => new_user(view, body, inviter, now)?,
    };
    let subject = SubjectRef::user(&*user.id);
    let mut wanted: Vec<Change> = Vec::new();
    if known.is_none() {
        wanted.push(Change::UserSet(user.clone()));
    }
    wanted.extend(body.assignments.iter().cloned().map(|given| Change::AssignmentSet(given.to(&subject))));
    let joins =
        body.groups.iter().map(|group| Change::MemberAdded { group: group.clone(), member: subject.clone() });
    wanted.extend(joins);
    let mut changes = writing::step(view, wanted, actor, now)?;
    // A link to an account that holds more than the inviter may give is not the inviter's to have.
    let linked = match known {
        None => true,
        Some(user) if user.status == Status::Invited => {
            people::require_above(view, inviter, &subject, now).is_ok()
        }
        Some(_) => false,
    };
    let plan: Vec<String> = lines(view, &changes).iter().map(PlanLine::to_string).collect();
    if linked {
        changes.push(Change::Noted(Note::InvitationIssued { user: user.id.clone() }));
    }
    Ok((changes, json!(Decided { user: user.id, plan, linked })))
}

impl Given {
    fn to(self, subject: &SubjectRef) -> Assignment {
        let Self { role, scope, approver, starts, expires, parameters } = self;
        Assignment { subject: subject.clone(), role, scope, approver, starts, expires, parameters }
    }
}

/// An id that somebody else has is told to whoever may see them; others get another one.
fn new_user(view: &View, body: &Invitation, inviter: &SubjectRef, now: Timestamp) -> Result<User> {
    let id = match &body.id {
        None => people::new_id(view, &body.email),
        Some(id) => match view.subject_named(SubjectKind::User, id) {
            None => id.clone(),
            Some(taken) if Sight::of(view, inviter, now).subject(taken) => {
                return Err(Error::Conflict {
                    code: "id_taken",
                    detail: format!(
                        "`user:{id}` is somebody with another address; choose another id, or none"
                    ),
                });
            }
            Some(_) => people::new_id(view, id),
        },
    };
    Ok(User {
        id,
        name: body.name.clone(),
        email: Some(body.email.clone()),
        status: Status::Invited,
        properties: Properties::default(),
    })
}

struct Sent {
    link: String,
    expires: String,
    mailed: bool,
}

async fn send(app: &App, caller: &Caller, user: &str, email: &str, linked: bool) -> Result<Sent> {
    let good_for = app.config.sign_in.invitation;
    let account = Account::new(&caller.org, user);
    let (secret, expires) = if linked {
        issue(app, Purpose::Invitation, account, caller, good_for).await?
    } else {
        (Secret::make()?, app.now().checked_add(good_for).unwrap_or(Timestamp::MAX))
    };
    let link = format!("{}/invitation#token={}", app.base_url, secret.reveal());
    let days = good_for.as_hours() / 24;
    let text = letters::invitation(caller.org.as_str(), &by(caller), &link, days);
    let mailed = if linked {
        letters::send(app, Some(email), "You are invited to Ambit", text).await
    } else {
        app.config.sign_in.mailer.is_some()
    };
    Ok(Sent { link, expires: expires.to_string(), mailed })
}

/// A link's token, and the password that is wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// What follows `#token=` in the link.
    token: String,
    /// The name, for people; without it, the one in the invitation.
    name: Option<String>,
    /// The password.
    password: String,
}

/// `POST /v1/invitations/accept`
pub async fn accept(State(app): State<Arc<App>>, visit: Visit<Acceptance>) -> Result<Reply<sessions::Shown>> {
    let Visit { body, from } = visit;
    let (presented, now) = (hash(&body.token), app.now());
    let link = app.vault(move |vault| vault.link(Purpose::Invitation, &presented, now)).await?;
    let link = link.ok_or(Error::Gone(NOT_GOOD))?;
    let view = app.ledger.view(&link.account.org).ok_or(Error::Gone(NOT_GOOD))?;
    let user = people::by_id(&view, &link.account.user).ok_or(Error::Gone(NOT_GOOD))?;
    rules::check(&body.password, user.email.as_deref(), app.config.sign_in.breached.as_deref())?;
    let phc = app.identity.hasher.hash(body.password).await?;
    let account = link.account.clone();
    let whose = account.clone();
    let has_password = app.vault(move |vault| vault.password(&whose)).await?.is_some();
    let (name, actor) = (body.name, SubjectRef::user(&*account.user));
    let actor = Actor::Subject { subject: actor, impersonator: None };
    let decide = move |view: &View, now: Timestamp| joined(view, &link, name.as_ref(), has_password, now);
    writing::write(&app, &account.org, actor, from.request_id.clone(), decide).await?;
    redeem(&app, Purpose::Invitation, presented, &account, phc, NOT_GOOD).await?;
    sessions::begin(&app, &account, &from, SignInMethod::Invitation, StatusCode::OK).await
}

/// The step by which an invited user joins. Whoever was interrupted after it, and so has no password yet, comes again.
fn joined(
    view: &View,
    link: &Link,
    name: Option<&String>,
    has_password: bool,
    now: Timestamp,
) -> Result<(Vec<Change>, Json)> {
    let user = people::by_id(view, &link.account.user).ok_or(Error::Gone(NOT_GOOD))?;
    let interrupted = user.status == Status::Active && !has_password;
    if !(user.status == Status::Invited || interrupted) || !is_still_right(view, link, now) {
        return Err(Error::Gone(NOT_GOOD));
    }
    let note = Change::Noted(Note::InvitationAccepted { user: user.id.clone() });
    let name = name.cloned().or_else(|| user.name.clone());
    let joined = Change::UserSet(User { status: Status::Active, name, ..user });
    // The invitation was the step of somebody with authority; this carries it out.
    let mut changes = writing::step(view, vec![joined], &Actor::OPERATOR, now)?;
    changes.push(note);
    Ok((changes, Json::Null))
}

/// `POST /v1/orgs/{org}/invitations/{user}/resend`: the old link is void.
pub async fn resend(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((_, user)): Path<(String, String)>,
    from: From,
) -> Result<Reply<Invited>> {
    let target = pending(&caller, &user)?;
    let (actor, subject) = (caller.subject.clone(), SubjectRef::user(&*user));
    let decide = move |view: &View, now: Timestamp| {
        let status = people::by_id(view, &subject.id).map(|user| user.status);
        if status != Some(Status::Invited) {
            return Err(Error::NotFound);
        }
        people::require_above(view, &actor, &subject, now)?;
        Ok((vec![Change::Noted(Note::InvitationIssued { user: subject.id.clone() })], Json::Null))
    };
    let receipt = writing::write(&app, &caller.org, caller.actor(), from.request_id, decide).await?;
    let Sent { link, expires, mailed } =
        send(&app, &caller, &user, target.email.as_deref().unwrap_or_default(), true).await?;
    let (link, expires, revision) = (Some(link), Some(expires), receipt.revision);
    let answer = Invited { user, link, expires, mailed, plan: Vec::new(), revision };
    Reply::json(StatusCode::CREATED, &answer)
}

/// An invited user whom the caller may know about.
fn pending(caller: &Caller, user: &str) -> Result<User> {
    caller.require_secret()?;
    caller.require_oneself()?;
    let known = seen(caller, &SubjectRef::user(user))?;
    if known.status == Status::Invited { Ok(known) } else { Err(Error::NotFound) }
}

/// `DELETE /v1/orgs/{org}/invitations/{user}`: the link is void, and the user is gone with all that was given.
pub async fn revoke(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((_, user)): Path<(String, String)>,
    from: From,
) -> Result<Reply<Nothing>> {
    pending(&caller, &user)?;
    let (actor, subject) = (caller.subject.clone(), SubjectRef::user(&*user));
    let decide = move |view: &View, now: Timestamp| {
        let status = people::by_id(view, &subject.id).map(|user| user.status);
        if status != Some(Status::Invited) {
            return Err(Error::NotFound);
        }
        people::require_above(view, &actor, &subject, now)?;
        let removed = Change::UserRemoved { id: subject.id.clone() };
        // Whoever may give all that an invited user holds may take the invitation back.
        Ok((writing::step(view, vec![removed], &Actor::OPERATOR, now)?, Json::Null))
    };
    writing::write(&app, &caller.org, caller.actor(), from.request_id, decide).await?;
    let account = Account::new(&caller.org, user);
    app.vault(move |vault| vault.forget(&account)).await?;
    Ok(Reply::done())
}

/// Who is invited and has not come yet.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Pending {
    items: Vec<Waiting>,
}

/// Somebody who is invited.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PendingInvitation")]
pub struct Waiting {
    /// The user's id.
    user: String,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Who sent the link that works, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    invited_by: Option<String>,
    /// When it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<String>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// Whether it has ended.
    expired: bool,
}

/// `GET /v1/orgs/{org}/invitations`
pub async fn list(State(app): State<Arc<App>>, Inviter(caller): Inviter) -> Result<Reply<Pending>> {
    let org = caller.org.clone();
    let links = app.vault(move |vault| vault.open_links(Purpose::Invitation, &org)).await?;
    let items = app.heavy(move || Ok(waiting(&caller, links))).await?;
    Reply::json(StatusCode::OK, &Pending { items })
}

fn waiting(caller: &Caller, links: Vec<Link>) -> Vec<Waiting> {
    let sight = Sight::of(&caller.view, &caller.subject, caller.now);
    let links: BTreeMap<String, Link> =
        links.into_iter().map(|link| (link.account.user.clone(), link)).collect();
    let users = caller.view.subjects(SubjectKind::User).filter(|user| sight.subject(*user));
    let invited =
        users.filter_map(|user| caller.view.user(user)).filter(|user| user.status == Status::Invited);
    invited
        .map(|user| {
            let link = links.get(&user.id);
            Waiting {
                invited_by: link.map(|link| link.issued_by.clone()),
                sent: link.map(|link| link.created.to_string()),
                expires: link.map(|link| link.expires.to_string()),
                expired: link.is_none_or(|link| link.expires <= caller.now),
                user: user.id,
                email: user.email,
                name: user.name,
            }
        })
        .collect()
}
