//! Who is calling: a subject, and how it showed that it is that subject. A program presents the secret of an API key, as
//! `Authorization: Bearer <secret>` or as the bare header value. A person who signed in has a cookie
//! ([`crate::signin::who`]); where both are sent, the key counts.
//!
//! A story. The shop's server holds the secret key `backend` of organization `acme`: it may ask any question about
//! `acme`. The shop's pages hold the public key `storefront`: from its listed origins it may ask what *it itself* may
//! do, and nothing else. Whoever presents `backend` at `/orgs/globex/…` is told that there is nothing, and hears the
//! same at an organization that does not exist. What a key may administer is decided by the engine, like anything.
//!
//! A secret is never compared: its SHA-256 is looked up, so that timing tells nothing about what is stored.

use crate::app::App;
use crate::error::{Error, Result};
use crate::openapi::{Describe, Operation};
use crate::signin::who;
use crate::{hex, secret};
use ambit_engine::{EntityRef, Question, SubjectIx, View};
use ambit_identity::key_use::LastUse;
use ambit_model::{Actor, ApiKey, KeyKind, OrgId, Outcome, SubjectRef, Timestamp};
use axum::extract::{ConnectInfo, FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

/// The permission that lets a key read an organization.
pub const READ_ALL: &str = "admin-center/admin_center.access_all";
/// Secrets longer than this are not ours.
const SECRET_MAX_BYTES: usize = 512;

/// How a caller showed who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// The secret of a key for servers.
    SecretKey,
    /// A key that is in everybody's hands.
    PublicKey,
    /// The cookie of a person who signed in.
    Session,
}

/// A request's caller, and the newest view of its organization.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Its organization.
    pub org: OrgId,
    /// The newest view.
    pub view: Arc<View>,
    /// Who acts: an API key, or a person.
    pub subject: SubjectRef,
    /// Who really sits there, when acting as somebody else.
    pub impersonator: Option<SubjectRef>,
    /// How it showed who it is.
    pub means: Means,
    /// When the request came.
    pub now: Timestamp,
    /// Where a browser says that it comes from.
    pub origin: Option<String>,
}

impl Caller {
    /// The caller as the log names it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Subject { subject: self.subject.clone(), impersonator: self.impersonator.clone() }
    }

    /// The caller as one text, for what must stay with the same caller: idempotency keys, page tokens.
    #[must_use]
    pub fn identity(&self) -> String {
        self.actor().to_string()
    }

    /// The caller's number in the newest view.
    #[must_use]
    pub fn index(&self) -> Option<SubjectIx> {
        self.view.subject(&self.subject)
    }

    /// Whether what the caller presented is known to it alone: the secret of a key, or a session. Public keys are in
    /// everybody's hands.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.means != Means::PublicKey
    }

    /// Refuses whoever acts as somebody else, where that would count as another person (`administration.md` C.3), or
    /// outlast the acting.
    ///
    /// # Errors
    /// If the caller does.
    pub fn require_oneself(&self) -> Result<()> {
        if self.impersonator.is_none() { Ok(()) } else { Err(Error::Impersonating) }
    }

    /// Refuses keys that are used in browsers.
    ///
    /// # Errors
    /// If it is one.
    pub fn require_secret(&self) -> Result<()> {
        if self.is_secret() { Ok(()) } else { Err(Error::Forbidden("public keys may not do this".into())) }
    }

    /// Refuses whoever may not ask about a subject: public keys ask about themselves; people about themselves, and
    /// about others if they may read the organization; secret keys about anybody.
    ///
    /// # Errors
    /// If the caller may not.
    pub fn require_may_ask(&self, kind: &str, id: &str) -> Result<()> {
        let own = self.subject.kind.as_str() == kind && self.subject.id == id;
        match self.means {
            Means::SecretKey => Ok(()),
            _ if own => Ok(()),
            Means::PublicKey => Err(Error::Forbidden("a public key may ask only about itself".into())),
            Means::Session => self.require_reader(),
        }
    }

    /// Refuses whoever may not ask about everybody: for questions that name no subject.
    ///
    /// # Errors
    /// If the caller may not.
    pub fn require_may_ask_all(&self) -> Result<()> {
        match self.means {
            Means::SecretKey => Ok(()),
            Means::PublicKey => self.require_secret(),
            Means::Session => self.require_reader(),
        }
    }

    /// Refuses whoever may not read the whole organization. The engine decides.
    ///
    /// # Errors
    /// If the caller may not.
    pub fn require_reader(&self) -> Result<()> {
        self.require_secret()?;
        let question = Question {
            subject: EntityRef::new(self.subject.kind.as_str(), &self.subject.id),
            permission: READ_ALL,
            action: None,
            resource: EntityRef::new("organization", self.org.as_str()),
            context: None,
            time: self.now,
        };
        if self.view.check(&question).outcome == Outcome::Allow {
            return Ok(());
        }
        Err(Error::Forbidden(format!("this needs `{READ_ALL}` at the organization")))
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let wanted = path_organization(parts, app).await;
        if !parts.headers.contains_key(header::AUTHORIZATION)
            && let Some(signed_in) = who::recognise(app, parts, wanted.as_deref()).await?
        {
            return Ok(signed_in.caller);
        }
        let result = authenticate(app, &parts.headers, wanted.as_deref());
        if let Ok(caller) = &result {
            let last = LastUse { at: caller.now, from: peer(parts) };
            app.identity.key_uses.note(&caller.org, &caller.subject.id, last);
        }
        if let Err(Error::Unauthenticated) = result {
            app.metrics.authentication_failed();
            if parts.headers.contains_key(header::AUTHORIZATION) {
                let throttled = app.throttle.failed(peer(parts), Instant::now());
                return Err(
                    throttled.map_or(Error::Unauthenticated, |retry_after| Error::Throttled { retry_after })
                );
            }
        }
        result
    }
}

