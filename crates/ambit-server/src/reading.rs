//! Which view answers: the newest, one that has taken in a revision, or one of the past.
//!
//! A question about the past is asked at the time of that past: at the instant that was named, or when the entry of
//! that revision was accepted. So it is answered as it would have been then, expiries included.

use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use ambit_engine::View;
use ambit_log::Point;
use ambit_model::{OrgId, Timestamp};
use axum::http::{HeaderMap, HeaderName};
use serde::Deserialize;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often to look whether a revision has come.
const REVISION_POLL: Duration = Duration::from_millis(5);
/// Asks as of a revision or an instant.
pub static AS_OF: HeaderName = HeaderName::from_static("ambit-as-of");
/// Asks a view that has taken in a revision.
pub static AT_LEAST: HeaderName = HeaderName::from_static("ambit-at-least");

/// A revision, or an instant (RFC 3339).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum AsOf {
    /// After the entry of this number.
    Revision(u64),
    /// After the last entry at or before this instant; a number in a text is a revision too.
    Text(String),
}

impl AsOf {
    fn point(&self) -> Result<Point> {
        let text = match self {
            Self::Revision(revision) => return Ok(Point::Revision(*revision)),
            Self::Text(text) => text,
        };
        let revision = text.parse().map(Point::Revision).ok();
        let instant = || text.parse().map(Point::Instant).ok();
        revision.or_else(instant).ok_or_else(|| {
            Error::bad_request(
                "invalid_as_of",
                "`as_of` is a revision or an instant such as 2026-01-31T00:00:00Z",
            )
        })
    }
}

/// What a caller demands of the view.
#[derive(Debug, Clone, Default)]
pub struct Demand {
    /// The past.
    pub as_of: Option<AsOf>,
    /// No older than this.
    pub at_least: Option<u64>,
}

impl Demand {
    /// The headers fill in what the request does not say itself.
    ///
    /// # Errors
    /// If a header is not understood.
    pub fn or_headers(mut self, headers: &HeaderMap) -> Result<Self> {
        let text = |name: &HeaderName| {
            let value = headers.get(name).map(|value| value.to_str());
            value
                .transpose()
                .map_err(|_| Error::bad_request("invalid_header", format!("`{name}` is not text")))
        };
        if self.as_of.is_none() {
            self.as_of = text(&AS_OF)?.map(|text| AsOf::Text(text.to_owned()));
        }
        if let (None, Some(text)) = (self.at_least, text(&AT_LEAST)?) {
            let revision = text
                .parse()
                .map_err(|_| Error::bad_request("invalid_at_least", format!("`{AT_LEAST}` is a revision")))?;
            self.at_least = Some(revision);
        }
        Ok(self)
    }
}

/// A view, and the time at which it is asked.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The view.
    pub view: Arc<View>,
    /// The time.
    pub time: Timestamp,
}

/// The view that a demand names.
///
/// # Errors
/// If it is not here, or cannot be had.
pub async fn reading(app: &Arc<App>, caller: &Caller, demand: &Demand) -> Result<Reading> {
    if !caller.is_secret() && (demand.as_of.is_some() || demand.at_least.is_some()) {
        // The past costs much to make, and a public key is in everybody's hands.
        return Err(Error::Forbidden("public keys ask the newest view".into()));
    }
    let newest = Reading { view: Arc::clone(&caller.view), time: caller.now };
    let newest = match demand.at_least {
        Some(revision) if revision > newest.view.revision() => {
            Reading { view: at_least(app, caller, revision).await?, ..newest }
        }
        _ => newest,
    };
    match &demand.as_of {
        None => Ok(newest),
        Some(as_of) => past(app, caller, as_of.point()?).await,
    }
}

/// Looks at the storage once, then waits without holding a thread.
async fn at_least(app: &Arc<App>, caller: &Caller, revision: u64) -> Result<Arc<View>> {
    let ledger = Arc::clone(&app.ledger);
    // What keeps another organization from being followed is none of this caller's business.
    let _ = app.heavy(move || Ok(ledger.refresh()?)).await;
    let deadline = tokio::time::Instant::now() + app.config.limits.revision_wait;
    loop {
        let view = app.ledger.view(&caller.org).ok_or(Error::NotFound)?;
        if view.revision() >= revision {
            return Ok(view);
        }
        if tokio::time::Instant::now() >= deadline {
            return Err(Error::NotReached { wanted: revision, head: view.revision() });
        }
        tokio::time::sleep(REVISION_POLL).await;
    }
}

