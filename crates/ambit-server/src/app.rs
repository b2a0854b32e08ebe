//! What all handlers share: the ledger, the clock, bounds, counters, and how the server is doing.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::metrics::Metrics;
use crate::reading::PastViews;
use crate::server::ServeError;
use crate::signin::Identity;
use crate::throttle::Throttle;
use ambit_engine::View;
use ambit_identity::{Vault, VaultError};
use ambit_log::Ledger;
use ambit_model::{OrgId, Timestamp};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;
use tokio::sync::Semaphore;

/// How many secrets are remembered with their organization.
const KNOWN_KEYS_MAX: usize = 4_096;

/// The server's state.
pub struct App {
    /// How it is set up.
    pub config: Config,
    /// The address that links begin with, without a slash at its end.
    pub base_url: String,
    /// All organizations.
    pub ledger: Arc<Ledger<View>>,
    /// Counters.
    pub metrics: Metrics,
    /// Failed authentications.
    pub throttle: Throttle,
    /// Signs page tokens.
    pub token_key: [u8; 32],
    /// How it is doing.
    pub health: Health,
    /// Who people are.
    pub identity: Identity,
    /// Which organization a secret belongs to, as far as known; what the view says decides.
    pub(crate) known_keys: KnownKeys,
    pub(crate) past_views: PastViews,
    pub(crate) request_ids: RequestIds,
    heavy: Arc<Semaphore>,
    /// Places for streams of changes.
    pub(crate) streams: Arc<Semaphore>,
}

impl App {
    /// The state of a server that is ready to answer.
    ///
    /// # Errors
    /// If the system gives no randomness, or people cannot sign in as configured.
    pub fn new(config: Config, ledger: Arc<Ledger<View>>) -> Result<Arc<Self>, ServeError> {
        let listen = format!("http://{}", config.listen);
        let base_url = config.base_url.as_deref().unwrap_or(&listen).trim_end_matches('/').to_owned();
        let token_key = match config.token_key {
            Some(key) => key,
            None => random()?,
        };
        Ok(Arc::new(Self {
            throttle: Throttle::new(config.limits.failures_per_minute),
            heavy: Arc::new(Semaphore::new(config.limits.heavy)),
            streams: Arc::new(Semaphore::new(config.limits.streams)),
            metrics: Metrics::default(),
            health: Health::default(),
            identity: Identity::new(&config.sign_in)?,
            known_keys: KnownKeys::default(),
            past_views: PastViews::default(),
            request_ids: RequestIds::new(u64::from_le_bytes(random()?)),
            base_url,
            ledger,
            token_key,
            config,
        }))
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    /// Asks the vault, beside the threads that answer checks.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn vault<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Vault) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T> {
        let vault = Arc::clone(&self.identity.vault);
        let task = tokio::task::spawn_blocking(move || ask(&vault));
        Ok(task.await.map_err(|error| Error::Internal(error.to_string()))??)
    }

    /// When an API key was last used, and from where. This may read a file.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn key_use(&self, org: &OrgId, key: &str) -> Result<Option<(Timestamp, Option<IpAddr>)>> {
        let last = match self.identity.key_uses.pending(org, key) {
            Some(last) => Some(last),
            None => self.identity.vault.key_use(org, key)?,
        };
        Ok(last.map(|last| (last.at, last.from)))
    }

    /// Runs what may take long beside the threads that answer checks, a bounded number at a time.
    ///
    /// # Errors
    /// What `work` answers; or that it panicked.
    pub async fn heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.heavy).acquire_owned().await;
        let permit = permit.map_err(|_| Error::Unavailable("the server is closing".into()))?;
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        task.await.unwrap_or_else(|error| Err(Error::Internal(error.to_string())))
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Random bytes from the system.
///
/// # Errors
/// If it gives none.
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Secrets' hashes with the organization of their key.
#[derive(Debug, Default)]
pub(crate) struct KnownKeys(RwLock<HashMap<[u8; 32], OrgId>>);

impl KnownKeys {
    pub fn get(&self, hash: &[u8; 32]) -> Option<OrgId> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    pub fn put(&self, hash: [u8; 32], org: OrgId) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN_KEYS_MAX {
            known.clear();
        }
        known.insert(hash, org);
    }
}

/// Ids for requests that come without one.
#[derive(Debug)]
pub(crate) struct RequestIds(AtomicU64);

impl RequestIds {
    fn new(start: u64) -> Self {
        Self(AtomicU64::new(start))
    }

    pub fn next(&self) -> String {
        format!("{:016x}", self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// The phases of a server's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Not listening yet.
    Starting,
    /// Answering.
    Serving,
    /// Finishing what runs, taking nothing new.
    Draining,
}

/// Whether the server should be sent requests.
#[derive(Debug)]
pub struct Health {
    phase: AtomicU8,
    born: Instant,
    /// Milliseconds from birth to the last look at the storage that succeeded.
    refreshed: AtomicU64,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            phase: AtomicU8::new(Phase::Serving as u8),
            born: Instant::now(),
            refreshed: AtomicU64::new(0),
        }
    }
}

impl Health {
    /// The phase.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::Starting,
            1 => Phase::Serving,
            _ => Phase::Draining,
        }
    }

    /// Enters a phase.
    pub fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// Notes that the views are as new as the storage.
    pub fn refreshed(&self) {
        let millis = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.refreshed.store(millis, Ordering::Relaxed);
    }

    /// Seconds since the views were last known to be as new as the storage.
    #[must_use]
    pub fn age_seconds(&self) -> u64 {
        let millis = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        millis.saturating_sub(self.refreshed.load(Ordering::Relaxed)) / 1_000
    }
}