/// The organization that the path names.
async fn path_organization(parts: &mut Parts, app: &Arc<App>) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, app).await.ok()?;
    params.iter().find(|(name, _)| *name == "org").map(|(_, org)| org.to_owned())
}

fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}

fn authenticate(app: &App, headers: &HeaderMap, wanted: Option<&str>) -> Result<Caller> {
    let secret = presented(headers).ok_or(Error::Unauthenticated)?;
    let hash = secret::hash(secret);
    let wanted = wanted.map(OrgId::new);
    let at_hand = wanted.as_ref().and_then(|wanted| wanted.as_ref().ok());
    let found = find(app, &hash, at_hand).ok_or(Error::Unauthenticated)?;
    let now = app.now();
    let caller = found.in_force(headers, now).ok_or(Error::Unauthenticated)?;
    match wanted {
        Some(Ok(org)) if org != caller.org => Err(Error::NotFound),
        Some(Err(_)) => Err(Error::NotFound),
        _ => Ok(caller),
    }
}

fn presented(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    let secret = match value.split_once(' ') {
        Some((scheme, secret)) if scheme.eq_ignore_ascii_case("bearer") => secret.trim(),
        _ => value,
    };
    (!secret.is_empty() && secret.len() <= SECRET_MAX_BYTES).then_some(secret)
}

/// A key and where it was found.
struct Found {
    org: OrgId,
    view: Arc<View>,
    digits: [u8; 64],
}

impl Found {
    fn in_view(app: &App, org: OrgId, digits: [u8; 64]) -> Option<Self> {
        let view = app.ledger.view(&org)?;
        let found = Self { org, view, digits };
        found.key().is_some().then_some(found)
    }

    fn key(&self) -> Option<&ApiKey> {
        self.view.api_key_by_hash(std::str::from_utf8(&self.digits).ok()?)
    }

    fn in_force(self, headers: &HeaderMap, now: Timestamp) -> Option<Caller> {
        let key = self.key()?;
        let digits = std::str::from_utf8(&self.digits).ok()?;
        if key.revoked || !key.accepts(digits, now) || key.expires.is_some_and(|expires| expires <= now) {
            return None;
        }
        let (subject, kind) = (SubjectRef::api_key(&*key.id), key.kind);
        let means = match kind {
            KeyKind::Secret => Means::SecretKey,
            KeyKind::Public => Means::PublicKey,
        };
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).map(str::to_owned);
        Some(Caller { org: self.org, view: self.view, subject, impersonator: None, means, now, origin })
    }
}

/// The organization that the path names comes first, then the one where the key was last found, then all.
fn find(app: &App, hash: &[u8; 32], wanted: Option<&OrgId>) -> Option<Found> {
    let digits = hex::encode_32(hash);
    let here = wanted.and_then(|org| Found::in_view(app, org.clone(), digits));
    let known = || app.known_keys.get(hash).and_then(|org| Found::in_view(app, org, digits));
    let anywhere = || {
        let organizations = app.ledger.organizations();
        let found = organizations.into_iter().find_map(|org| Found::in_view(app, org, digits))?;
        app.known_keys.put(*hash, found.org.clone());
        Some(found)
    };
    here.or_else(known).or_else(anywhere)
}

/// Whoever comes is authenticated, which every guarded route says already.
impl Describe for Caller {
    fn describe(_: &mut Operation<'_>) {}
}
