//! What may go wrong with a request, and the one place where that becomes HTTP: a status and an
//! `application/problem+json` document (RFC 9457) with a stable `code`.
//!
//! Statuses are chosen on purpose. Nobody recognised: 401. Known, and may not: 403. May not even know whether it
//! exists: 404, the same for what is not there and what belongs to others. AuthZEN wants 400, and not 415 or 422, for
//! everything that is wrong with a question.

use ambit_catalog::diagnostic::Problem as FileProblem;
use ambit_governance::approvals::ApprovalRefusal;
use ambit_governance::{Refusal, Refusals};
use ambit_identity::VaultError;
use ambit_identity::password::PasswordError;
use ambit_identity::rules::Weakness;
use ambit_log::{ReadError, WriteError, WriteFailure};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// The media type of error documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What goes wrong, as a document (RFC 9457).
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Problem {
    /// `urn:ambit:error:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// What is wrong with this request, for people.
    pub detail: String,
    /// The newer revision, where the request expects an older one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// Every problem of a file, with its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<FileProblem>,
    /// Every rule that is against it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<RefusalShown>,
    /// What was changed since, where an entry should be undone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<ChangedSince>,
}

/// One reason for a refusal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Refusal")]
pub struct RefusalShown {
    /// The stable code.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// The rule behind it, and where it is written.
    pub rule: &'static str,
    /// What would be permitted instead, or who may do it.
    pub instead: Option<String>,
    /// Line of the file, from 1, if it came from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
}

impl RefusalShown {
    fn of(refusal: &Refusal) -> Self {
        Self {
            code: refusal.code.as_str().to_owned(),
            message: refusal.message.clone(),
            rule: refusal.code.rule(),
            instead: refusal.instead.clone(),
            line: Some(refusal.mark.line).filter(|line| *line > 0),
            column: Some(refusal.mark.column).filter(|column| *column > 0),
        }
    }
}

/// Something that was changed after the entry that should be undone.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangedSince {
    /// What.
    pub thing: String,
    /// By which entry.
    pub revision: Option<u64>,
}

fn listed(conflicts: &[ChangedSince]) -> String {
    let named = conflicts.iter().take(10).map(|conflict| match conflict.revision {
        Some(revision) => format!("{} (revision {revision})", conflict.thing),
        None => conflict.thing.clone(),
    });
    format!("{}; `force` undoes it all the same, if the rules permit", named.collect::<Vec<_>>().join(", "))
}

