//! Whose session this is. The cookie's value is looked up by its hash; then the log's newest view is asked whether that
//! user may act at all, at every request, so that whoever is suspended or removed is out at once. Who acts as somebody
//! else is that somebody, with their own name beside it, for as long as the rules would let them begin it anew.

use crate::app::App;
use crate::auth::{Caller, Means};
use crate::error::{Error, Result};
use crate::middleware::Acting;
use crate::openapi::{Describe, Operation};
use crate::signin::cookie::Cookie;
use crate::signin::{csrf, impersonation, people, writing};
use ambit_engine::View;
use ambit_identity::secret;
use ambit_identity::session::Session;
use ambit_model::{Actor, Note, OrgId, SubjectRef};
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use std::sync::Arc;

/// A person who signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// As whom they act.
    pub caller: Caller,
    /// Their session.
    pub session: Session,
}

impl SignedIn {
    /// The caller, who must act as themselves.
    ///
    /// # Errors
    /// If they act as somebody else.
    pub fn oneself(&self) -> Result<&Caller> {
        self.caller.require_oneself()?;
        Ok(&self.caller)
    }

    /// The user who signed in, whoever they act as.
    #[must_use]
    pub fn person(&self) -> SubjectRef {
        SubjectRef::user(&*self.session.account.user)
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        // A key is nobody who could have signed in.
        if parts.headers.contains_key(header::AUTHORIZATION) {
            Caller::from_request_parts(parts, app).await?;
            return Err(Error::Forbidden(
                "this is for people who signed in; an API key has no session".into(),
            ));
        }
        recognise(app, parts, None).await?.ok_or(Error::Unauthenticated)
    }
}

impl Describe for SignedIn {
    fn describe(operation: &mut Operation<'_>) {
        operation.problems(&[403]);
    }
}

/// Who is signed in; nobody if the request has no cookie.
///
/// # Errors
/// If it has one that is not good, or may not be used for this request.
pub async fn recognise(app: &Arc<App>, parts: &Parts, wanted: Option<&str>) -> Result<Option<SignedIn>> {
    let Some(name) = Cookie::Session.read(app, &parts.headers) else { return Ok(None) };
    let (hash, now, limits) = (secret::hash(name), app.now(), app.config.sign_in.sessions);
    let session = app.vault(move |vault| vault.session(&hash, now, &limits)).await?;
    let session = session.ok_or(Error::Unauthenticated)?;
    csrf::require_own(app, &parts.method, &parts.headers)?;
    let view = active(app, &session).await?;
    let person = SubjectRef::user(&*session.account.user);
    let (subject, impersonator) = match &session.acting {
        None => (person, None),
        Some((whom, until)) => {
            let whom = SubjectRef::user(&**whom);
            if *until <= now || impersonation::check(&view, &person, &whom, now).is_err() {
                end_acting(app, &session, &person, &whom).await?;
                return Err(Error::ImpersonationEnded);
            }
            (whom, Some(person))
        }
    };
    let origin = parts.headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).map(str::to_owned);
    let org: OrgId = session.account.org.clone();
    let caller = Caller { org, view, subject, impersonator, means: Means::Session, now, origin };
    if caller.impersonator.is_some()
        && let Some(acting) = parts.extensions.get::<Acting>()
    {
        acting.tell(&caller.identity());
    }
    if wanted.is_some_and(|wanted| wanted != caller.org.as_str()) {
        return Err(Error::NotFound);
    }
    Ok(Some(SignedIn { caller, session }))
}

/// The newest view, in which the user is active; otherwise the user's sessions end.
async fn active(app: &App, session: &Session) -> Result<Arc<View>> {
    let view = app.ledger.view(&session.account.org).ok_or(Error::Unauthenticated)?;
    if people::is_active(&view, &session.account.user) {
        return Ok(view);
    }
    let account = session.account.clone();
    app.vault(move |vault| vault.end_sessions(&account, None)).await?;
    Err(Error::Unauthenticated)
}

/// Lets somebody act as themselves again, and notes it.
///
/// # Errors
/// If that cannot be written.
pub async fn end_acting(
    app: &Arc<App>,
    session: &Session,
    person: &SubjectRef,
    whom: &SubjectRef,
) -> Result<()> {
    let hash = session.hash;
    app.vault(move |vault| vault.act_as(&hash, None)).await?;
    let actor = Actor::Subject { subject: person.clone(), impersonator: None };
    let note = Note::ImpersonationEnded { user: whom.id.clone() };
    writing::note(app, &session.account.org, actor, None, note).await
}
