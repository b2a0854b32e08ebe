//! Cookies: one that says who is signed in, and one that ties a sign-in through a provider to the browser that began it.
//! Pages cannot read them, other sites cannot make browsers send them along with what changes something, and over
//! anything but plain HTTP (which is for trying things out on one machine) browsers keep them for this very host.

use crate::app::App;
use axum::http::{HeaderMap, HeaderValue, header};
use jiff::SignedDuration;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// Who is signed in.
    Session,
    /// Which sign-in through a provider is this browser's own.
    Oidc,
}

impl Cookie {
    /// Its name: `__Host-…` works over HTTPS only.
    #[must_use]
    pub fn name(self, app: &App) -> &'static str {
        match (self, is_encrypted(app)) {
            (Self::Session, true) => "__Host-ambit",
            (Self::Session, false) => "ambit",
            (Self::Oidc, true) => "__Host-ambit-oidc",
            (Self::Oidc, false) => "ambit-oidc",
        }
    }

    /// What a request says that it is.
    #[must_use]
    pub fn read<'h>(self, app: &App, headers: &'h HeaderMap) -> Option<&'h str> {
        let name = self.name(app);
        let texts = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The header that sets it for a while.
    #[must_use]
    pub fn set(self, app: &App, value: &str, lasting: SignedDuration) -> Option<HeaderValue> {
        let secure = if is_encrypted(app) { "; Secure" } else { "" };
        let (name, seconds) = (self.name(app), lasting.as_secs());
        let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).ok()
    }

    /// The header that takes it away.
    #[must_use]
    pub fn clear(self, app: &App) -> Option<HeaderValue> {
        self.set(app, "", SignedDuration::ZERO)
    }
}

fn is_encrypted(app: &App) -> bool {
    app.base_url.starts_with("https://")
}
