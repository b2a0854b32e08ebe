//! Who is calling. Every request but those for liveness and readiness presents the secret of an API key, as
//! `Authorization: Bearer <secret>` or as the bare header value.
//!
//! A story. The shop's server holds the secret key `backend` of organization `acme`: it may ask any question about
//! `acme`. The shop's pages hold the public key `storefront`: from its listed origins it may ask what *it itself* may
//! do, and nothing else. Whoever presents `backend` at `/orgs/globex/…` is told that there is nothing, and hears the
//! same at an organization that does not exist. What a key may administer is decided by the engine, like anything.
//!
//! A secret is never compared: its SHA-256 is looked up, so that timing tells nothing about what is stored.

use crate::app::App;
use crate::error::{Error, Result};
use crate::{hex, secret};
use ambit_engine::{EntityRef, Question, SubjectIx, View};
use ambit_model::{ApiKey, KeyKind, OrgId, Outcome, SubjectKind, SubjectRef, Timestamp};
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

/// A request's caller, and the newest view of its organization.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Its organization.
    pub org: OrgId,
    /// The newest view.
    pub view: Arc<View>,
    /// The id of its API key.
    pub key: String,
    /// Secret or public.
    pub kind: KeyKind,
    /// When the request came.
    pub now: Timestamp,
    /// Where a browser says that it comes from.
    pub origin: Option<String>,
}

impl Caller {
    /// The key as a subject.
    #[must_use]
    pub fn subject(&self) -> SubjectRef {
        SubjectRef::api_key(&*self.key)
    }

    /// The key's number in the newest view.
    #[must_use]
    pub fn index(&self) -> Option<SubjectIx> {
        self.view.subject_named(SubjectKind::ApiKey, &self.key)
    }

    /// Whether the key is for servers.
    #[must_use]
    pub fn is_secret(&self) -> bool {
        self.kind == KeyKind::Secret
    }

    /// Refuses keys that are used in browsers.
    ///
    /// # Errors
    /// If it is one.
    pub fn require_secret(&self) -> Result<()> {
        if self.is_secret() { Ok(()) } else { Err(Error::Forbidden("public keys may not do this".into())) }
    }

    /// Refuses whoever may not read the whole organization. The engine decides.
    ///
    /// # Errors
    /// If the key may not.
    pub fn require_reader(&self) -> Result<()> {
        self.require_secret()?;
        let question = Question {
            subject: EntityRef::new(SubjectKind::ApiKey.as_str(), &self.key),
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
        let result = authenticate(app, &parts.headers, wanted.as_deref());
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
        if key.revoked || key.expires.is_some_and(|expires| expires <= now) {
            return None;
        }
        let (id, kind) = (key.id.clone(), key.kind);
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).map(str::to_owned);
        Some(Caller { org: self.org, view: self.view, key: id, kind, now, origin })
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
