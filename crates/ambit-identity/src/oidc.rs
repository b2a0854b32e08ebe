//! People who are known to an OpenID Connect provider: the authorization code flow with PKCE, for one confidential
//! client. The provider's word is taken only as a signed ID token that was made for us, for this very attempt, now, and
//! with an algorithm that needs the provider's private key.
//!
//! [`Flow`] is an attempt under way, kept in the vault under the hash of its `state`; [`Provider`] talks to the provider.

use crate::secret::Hash;
use crate::vault::{Account, During, Vault, VaultError, account, millis};
use ambit_model::{OrgId, Timestamp};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::Client;
use rusqlite::OptionalExtension;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use url::Url;

/// How long the provider may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer of a provider that is read.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// How long the provider's description is believed.
const DISCOVERED_FOR: Duration = Duration::from_secs(3_600);
/// Unknown key ids make us ask for new keys, but not more often than this.
const KEYS_EVERY: Duration = Duration::from_secs(10);
/// How far the clocks of the provider and ours may differ.
const LEEWAY_SECONDS: i64 = 60;
/// An ID token is fresh: it was made for this attempt.
const ISSUED_WITHIN_SECONDS: i64 = 600;
/// Signatures that only the provider can make. Never `none`, and nothing with a shared secret.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

/// How a person of a provider is found among users at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkBy {
    /// By an address that the provider has verified.
    #[default]
    EmailVerified,
    /// By the provider's own name for the person, which is then the user's id.
    Subject,
}

/// Which provider, and who we are there.
#[derive(Clone)]
pub struct Settings {
    /// The provider's address, exactly as its tokens name it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: String,
    /// The organization whose users come this way; with one organization it is that one.
    pub org: Option<OrgId>,
    /// How people are found at first.
    pub link_by: LinkBy,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("org", &self.org)
            .field("link_by", &self.link_by)
            .finish_non_exhaustive()
    }
}

/// Why the provider's word is not taken, or not to be had. The texts are for the log, not for whoever signs in.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The provider cannot be used as it is set up.
    #[error("the OpenID Connect provider cannot be used: {0}")]
    Setup(String),
    /// The provider is not there, or answers nonsense.
    #[error("the OpenID Connect provider does not answer as it should: {0}")]
    Provider(String),
    /// The provider refuses the code.
    #[error("the OpenID Connect provider does not take the code: {0}")]
    Code(String),
    /// The ID token is not good enough.
    #[error("the ID token is not accepted: {0}")]
    Token(&'static str),
}

/// Whom a provider says somebody to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Which provider.
    pub issuer: String,
    /// Its name for the person.
    pub subject: String,
    /// An address, if the provider has verified it.
    pub verified_email: Option<String>,
}

/// An attempt to sign in, under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// What the ID token must repeat.
    pub nonce: String,
    /// The secret of PKCE.
    pub verifier: String,
    /// The path to go to afterwards.
    pub return_to: String,
    /// Whether what the browser is signed in to stays, beside this.
    pub beside: bool,
}

impl Vault {
    /// Keeps an attempt under the hash of its state.
    ///
    /// # Errors
    /// If the database fails.
    pub fn begin_flow(&self, state: &Hash, flow: &Flow, expires: Timestamp) -> Result<(), VaultError> {
        let sql = "INSERT INTO oidc_flow (hash, nonce, verifier, return_to, beside, expires)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let Flow { nonce, verifier, return_to, beside } = flow;
        let values = (&state[..], nonce, verifier, return_to, beside, millis(expires));
        self.connection().execute(sql, values).during("keep a sign-in under way").map(|_| ())
    }

