//! The console: the files that `make console` builds, as they are. Every address that belongs to nothing else is a page
//! of it, and which one is for its own router to say. The policy lets the browser run our scripts and ask this server,
//! and nothing else.

use crate::answer::{AnyFile, Html, Text};
use crate::app::App;
use crate::error::{Error, Result};
use crate::hex;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::sync::Arc;

/// What `make console` has built; nothing, if it was not called before this was compiled.
#[derive(RustEmbed)]
#[folder = "../../console/dist/app"]
#[allow_missing = true]
struct Built;

/// In the place of this word the page has a number that is used once: the styles that its parts add carry it too.
const NONCE: &str = "__NONCE__";
const START: &str = "index.html";
const MISSING: &str = include_str!("console/missing.html");
/// Where programs ask. There, an address that does not exist is an error and not a page.
const NOT_PAGES: [&str; 6] = ["/v1", "/access", "/orgs", "/.well-known", "/docs", "/assets"];

/// `GET /`
pub async fn start(State(app): State<Arc<App>>) -> Result<Text<Html>> {
    shell(&app).await.map(Text::of)
}

/// Whatever no route answers.
///
/// # Errors
/// If it is not a browser that asks for a page.
pub async fn page(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response> {
    let under = |root: &&str| {
        uri.path().strip_prefix(*root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if method != Method::GET || !wants_page || NOT_PAGES.iter().any(under) {
        return Err(Error::NotFound);
    }
    shell(&app).await
}

/// `GET /assets/{file}`: their names change with what is in them, so that browsers keep them.
///
/// # Errors
/// If there is no such file.
pub async fn asset(
    State(app): State<Arc<App>>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Text<AnyFile>> {
    let Some(kind) = kind(&file) else { return Err(Error::NotFound) };
    let path = format!("assets/{file}");
    let packed = match takes_gzip(&headers) {
        true => read(&app, format!("{path}.gz")).await,
        false => None,
    };
    let is_packed = packed.is_some();
    let bytes = match packed {
        Some(bytes) => bytes,
        None => read(&app, path).await.ok_or(Error::NotFound)?,
    };
    let mut answered = HeaderMap::new();
    let mut set = |name, value| answered.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, kind);
    set(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::VARY, "accept-encoding");
    if is_packed {
        set(header::CONTENT_ENCODING, "gzip");
    }
    Ok(Text::of((answered, bytes.into_owned()).into_response()))
}

/// The page in which the console runs, or one that says how to add it.
async fn shell(app: &App) -> Result<Response> {
    let built = read(app, START.to_owned()).await;
    let text = built.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or(MISSING);
    let nonce = nonce()?;
    let headers = guarded(&nonce)?;
    Ok((headers, text.replace(NONCE, &nonce)).into_response())
}

fn nonce() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(hex::encode(&bytes))
}

fn guarded(nonce: &str) -> Result<HeaderMap> {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
         font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy).map_err(|error| Error::Internal(error.to_string()))?;
    let mut headers = HeaderMap::new();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, "text/html; charset=utf-8");
    set(header::CACHE_CONTROL, "no-cache");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(headers)
}

/// A file of the console; `path` is one of ours or has passed [`kind`], and so leads nowhere else.
async fn read(app: &App, path: String) -> Option<Cow<'static, [u8]>> {
    match &app.config.console {
        None => Built::get(&path).map(|file| file.data),
        Some(folder) => {
            let path = folder.join(path);
            let read = tokio::task::spawn_blocking(move || std::fs::read(path));
            read.await.ok()?.ok().map(Cow::Owned)
        }
    }
}

/// The media type of a file by its name; none for what the console does not consist of.
fn kind(file: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !file.chars().all(plain) {
        return None;
    }
    Some(match file.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT_ENCODING).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| {
        accept.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next() == Some("gzip") && !parts.any(|weight| weight == "q=0")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_console_are_read() {
        assert_eq!(kind("index-Ab1_2.js"), Some("text/javascript; charset=utf-8"));
        for name in ["../secret.js", "..", "a/b.css", "identity.db", "x.js.gz", "", "nothing"] {
            assert_eq!(kind(name), None, "{name}");
        }
    }

    #[test]
    fn packed_files_go_to_those_who_take_them() {
        let asks = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
            takes_gzip(&headers)
        };
        assert!(asks("gzip, deflate, br"));
        assert!(asks("br;q=1, gzip;q=0.5"));
        assert!(!asks("gzip;q=0"));
        assert!(!asks("identity"));
    }
}
