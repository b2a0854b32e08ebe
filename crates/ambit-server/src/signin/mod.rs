//! How people come in, and as whom they act.
//!
//! A story. Ambit starts for the first time and prints a setup link; Robin opens it, chooses a password and is the first
//! administrator ([`setup`]). Robin invites Ann ([`invitations`]), who gets a link by mail, chooses a password and is in.
//! The next day she signs in ([`sessions`]) as the page offers it ([`offer`]); what is in her cookie is looked up at every request, and so is what the log
//! says about her, so that whoever is suspended is out at once ([`who`]). When she forgets her password, an
//! administrator who could give her all that she holds gives her a link for a new one ([`passwords`]). A company with
//! an OpenID Connect provider lets it say who people are ([`oidc`]). And where a role allows it, somebody from support
//! sees what Ann sees, in her place and under both names ([`impersonation`]).
//!
//! Credentials and sessions are in the vault of `ambit-identity`; that something happened is noted in the log. Nobody
//! gets a right here: what an invitation gives is decided by `ambit-governance` as a step of the inviter.

pub mod cookie;
pub mod csrf;
pub mod impersonation;
pub mod invitations;
mod letters;
pub mod offer;
pub mod oidc;
pub mod passwords;
pub mod people;
pub mod sessions;
pub mod setup;
pub mod visit;
pub mod who;
mod writing;

use crate::app::App;
use crate::config::SignIn;
use crate::server::ServeError;
use ambit_identity::attempts::Attempts;
use ambit_identity::key_use::KeyUses;
use ambit_identity::oidc::Provider;
use ambit_identity::password::Hasher;
use ambit_identity::{Account, Vault, VaultError};
use ambit_model::SubjectKind;
use std::sync::Arc;
use std::time::Duration;

/// How often what is noted in memory is written down.
const KEEPING_EVERY: Duration = Duration::from_secs(60);

/// Who people are, as far as the server knows.
#[derive(Debug)]
pub struct Identity {
    /// Credentials and sessions.
    pub vault: Arc<Vault>,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// Failed attempts to sign in.
    pub attempts: Attempts,
    /// When keys were used.
    pub key_uses: KeyUses,
    /// Knows people, where there is one.
    pub provider: Option<Provider>,
}

impl Identity {
    /// As configured.
    ///
    /// # Errors
    /// If that cannot work.
    pub fn new(config: &SignIn) -> Result<Self, ServeError> {
        let refuse = |error: &dyn std::error::Error| ServeError::SignIn(error.to_string());
        let vault = match &config.vault {
            Some(vault) => Arc::clone(vault),
            None => Arc::new(Vault::in_memory().map_err(|error| refuse(&error))?),
        };
        let provider = config.oidc.clone().map(Provider::new).transpose().map_err(|error| refuse(&error))?;
        let hasher = Hasher::new().map_err(|error| refuse(&error))?;
        Ok(Self { vault, hasher, attempts: Attempts::default(), key_uses: KeyUses::default(), provider })
    }
}

/// Now and then writes down the use of keys, and forgets what has expired and who is gone.
pub async fn keep_house(app: Arc<App>) {
    let mut ticks = tokio::time::interval(KEEPING_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        write_down(&app).await;
        let here = Arc::clone(&app);
        let tidied = app.vault(move |vault| tidy(&here, vault)).await;
        if let Err(error) = tidied {
            tracing::warn!(%error, "could not tidy up the identity database");
        }
    }
}

/// Writes down the use of keys that is only in memory.
pub async fn write_down(app: &Arc<App>) {
    let here = Arc::clone(app);
    if let Err(error) = app.vault(move |vault| here.identity.key_uses.flush(vault)).await {
        tracing::warn!(%error, "could not write down the use of API keys");
    }
}

/// A user who is removed takes credentials and sessions along: nobody of the same name inherits them.
fn tidy(app: &App, vault: &Vault) -> Result<(), VaultError> {
    vault.prune(app.now())?;
    for account in vault.accounts()? {
        let view = app.ledger.view(&account.org);
        if view.is_some_and(|view| is_gone(&view, &account)) {
            vault.forget(&account)?;
        }
    }
    Ok(())
}

fn is_gone(view: &ambit_engine::View, account: &Account) -> bool {
    !account.user.is_empty() && view.subject_named(SubjectKind::User, &account.user).is_none()
}