    /// Takes an attempt out: it ends here, well or badly.
    ///
    /// # Errors
    /// If the database fails.
    pub fn take_flow(&self, state: &Hash, now: Timestamp) -> Result<Option<Flow>, VaultError> {
        const WHAT: &str = "find a sign-in under way";
        let sql =
            "DELETE FROM oidc_flow WHERE hash = ?1 RETURNING nonce, verifier, return_to, beside, expires";
        let read = |row: &rusqlite::Row<'_>| {
            let (nonce, verifier, return_to) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok((Flow { nonce, verifier, return_to, beside: row.get(3)? }, row.get::<_, i64>(4)?))
        };
        let found = self.connection().query_row(sql, [&state[..]], read).optional().during(WHAT)?;
        Ok(found.filter(|(_, expires)| millis(now) < *expires).map(|(flow, _)| flow))
    }

    /// The user whom a provider's person is known to be.
    ///
    /// # Errors
    /// If the database fails.
    pub fn person(&self, org: &OrgId, issuer: &str, subject: &str) -> Result<Option<Account>, VaultError> {
        let sql = "SELECT org, user_id FROM oidc_person WHERE issuer = ?1 AND subject = ?2 AND org = ?3";
        let values = (issuer, subject, org.as_str());
        self.connection().query_row(sql, values, account).optional().during("find a person")
    }

    /// Remembers which user a provider's person is.
    ///
    /// # Errors
    /// If the database fails.
    pub fn know_person(&self, account: &Account, issuer: &str, subject: &str) -> Result<(), VaultError> {
        let sql = "INSERT INTO oidc_person (issuer, subject, org, user_id) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (issuer, subject, org) DO UPDATE SET user_id = excluded.user_id";
        let values = (issuer, subject, account.org.as_str(), &account.user);
        self.connection().execute(sql, values).during("remember a person").map(|_| ())
    }
}

/// What a provider says about itself.
#[derive(Debug, Clone, Deserialize)]
struct Discovered {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// RFC 9207: the callback repeats the issuer.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Default)]
struct Cache {
    discovered: Option<(Arc<Discovered>, Instant)>,
    keys: Option<(Arc<JwkSet>, Instant)>,
}

/// A provider, as a client sees it.
pub struct Provider {
    settings: Settings,
    http: Client,
    cache: Mutex<Cache>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("settings", &self.settings).finish_non_exhaustive()
    }
}

#[derive(Debug, Deserialize)]
struct Tokens {
    id_token: String,
    access_token: String,
}

#[derive(Debug, Deserialize)]
struct Refusal {
    error: String,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    #[serde(flatten)]
    email: Email,
}

#[derive(Debug, Clone, Deserialize)]
struct Email {
    email: Option<String>,
    email_verified: Option<Truth>,
}

/// Some providers write truth as text.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Truth {
    Is(bool),
    Says(String),
}

#[derive(Debug, Deserialize)]
struct UserInfo {
    sub: String,
    #[serde(flatten)]
    email: Email,
}

impl Email {
    fn verified(self) -> Option<String> {
        let verified = match self.email_verified? {
            Truth::Is(verified) => verified,
            Truth::Says(text) => text == "true",
        };
        self.email.filter(|_| verified)
    }
}

impl Provider {
    /// A client of a provider. Nothing is asked yet.
    ///
    /// # Errors
    /// If the provider's address is not one that secrets may be sent to.
    pub fn new(settings: Settings) -> Result<Self, OidcError> {
        secure(&settings.issuer)?;
        // Whoever else in the process was first has chosen the same.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let http = Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("ambit")
            .build()
            .map_err(|error| OidcError::Setup(error.to_string()))?;
        Ok(Self { settings, http, cache: Mutex::default() })
    }