/// Why a request is not answered as wished.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request itself is wrong.
    #[error("{detail}")]
    BadRequest {
        /// The stable code.
        code: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// No key, or none that is known, in force and unexpired.
    #[error("sign in, or present an API key: `Authorization: Bearer <secret>`")]
    Unauthenticated,
    /// Too many wrong keys from one address.
    #[error("too many failed attempts from this address; a valid key is answered at any time")]
    Throttled {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// Somebody could not sign in; why is not told.
    #[error("this is not right, or this user may not sign in")]
    SignInFailed,
    /// Too many attempts to sign in.
    #[error("too many failed attempts to sign in; try again in {retry_after} seconds")]
    SignInThrottled {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The request comes from a page of somebody else.
    #[error(
        "with a session, what changes something must come from a page of this server: the browser says so with \
         `Sec-Fetch-Site: same-origin` or `Origin`; programs use an API key"
    )]
    Csrf,
    /// Not while acting as somebody else.
    #[error("not while acting as somebody else: end that first with DELETE /v1/impersonation")]
    Impersonating,
    /// Acting as somebody else is over: its time is up, or it is not permitted any more.
    #[error("acting as somebody else has ended; the next request is made as yourself")]
    ImpersonationEnded,
    /// The link is used, void or expired, or never was.
    #[error("{0}")]
    Gone(&'static str),
    /// The caller is known and may not.
    #[error("{0}")]
    Forbidden(String),
    /// Not there, or not for this caller to know.
    #[error("there is nothing here, or nothing that you may see")]
    NotFound,
    /// Something that the request names is not there.
    #[error("{0} does not exist")]
    Missing(String),
    /// The record has changed since the caller has read it.
    #[error("it has changed since it was read; the organization is at revision {actual}")]
    RecordChanged {
        /// Where the organization stands.
        actual: u64,
    },
    /// What should be undone was changed since.
    #[error("what this entry touched was changed since: {}", listed(.0))]
    ChangedSince(Vec<ChangedSince>),
    /// The path exists for other methods.
    #[error("this method is not offered here")]
    MethodNotAllowed,
    /// It contradicts what is there already.
    #[error("{detail}")]
    Conflict {
        /// The stable code.
        code: &'static str,
        /// How.
        detail: String,
    },
    /// The organization has moved on from the revision that the caller expects.
    #[error("the organization is at revision {actual}")]
    RevisionMismatch {
        /// Where it stands.
        actual: u64,
    },
    /// The body is too large.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// The body is in a format that is not read here.
    #[error("send {0}")]
    UnsupportedType(&'static str),
    /// A header is too large.
    #[error("the header `{0}` is too long")]
    HeaderTooLarge(&'static str),
    /// The file is malformed; every problem with its place.
    #[error("the file is malformed")]
    Malformed(Vec<FileProblem>),
    /// The write is refused by a rule; every refusal with its place.
    #[error("{}", first(.0))]
    Refused(Refusals),
    /// Nothing can be done with the approval.
    #[error(transparent)]
    Approval(#[from] ApprovalRefusal),
    /// The body did not arrive in time.
    #[error("the request did not arrive in time")]
    SlowRequest,
    /// The answer takes too long.
    #[error("this takes too long; ask for less")]
    TimedOut,
    /// The revision that was asked for is not here yet.
    #[error("revision {wanted} is not here yet, the newest is {head}")]
    NotReached {
        /// The revision that was asked for.
        wanted: u64,
        /// The newest one.
        head: u64,
    },
    /// The server cannot do it now; the same request may succeed later.
    #[error("not available now; try again")]
    Unavailable(String),
    /// A fault of ours; the caller hears a fixed sentence.
    #[error("an internal error; it has been logged")]
    Internal(String),
}

/// The result of everything on the way of a request.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A question that is wrong in itself.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::BadRequest { code, detail: detail.into() }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest { .. } | Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::SignInFailed => StatusCode::UNAUTHORIZED,
            Self::SignInThrottled { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Gone(_) => StatusCode::GONE,
            Self::Forbidden(_) | Self::Csrf | Self::Impersonating | Self::ImpersonationEnded => {
                StatusCode::FORBIDDEN
            }
            Self::NotFound | Self::Missing(_) | Self::NotReached { .. } => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict { .. } | Self::ChangedSince(_) => StatusCode::CONFLICT,
            Self::RevisionMismatch { .. } | Self::RecordChanged { .. } => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::HeaderTooLarge(_) => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Refused(refusals) => refused_status(refusals),
            Self::Approval(refusal) => approval_status(refusal),
            Self::SlowRequest => StatusCode::REQUEST_TIMEOUT,
            Self::TimedOut | Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadRequest { code, .. } | Self::Conflict { code, .. } => code,
            Self::Unauthenticated => "unauthenticated",
            Self::Throttled { .. } | Self::SignInThrottled { .. } => "throttled",
            Self::SignInFailed => "sign_in_failed",
            Self::Csrf => "csrf",
            Self::Impersonating => "impersonating",
            Self::ImpersonationEnded => "impersonation_ended",
            Self::Gone(_) => "link_not_valid",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound | Self::Missing(_) => "not_found",
            Self::RecordChanged { .. } => "record_changed",
            Self::ChangedSince(_) => "conflicts",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::RevisionMismatch { .. } => "revision_mismatch",
            Self::TooLarge(_) => "too_large",
            Self::UnsupportedType(_) => "unsupported_type",
            Self::HeaderTooLarge(_) => "header_too_large",
            Self::Malformed(_) => "malformed_file",
            Self::Refused(_) => "refused",
            Self::Approval(refusal) => refusal.code(),
            Self::SlowRequest => "slow_request",
            Self::NotReached { .. } => "revision_not_reached",
            Self::TimedOut => "timed_out",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> Problem {
        let status = self.status();
        let problem = Problem {
            kind: format!("urn:ambit:error:{}", self.code()),
            title: status.canonical_reason().unwrap_or("error").to_owned(),
            status: status.as_u16(),
            code: self.code().to_owned(),
            detail: self.to_string(),
            ..Problem::default()
        };
        match self {
            Self::Malformed(problems) => Problem { problems: problems.clone(), ..problem },
            Self::Refused(refusals) => {
                Problem { refusals: refusals.0.iter().map(RefusalShown::of).collect(), ..problem }
            }
            Self::ChangedSince(conflicts) => Problem { conflicts: conflicts.clone(), ..problem },
            Self::RevisionMismatch { actual } | Self::RecordChanged { actual } => {
                Problem { revision: Some(*actual), ..problem }
            }
            _ => problem,
        }
    }

    /// Seconds after which trying again makes sense, where that is known.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Throttled { retry_after } | Self::SignInThrottled { retry_after } => Some(*retry_after),
            Self::Unavailable(_) | Self::TimedOut => Some(1),
            _ => None,
        }
    }

    fn log(&self) {
        match self {
            Self::Internal(log_only) => tracing::error!(error = %log_only, "request failed"),
            Self::Unavailable(log_only) => tracing::warn!(error = %log_only, "request not served"),
            _ => {}
        }
    }
}

/// The first reason, and how many more there are.
fn first(refusals: &Refusals) -> String {
    let first = refusals.0.first().map(|refusal| refusal.message.clone()).unwrap_or_default();
    match refusals.0.len() {
        0 | 1 => first,
        2 => format!("{first} (and 1 more reason: see `refusals`)"),
        count => format!("{first} (and {} more reasons: see `refusals`)", count - 1),
    }
}

/// A refusal for lack of authority alone is about the caller, any other about the request.
fn refused_status(refusals: &Refusals) -> StatusCode {
    let about_caller =
        !refusals.0.is_empty() && refusals.0.iter().all(|refusal| refusal.code.is_about_the_actor());
    if about_caller { StatusCode::FORBIDDEN } else { StatusCode::UNPROCESSABLE_ENTITY }
}

fn approval_status(refusal: &ApprovalRefusal) -> StatusCode {
    match refusal {
        ApprovalRefusal::Unknown => StatusCode::NOT_FOUND,
        ApprovalRefusal::NotRequestable(_) | ApprovalRefusal::Amount | ApprovalRefusal::Until => {
            StatusCode::BAD_REQUEST
        }
        ApprovalRefusal::OwnRequest(_)
        | ApprovalRefusal::Barred(_)
        | ApprovalRefusal::NotAnApprover(_)
        | ApprovalRefusal::Denied(_) => StatusCode::FORBIDDEN,
        ApprovalRefusal::Expired => StatusCode::GONE,
        ApprovalRefusal::NotNeeded | ApprovalRefusal::State(_) | ApprovalRefusal::OutOfScope => {
            StatusCode::CONFLICT
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.log();
        // As a value first, so that its names come in the order of all our answers.
        let body = serde_json::json!(self.document()).to_string();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Self::Unauthenticated | Self::Throttled { .. } = self {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"ambit\""));
        }
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<PasswordError> for Error {
    fn from(error: PasswordError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<Weakness> for Error {
    fn from(weakness: Weakness) -> Self {
        Self::bad_request("weak_password", weakness.to_string())
    }
}

impl From<getrandom::Error> for Error {
    fn from(error: getrandom::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::UnknownOrganization(_) => Self::NotFound,
            ReadError::NotReached { wanted, head } => Self::NotReached { wanted, head },
            ReadError::Closed => Self::Unavailable("the ledger is closed".into()),
            ReadError::Fold(error) => Self::Internal(error.to_string()),
        }
    }
}

impl From<WriteFailure> for Error {
    fn from(failure: WriteFailure) -> Self {
        match failure {
            WriteFailure::RevisionMismatch { actual, .. } => Self::RevisionMismatch { actual },
            WriteFailure::KeyReused { .. } => Self::Conflict {
                code: "duplicate_request",
                detail: "the idempotency key was used for another request".into(),
            },
            WriteFailure::InvalidKey(error) => {
                Self::bad_request("invalid_idempotency_key", error.to_string())
            }
            WriteFailure::UnknownOrganization(_) => Self::NotFound,
            WriteFailure::MisplacedCreation | WriteFailure::Unwritable(_) => {
                Self::bad_request("invalid", failure.to_string())
            }
            WriteFailure::Contended | WriteFailure::Closed => Self::Unavailable(failure.to_string()),
            // Whether the write became durable is not known; repeating it with its idempotency key tells.
            WriteFailure::Interrupted | WriteFailure::Storage(_) => Self::Unavailable(failure.to_string()),
            WriteFailure::Unfit(_) | WriteFailure::Panicked | WriteFailure::Follow(_) => {
                Self::Internal(failure.to_string())
            }
        }
    }
}

impl<E: Into<Error>> From<WriteError<E>> for Error {
    fn from(error: WriteError<E>) -> Self {
        match error {
            WriteError::Refused(refusal) => refusal.into(),
            WriteError::Failed(failure) => failure.into(),
        }
    }
}

impl From<Refusals> for Error {
    fn from(refusals: Refusals) -> Self {
        Self::Refused(refusals)
    }
}