async fn past(app: &Arc<App>, caller: &Caller, point: Point) -> Result<Reading> {
    let epoch = app.ledger.head(&caller.org).map_or(0, |head| head.epoch);
    let known = PastKey { org: caller.org.clone(), epoch, point };
    let view = match app.past_views.get(&known) {
        Some(view) => view,
        None => {
            let (ledger, org) = (Arc::clone(&app.ledger), caller.org.clone());
            let view = app.heavy(move || Ok(ledger.view_at(&org, point)?)).await?;
            if is_settled(point, &caller.view) {
                app.past_views.put(known, &view);
            }
            view
        }
    };
    let time = match point {
        Point::Instant(instant) => instant,
        Point::Revision(_) => view.time().unwrap_or(caller.now),
    };
    Ok(Reading { view, time })
}

/// Whether nothing that is yet to come could change what a point means: its entry is there, or a later one.
fn is_settled(point: Point, newest: &View) -> bool {
    match point {
        Point::Revision(revision) => revision <= newest.revision(),
        Point::Instant(instant) => newest.time().is_some_and(|time| instant < time),
    }
}

/// What a view of the past is kept under. A restored store has another epoch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PastKey {
    org: OrgId,
    epoch: u64,
    point: Point,
}

/// The views of the past that were asked for last: a review asks many questions about one revision.
#[derive(Debug, Default)]
pub(crate) struct PastViews(Mutex<VecDeque<(PastKey, Arc<View>)>>);

impl PastViews {
    /// So many are kept.
    const KEPT: usize = 8;

    fn get(&self, key: &PastKey) -> Option<Arc<View>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let position = kept.iter().position(|(known, _)| known == key)?;
        let found = kept.remove(position)?;
        let view = Arc::clone(&found.1);
        kept.push_back(found);
        Some(view)
    }

    fn put(&self, key: PastKey, view: &Arc<View>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        kept.push_back((key, Arc::clone(view)));
        if kept.len() > Self::KEPT {
            kept.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(revision: u64) -> PastKey {
        PastKey { org: OrgId::new("acme").unwrap(), epoch: 1, point: Point::Revision(revision) }
    }

    #[test]
    fn the_views_that_were_asked_for_last_are_kept() {
        let views = PastViews::default();
        let view = Arc::new(View::default());
        for revision in 0..PastViews::KEPT as u64 {
            views.put(key(revision), &view);
        }
        assert!(views.get(&key(0)).is_some_and(|kept| Arc::ptr_eq(&kept, &view)));
        views.put(key(100), &view);
        assert!(
            views.get(&key(1)).is_none() && views.get(&key(0)).is_some() && views.get(&key(100)).is_some()
        );
        assert!(views.get(&PastKey { epoch: 2, ..key(0) }).is_none());
        assert!(views.get(&PastKey { org: OrgId::new("globex").unwrap(), ..key(0) }).is_none());
    }

    #[test]
    fn what_may_still_change_is_not_kept() {
        let mut view = View::default();
        assert!(is_settled(Point::Revision(0), &view) && !is_settled(Point::Revision(1), &view));
        let now: Timestamp = "2026-05-05T12:00:00Z".parse().unwrap();
        let earlier: Timestamp = "2026-05-05T11:00:00Z".parse().unwrap();
        let id = OrgId::new("acme").unwrap();
        let entry = ambit_model::Entry {
            revision: 1,
            epoch: 1,
            time: now,
            actor: ambit_model::Actor::OPERATOR,
            request_id: None,
            changes: vec![ambit_model::Change::OrganizationCreated { id }],
        };
        view.apply(&entry).unwrap();
        assert!(is_settled(Point::Instant(earlier), &view) && !is_settled(Point::Instant(now), &view));
        assert!(is_settled(Point::Revision(1), &view));
    }
}