    /// How it is set up.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where to send somebody who wants to sign in.
    ///
    /// # Errors
    /// If the provider does not say.
    pub async fn authorization(
        &self,
        redirect: &str,
        state: &str,
        nonce: &str,
        challenge: &str,
    ) -> Result<String, OidcError> {
        let discovered = self.discovered().await?;
        let mut address = Url::parse(&discovered.authorization_endpoint)
            .map_err(|error| OidcError::Provider(error.to_string()))?;
        address.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", redirect),
            ("scope", "openid email profile"),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ]);
        Ok(address.into())
    }

    /// Checks the issuer that a callback names, where the provider says that it does (RFC 9207).
    ///
    /// # Errors
    /// If it is another, or missing.
    pub async fn check_callback_issuer(&self, issuer: Option<&str>) -> Result<(), OidcError> {
        let discovered = self.discovered().await?;
        match issuer {
            Some(issuer) if issuer != discovered.issuer => {
                Err(OidcError::Token("the callback names another issuer"))
            }
            None if discovered.authorization_response_iss_parameter_supported => {
                Err(OidcError::Token("the callback does not name its issuer"))
            }
            _ => Ok(()),
        }
    }

    /// Exchanges a code for the provider's word about a person.
    ///
    /// # Errors
    /// If the provider does not take the code, or its word is not good enough.
    pub async fn redeem(
        &self,
        redirect: &str,
        code: &str,
        flow: &Flow,
        now: Timestamp,
    ) -> Result<Person, OidcError> {
        let discovered = self.discovered().await?;
        let tokens = self.exchange(&discovered, redirect, code, &flow.verifier).await?;
        let claims = self.verified(&discovered, &tokens.id_token).await?;
        check(&claims, &self.settings, &flow.nonce, now)?;
        let verified_email = match claims.email.clone().verified() {
            Some(email) => Some(email),
            None => self.email_of(&discovered, &tokens.access_token, &claims.sub).await?,
        };
        Ok(Person { issuer: claims.iss, subject: claims.sub, verified_email })
    }

    async fn exchange(
        &self,
        discovered: &Discovered,
        redirect: &str,
        code: &str,
        verifier: &str,
    ) -> Result<Tokens, OidcError> {
        let Settings { client_id, client_secret, .. } = &self.settings;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ];
        let mut request = self.http.post(&discovered.token_endpoint);
        let methods = discovered.token_endpoint_auth_methods_supported.as_deref();
        // Without a word about it, it is the basic scheme (OpenID Connect Discovery, section 3).
        if methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic")) {
            // RFC 6749, section 2.3.1: both are encoded as in a form first.
            let encoded =
                |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            request = request.basic_auth(encoded(client_id), Some(encoded(client_secret)));
        } else {
            form.extend([("client_id", client_id.as_str()), ("client_secret", client_secret.as_str())]);
        }
        let response = request.form(&form).send().await.map_err(unreachable)?;
        let refused = !response.status().is_success();
        let body = body(response).await?;
        if refused {
            let refusal = serde_json::from_slice::<Refusal>(&body).map(|refusal| refusal.error);
            return Err(OidcError::Code(refusal.unwrap_or_else(|_| "without a reason".into())));
        }
        parsed(&body)
    }

    /// The claims of an ID token whose signature is the provider's.
    async fn verified(&self, discovered: &Discovered, token: &str) -> Result<Claims, OidcError> {
        let header = decode_header(token).map_err(|_| OidcError::Token("it is not a signed token"))?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(OidcError::Token("it is signed with an algorithm that is not accepted"));
        }
        let key = self.key(discovered, header.kid.as_deref(), header.alg).await?;
        let mut validation = Validation::new(header.alg);
        // What the claims say is looked at with our own clock, below.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let decoded = decode::<Claims>(token, &key, &validation);
        decoded.map(|data| data.claims).map_err(|_| OidcError::Token("its signature or form is wrong"))
    }

    async fn key(
        &self,
        discovered: &Discovered,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, OidcError> {
        let mut cache = self.cache.lock().await;
        if let Some((keys, _)) = &cache.keys
            && let Some(key) = find(keys, kid, algorithm)
        {
            return Ok(key);
        }
        let too_soon = cache.keys.as_ref().is_some_and(|(_, since)| since.elapsed() < KEYS_EVERY);
        if !too_soon {
            let keys: JwkSet = self.get(&discovered.jwks_uri, None).await?;
            let keys = Arc::new(keys);
            cache.keys = Some((Arc::clone(&keys), Instant::now()));
            if let Some(key) = find(&keys, kid, algorithm) {
                return Ok(key);
            }
        }
        Err(OidcError::Token("it is signed with a key that the provider does not list"))
    }

    /// What the provider says about a person's address outside of the token.
    async fn email_of(
        &self,
        discovered: &Discovered,
        access_token: &str,
        subject: &str,
    ) -> Result<Option<String>, OidcError> {
        let Some(endpoint) = &discovered.userinfo_endpoint else { return Ok(None) };
        let info: UserInfo = self.get(endpoint, Some(access_token)).await?;
        if info.sub != subject {
            return Err(OidcError::Token("the provider's information is about somebody else"));
        }
        Ok(info.email.verified())
    }

    async fn discovered(&self) -> Result<Arc<Discovered>, OidcError> {
        let mut cache = self.cache.lock().await;
        if let Some((known, since)) = &cache.discovered
            && since.elapsed() < DISCOVERED_FOR
        {
            return Ok(Arc::clone(known));
        }
        let issuer = &self.settings.issuer;
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let discovered: Discovered = self.get(&address, None).await?;
        if discovered.issuer != *issuer {
            let found = format!("it calls itself `{}`, not `{issuer}`", discovered.issuer);
            return Err(OidcError::Setup(found));
        }
        let Discovered { authorization_endpoint, token_endpoint, jwks_uri, .. } = &discovered;
        for endpoint in [authorization_endpoint, token_endpoint, jwks_uri] {
            secure(endpoint)?;
        }
        discovered.userinfo_endpoint.as_deref().map_or(Ok(()), secure)?;
        let discovered = Arc::new(discovered);
        cache.discovered = Some((Arc::clone(&discovered), Instant::now()));
        Ok(discovered)
    }

    async fn get<T: DeserializeOwned>(&self, address: &str, token: Option<&str>) -> Result<T, OidcError> {
        let mut request = self.http.get(address).header("accept", "application/json");
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.map_err(unreachable)?;
        if !response.status().is_success() {
            return Err(OidcError::Provider(format!("{address} answers {}", response.status())));
        }
        parsed(&body(response).await?)
    }
}

