//! Requests that a page of somebody else made a browser send. Browsers say where a request comes from, in headers that
//! pages cannot change: `Sec-Fetch-Site`, or at least `Origin`.

use crate::app::App;
use crate::error::{Error, Result};
use axum::http::{HeaderMap, HeaderName, Method, header};

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Where a request comes from, as far as the browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Here,
    Elsewhere,
    Unsaid,
}

/// Refuses to change something for a session unless the browser says that one of our own pages asks for it.
///
/// # Errors
/// If it does not.
pub fn require_own(app: &App, method: &Method, headers: &HeaderMap) -> Result<()> {
    match from(app, headers) {
        _ if method.is_safe() => Ok(()),
        From::Here => Ok(()),
        From::Elsewhere | From::Unsaid => Err(Error::Csrf),
    }
}

/// Refuses to let somebody in from a page of somebody else, which could make them act as another user unawares.
/// Programs, which say nothing of the kind, may.
///
/// # Errors
/// If the browser names another origin.
pub fn refuse_foreign(app: &App, headers: &HeaderMap) -> Result<()> {
    if from(app, headers) == From::Elsewhere { Err(Error::Csrf) } else { Ok(()) }
}

fn from(app: &App, headers: &HeaderMap) -> From {
    if let Some(site) = headers.get(&SEC_FETCH_SITE) {
        let own = matches!(site.as_bytes(), b"same-origin" | b"none");
        return if own { From::Here } else { From::Elsewhere };
    }
    match headers.get(header::ORIGIN) {
        Some(origin) if origin.as_bytes() == own_origin(app).as_bytes() => From::Here,
        Some(_) => From::Elsewhere,
        None => From::Unsaid,
    }
}

/// Scheme and host of the base URL, which may have a path behind them.
fn own_origin(app: &App) -> &str {
    let base = app.base_url.as_str();
    let host = base.find("://").map_or(0, |place| place + 3);
    base[host..].find('/').map_or(base, |path| &base[..host + path])
}
