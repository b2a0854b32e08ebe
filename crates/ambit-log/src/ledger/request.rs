//! What a write consists of, from the caller's side and from the writer thread's.

use super::error::{WriteError, WriteFailure};
use crate::chain::Digest;
use ambit_model::{Actor, Change, OrgId};
use jiff::Timestamp;
use serde_json::Value;

/// Conditions and marks of a write.
#[derive(Debug, Clone, Default)]
pub struct WriteOptions {
    /// The request that it belongs to, for joining with other logs.
    pub request_id: Option<String>,
    /// Makes repeating it safe.
    pub idempotency: Option<Idempotency>,
    /// The revision that the organization must stand at when it is decided; 0 for one that does not exist.
    pub expected_revision: Option<u64>,
}

/// Makes repeating a write safe: the same key and fingerprint from the same actor get the first answer again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The caller's key. Keys of different actors have nothing to do with each other.
    pub key: String,
    /// What the request is; the same key with another request is an error.
    pub fingerprint: Fingerprint,
}

/// Stands for a whole request: equal for the same request, different for any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(Digest);

impl Fingerprint {
    const DOMAIN: &str = "ambit log: fingerprint of a request, v1";

    /// The fingerprint of a request given by its parts, such as method, path and body.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut joined = Vec::new();
        for part in parts {
            joined.extend_from_slice(&(part.len() as u64).to_le_bytes());
            joined.extend_from_slice(part);
        }
        Self(Digest::of(Self::DOMAIN, &joined))
    }

    /// The fingerprint as it is stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Reads what [`Fingerprint::as_bytes`] gave.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Digest::from_bytes(bytes))
    }
}

/// A decision to write.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// What becomes true, all at once; empty if everything is as wanted already.
    pub changes: Vec<Change>,
    /// What to answer, now and when the request is repeated. With an idempotency key it is stored, so a secret does
    /// not belong here; it is added to the first answer only.
    pub answer: Value,
}

/// A write that is durable.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// The revision of its entry, or the current one if nothing had to change.
    pub revision: u64,
    /// What was decided to answer.
    pub answer: Value,
    /// Whether this is the answer of an earlier write with the same idempotency key.
    pub replayed: bool,
}

/// A queued write: what the writer thread needs to know of it.
pub(super) struct Write<S> {
    pub org: OrgId,
    pub actor: Actor,
    pub options: WriteOptions,
    pub request: Box<dyn Request<S>>,
}

/// What becomes of a queued write once its batch is through.
pub(super) type Outcome = Result<Receipt, Halt>;

/// Why a write is not to be acknowledged.
pub(super) enum Halt {
    /// Its decision says so; the request keeps the refusal.
    Refused,
    /// It did not get that far.
    Failed(WriteFailure),
}

impl<T: Into<WriteFailure>> From<T> for Halt {
    fn from(failure: T) -> Self {
        Self::Failed(failure.into())
    }
}

/// A decision and a waiting caller, without the caller's type of refusal.
pub(super) trait Request<S>: Send {
    /// Decides; none is a refusal, which is kept for the answer. May be asked again, on a newer state.
    fn decide(&mut self, state: &S, now: Timestamp) -> Option<Accepted>;

    /// Tells the caller.
    fn answer(self: Box<Self>, outcome: Outcome);
}

/// A decision, its latest refusal, and whom to tell.
pub(super) struct Pending<D, E, A> {
    pub decide: D,
    pub refusal: Option<E>,
    pub answer: A,
}

impl<S, D, E, A> Request<S> for Pending<D, E, A>
where
    D: FnMut(&S, Timestamp) -> Result<Accepted, E> + Send,
    E: Send,
    A: FnOnce(Result<Receipt, WriteError<E>>) + Send,
{
    fn decide(&mut self, state: &S, now: Timestamp) -> Option<Accepted> {
        match (self.decide)(state, now) {
            Ok(accepted) => Some(accepted),
            Err(refusal) => {
                self.refusal = Some(refusal);
                None
            }
        }
    }

    fn answer(self: Box<Self>, outcome: Outcome) {
        let Self { refusal, answer, .. } = *self;
        answer(outcome.map_err(|halt| match halt {
            Halt::Refused => refusal.map_or(WriteFailure::Interrupted.into(), WriteError::Refused),
            Halt::Failed(failure) => failure.into(),
        }));
    }
}