/// Secrets travel encrypted, or not at all over a network.
fn secure(address: &str) -> Result<(), OidcError> {
    let url = Url::parse(address).map_err(|error| OidcError::Setup(format!("`{address}`: {error}")))?;
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.scheme() == "https" || (url.scheme() == "http" && loopback) {
        return Ok(());
    }
    Err(OidcError::Setup(format!("`{address}` must begin with https://")))
}

fn unreachable(error: reqwest::Error) -> OidcError {
    OidcError::Provider(error.without_url().to_string())
}

async fn body(mut response: reqwest::Response) -> Result<Vec<u8>, OidcError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(OidcError::Provider("an answer is too large".into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn parsed<T: DeserializeOwned>(body: &[u8]) -> Result<T, OidcError> {
    serde_json::from_slice(body).map_err(|error| OidcError::Provider(error.to_string()))
}

/// The key that a token names; without a name, the only one that fits.
fn find(keys: &JwkSet, kid: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
    let signs = |key: &&Jwk| {
        let purpose = &key.common.public_key_use;
        let meant = key.common.key_algorithm.and_then(|known| known.to_string().parse().ok());
        purpose.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature)
            && meant.is_none_or(|meant: Algorithm| meant == algorithm)
    };
    let mut fitting = keys.keys.iter().filter(signs).filter_map(|key| {
        let named = kid.is_none() || key.common.key_id.as_deref() == kid;
        let decoding = DecodingKey::from_jwk(key).ok().filter(|_| named)?;
        (decoding.family() == algorithm.family()).then_some(decoding)
    });
    let first = fitting.next()?;
    (kid.is_some() || fitting.next().is_none()).then_some(first)
}

/// Whether a token was made by this provider, for us, for this attempt, now (OpenID Connect Core, 3.1.3.7).
fn check(claims: &Claims, settings: &Settings, nonce: &str, now: Timestamp) -> Result<(), OidcError> {
    let refuse = |why| Err(OidcError::Token(why));
    let us = &settings.client_id;
    if claims.iss != settings.issuer {
        return refuse("it is of another issuer");
    }
    let (for_us, for_others) = match &claims.aud {
        Audience::One(audience) => (audience == us, false),
        Audience::Several(audiences) => (audiences.contains(us), audiences.len() > 1),
    };
    if !for_us {
        return refuse("it is meant for somebody else");
    }
    match &claims.azp {
        Some(azp) if azp != us => return refuse("it was given to somebody else"),
        None if for_others => return refuse("it does not say to whom of several it was given"),
        _ => {}
    }
    let now = now.as_second();
    if now >= claims.exp.saturating_add(LEEWAY_SECONDS) {
        return refuse("it has expired");
    }
    let age = now.saturating_sub(claims.iat);
    if !(-LEEWAY_SECONDS..=ISSUED_WITHIN_SECONDS).contains(&age) {
        return refuse("it was not made now");
    }
    if claims.nbf.is_some_and(|start| now < start.saturating_sub(LEEWAY_SECONDS)) {
        return refuse("it is not valid yet");
    }
    if claims.nonce.as_deref() != Some(nonce) {
        return refuse("it was made for another attempt");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
