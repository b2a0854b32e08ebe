//! What an operator may set, with defaults that are safe for a start.

use ambit_catalog::builtin;
use ambit_identity::Vault;
use ambit_identity::mail::Mailer;
use ambit_identity::rules::Breached;
use ambit_log::{Clock, SystemClock};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How a server is set up.
#[derive(Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address under which callers reach this server, for the links that it gives out. Without it, the listen
    /// address. Never taken from a request, which could name any host.
    pub base_url: Option<String>,
    /// Signs page tokens. Nodes behind one address need the same; without it, one is made at every start.
    pub token_key: Option<[u8; 32]>,
    /// Answers the metadata documents without an API key, too. They tell the base URL and nothing else.
    pub public_metadata: bool,
    /// How often to look for what other processes have written.
    pub refresh_every: Duration,
    /// How long the view may go without a successful look before the server says that it is not ready.
    pub stale_after: Duration,
    /// How long running requests may take to end when the server stops.
    pub drain: Duration,
    /// The catalogs that may be enabled.
    pub catalogs: Catalogs,
    /// How people sign in.
    pub sign_in: SignIn,
    /// A folder with a built console that is served instead of the one in the binary.
    pub console: Option<PathBuf>,
    /// Where the time of a check comes from.
    pub clock: Arc<dyn Clock>,
    /// Bounds.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8420)),
            base_url: None,
            token_key: None,
            public_metadata: false,
            refresh_every: Duration::from_millis(500),
            stale_after: Duration::from_secs(30),
            drain: Duration::from_secs(20),
            catalogs: Catalogs::builtin(),
            sign_in: SignIn::default(),
            console: None,
            clock: Arc::new(SystemClock),
            limits: Limits::default(),
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { listen, base_url, refresh_every, limits, .. } = self;
        f.debug_struct("Config")
            .field("listen", listen)
            .field("base_url", base_url)
            .field("refresh_every", refresh_every)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}

/// How people sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Where credentials and sessions are kept; without it, in memory.
    pub vault: Option<Arc<Vault>>,
    /// How long sessions last.
    pub sessions: ambit_identity::session::Limits,
    /// How long somebody may act as somebody else at a stretch.
    pub impersonation: SignedDuration,
    /// How long invitations are good.
    pub invitation: SignedDuration,
    /// How long links for a new password are good.
    pub password_reset: SignedDuration,
    /// Passwords that are not taken.
    pub breached: Option<Arc<Breached>>,
    /// An OpenID Connect provider that knows the people.
    pub oidc: Option<ambit_identity::oidc::Settings>,
    /// How mail is sent.
    pub mailer: Option<Mailer>,
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            vault: None,
            sessions: ambit_identity::session::Limits::default(),
            impersonation: SignedDuration::from_hours(1),
            invitation: SignedDuration::from_hours(7 * 24),
            password_reset: SignedDuration::from_hours(24),
            breached: None,
            oidc: None,
            mailer: None,
        }
    }
}

/// Bounds on what a caller may ask of the server.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest body of a question, in bytes.
    pub question_bytes: usize,
    /// The largest organization file, in bytes.
    pub apply_bytes: usize,
    /// The most items of a batch.
    pub batch_items: usize,
    /// How deep properties and context may nest.
    pub depth: usize,
    /// The largest page, and the one that is given when none is asked for in a search.
    pub page: usize,
    /// The longest time for a request's headers to arrive, and for an idle connection to stay.
    pub header_time: Duration,
    /// The longest time for a body to arrive.
    pub body_time: Duration,
    /// The longest time for an answer.
    pub handler_time: Duration,
    /// How long a read may wait for the revision that it wants to see.
    pub revision_wait: Duration,
    /// The most connections at once.
    pub connections: usize,
    /// The most searches, lists and looks into the past that run at once; more wait.
    pub heavy: usize,
    /// Failed authentications of one address in a minute before it is told to slow down.
    pub failures_per_minute: u32,
    /// The most streams of changes at once.
    pub streams: usize,
    /// How often a stream without news says that it is still there.
    pub heartbeat: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            question_bytes: 1 << 20,
            apply_bytes: 16 << 20,
            batch_items: 1_000,
            depth: 16,
            page: 1_000,
            header_time: Duration::from_secs(30),
            body_time: Duration::from_secs(15),
            handler_time: Duration::from_secs(30),
            revision_wait: Duration::from_secs(2),
            connections: 10_000,
            heavy: 16,
            failures_per_minute: 30,
            streams: 256,
            heartbeat: Duration::from_secs(15),
        }
    }
}

/// The texts of the catalogs that may be enabled, by product.
#[derive(Clone)]
pub struct Catalogs(Arc<BTreeMap<String, String>>);

impl Catalogs {
    /// Those that come with Ambit.
    #[must_use]
    pub fn builtin() -> Self {
        let texts = builtin::CATALOGS.iter();
        texts.map(|(product, source)| ((*product).to_owned(), (*source).to_owned())).collect()
    }

    /// The text of a product's catalog.
    #[must_use]
    pub fn source(&self, product: &str) -> Option<String> {
        self.0.get(product).cloned()
    }

    /// The products that there are.
    pub fn products(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl FromIterator<(String, String)> for Catalogs {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(texts: T) -> Self {
        Self(Arc::new(texts.into_iter().collect()))
    }
}
