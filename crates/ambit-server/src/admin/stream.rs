//! The tail of the log as server-sent events. Each entry is one event whose id is its revision, so that a client which
//! comes back goes on where it was (`Last-Event-ID`, or `?after=`). Of an entry one sees what the list of changes shows,
//! and nothing of an entry without anything that one sees.
//!
//! Who asks is looked at again all the time: the stream ends when the key or session does, when the server drains, when
//! the client does not read any more, and when the log was rewritten behind what was sent.

use crate::admin::changes::entry_shown;
use crate::admin::seen::Params;
use crate::answer::{EventStream, Media, Text};
use crate::app::{App, Phase};
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::openapi::{Describe, Operation};
use ambit_governance::Sight;
use ambit_log::Subscription;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use futures_core::Stream;
use schemars::JsonSchema;
use serde::Deserialize;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::Instant;

/// How often to look for new entries.
const LOOK: Duration = Duration::from_millis(50);
/// How often to look whether the caller may still listen.
const RECOGNISE: Duration = Duration::from_secs(1);
/// How many entries are read at once.
const READ: usize = 200;
/// How many events wait for the client.
const WAITING: usize = 16;
static LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Where the tail begins.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Tail {
    /// After this revision; without it, and without `Last-Event-ID`, with what comes from now on.
    after: Option<u64>,
}

/// Somebody who listens, and what shows again and again that they may.
pub struct Listener {
    caller: Caller,
    parts: Parts,
}

impl FromRequestParts<Arc<App>> for Listener {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, app).await?;
        caller.require_secret()?;
        Ok(Self { caller, parts: parts.clone() })
    }
}

impl Describe for Listener {
    fn describe(operation: &mut Operation<'_>) {
        let schema = serde_json::json!({ "type": "integer", "minimum": 0 });
        operation.header("Last-Event-ID", "The revision of the last event that was received.", &schema);
    }
}

/// `GET /v1/orgs/{org}/changes/stream?after=…`
pub async fn stream(
    State(app): State<Arc<App>>,
    listener: Listener,
    Params(tail): Params<Tail>,
) -> Result<Text<EventStream>> {
    let head = listener.caller.view.revision();
    let after = match last_event_id(&listener.parts)? {
        Some(last) => last,
        None => tail.after.unwrap_or(head),
    };
    if after > head {
        return Err(Error::NotReached { wanted: after, head });
    }
    let place = Arc::clone(&app.streams).try_acquire_owned();
    let place = place.map_err(|_| Error::Unavailable("all places for streams are taken".into()))?;
    let subscription = app.ledger.subscribe(&listener.caller.org).ok_or(Error::NotFound)?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let tailing = Tailing { app, listener, subscription, after, sender };
    tokio::spawn(tailing.run(place));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(EventStream::TYPE.unwrap_or_default())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok(Text::of((headers, Body::from_stream(Events(receiver))).into_response()))
}

fn last_event_id(parts: &Parts) -> Result<Option<u64>> {
    let Some(last) = parts.headers.get(&LAST_EVENT_ID) else { return Ok(None) };
    let revision = last.to_str().ok().and_then(|text| text.trim().parse().ok());
    revision
        .map(Some)
        .ok_or_else(|| Error::bad_request("invalid_last_event_id", "`Last-Event-ID` is a revision"))
}

/// What the client reads.
struct Events(Receiver<Bytes>);

impl Stream for Events {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx).map(|bytes| bytes.map(Ok))
    }
}

/// A stream at work.
struct Tailing {
    app: Arc<App>,
    listener: Listener,
    subscription: Subscription,
    after: u64,
    sender: Sender<Bytes>,
}

/// Why a stream ends.
struct Ended;

impl Tailing {
    async fn run(mut self, _place: OwnedSemaphorePermit) {
        let heartbeat = self.app.config.limits.heartbeat;
        let (mut recognised, mut heard) = (Instant::now(), Instant::now());
        let mut pending = true;
        if self.send(": the tail of the log\n\n".into()).await.is_err() {
            return;
        }
        while self.app.health.phase() != Phase::Draining && !self.sender.is_closed() {
            pending |= self.subscription.next_head(Duration::ZERO).is_some();
            if pending || recognised.elapsed() >= RECOGNISE {
                if self.recognise().await.is_err() {
                    return;
                }
                recognised = Instant::now();
            }
            if pending {
                match self.tell().await {
                    Ok(more) => pending = more,
                    Err(Ended) => return,
                }
                heard = Instant::now();
                continue;
            }
            if heard.elapsed() >= heartbeat {
                if self.send(": still here\n\n".into()).await.is_err() {
                    return;
                }
                heard = Instant::now();
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Whoever is not recognised any more, or sees less, hears no more than that.
    async fn recognise(&mut self) -> Result<(), Ended> {
        let found = Caller::from_request_parts(&mut self.listener.parts, &self.app).await;
        let caller = found.map_err(|_| Ended)?;
        caller.require_secret().map_err(|_| Ended)?;
        if caller.subject != self.listener.caller.subject || caller.view.revision() < self.after {
            return Err(Ended);
        }
        self.listener.caller = caller;
        Ok(())
    }

    /// Tells of entries that are new; answers whether there may be more.
    async fn tell(&mut self) -> Result<bool, Ended> {
        let (app, caller, after) = (Arc::clone(&self.app), self.listener.caller.clone(), self.after);
        let head = caller.view.revision();
        if after >= head {
            return Ok(false);
        }
        let read = move || {
            let sight = Sight::of(&caller.view, &caller.subject, caller.now);
            let mut entries = app.ledger.entries(&caller.org, after + 1, READ)?;
            entries.retain(|recorded| recorded.entry.revision <= head);
            let last = entries.last().map_or(head, |recorded| recorded.entry.revision);
            let events = entries.iter().filter_map(|recorded| {
                let shown = serde_json::to_string(&entry_shown(&sight, recorded)?).ok()?;
                Some(format!("id: {}\nevent: change\ndata: {shown}\n\n", recorded.entry.revision))
            });
            Ok((events.collect::<Vec<String>>(), last))
        };
        let (events, last) = self.app.heavy(read).await.map_err(|_| Ended)?;
        for event in events {
            self.send(event).await?;
        }
        self.after = last;
        Ok(last < head)
    }

    /// A client that does not read is waited for no longer than for a slow request.
    async fn send(&self, event: String) -> Result<(), Ended> {
        let sent = tokio::time::timeout(self.app.config.limits.body_time, self.sender.send(event.into()));
        match sent.await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Ended),
        }
    }
}
