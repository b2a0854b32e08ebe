//! Passwords: kept as Argon2id digests with the recommended parameters, each with its own salt. Hashing takes time and
//! memory on purpose, so only a few are hashed at once, beside the threads that answer requests. Who does not exist, or
//! has no password, costs the same work as who does, so that waiting tells nothing.

use crate::link::Purpose;
use crate::secret::Hash;
use crate::vault::{Account, During, Vault, VaultError, millis};
use ambit_model::Timestamp;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use rusqlite::OptionalExtension;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many passwords are hashed at once; each takes 19 MiB.
const AT_ONCE: usize = 4;

/// Why a password cannot be hashed or compared.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The library refuses, or the system gives no randomness.
    #[error("a password cannot be hashed: {0}")]
    Hash(String),
    /// The thread that did it is gone.
    #[error("hashing a password was interrupted")]
    Interrupted,
}

/// Hashes and compares.
#[derive(Debug, Clone)]
pub struct Hasher {
    places: Arc<Semaphore>,
    /// The digest of nobody's password.
    dummy: Arc<str>,
}

impl Hasher {
    /// A hasher. This hashes once.
    ///
    /// # Errors
    /// If that fails.
    pub fn new() -> Result<Self, PasswordError> {
        let mut nobody = [0u8; 32];
        getrandom::fill(&mut nobody).map_err(|error| PasswordError::Hash(error.to_string()))?;
        let dummy = digest(&nobody)?.into();
        Ok(Self { places: Arc::new(Semaphore::new(AT_ONCE)), dummy })
    }

    /// A password's digest, as it may be kept.
    ///
    /// # Errors
    /// If it cannot be made.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.work(move || digest(password.as_bytes())).await?
    }

    /// Whether a password is the one that a digest was made of. Without a digest it is not, after the same work.
    ///
    /// # Errors
    /// If the work is interrupted.
    pub async fn is_right(&self, password: String, phc: Option<String>) -> Result<bool, PasswordError> {
        let known = phc.is_some();
        let phc: Arc<str> = phc.map_or_else(|| Arc::clone(&self.dummy), Into::into);
        self.work(move || fits(&password, &phc) && known).await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| PasswordError::Interrupted)?;
        let task = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        task.await.map_err(|_| PasswordError::Interrupted)
    }
}

fn digest(password: &[u8]) -> Result<String, PasswordError> {
    let digest = Argon2::default().hash_password(password);
    digest.map(|digest| digest.to_string()).map_err(|error| PasswordError::Hash(error.to_string()))
}

fn fits(password: &str, phc: &str) -> bool {
    let parsed = PasswordHash::new(phc);
    parsed.is_ok_and(|phc| Argon2::default().verify_password(password.as_bytes(), &phc).is_ok())
}

/// A digest, for those who set a password outside of a server.
///
/// # Errors
/// If it cannot be made.
pub fn hash_now(password: &str) -> Result<String, PasswordError> {
    digest(password.as_bytes())
}

impl Vault {
    /// The digest of a user's password.
    ///
    /// # Errors
    /// If the database fails.
    pub fn password(&self, account: &Account) -> Result<Option<String>, VaultError> {
        let sql = "SELECT phc FROM password WHERE org = ?1 AND user_id = ?2";
        let values = (account.org.as_str(), &account.user);
        self.connection().query_row(sql, values, |row| row.get(0)).optional().during("find a password")
    }

    /// Gives a user a password. Links for choosing one are void from then on.
    ///
    /// # Errors
    /// If the database fails.
    pub fn set_password(&self, account: &Account, phc: &str, now: Timestamp) -> Result<(), VaultError> {
        self.transact("set a password", |transaction| set(transaction, account, phc, now))
    }

    /// Gives a user a password in exchange for a link, and ends all of the user's sessions. Answers whether the link
    /// was still good; if not, nothing happens.
    ///
    /// # Errors
    /// If the database fails.
    pub fn redeem_for_password(
        &self,
        purpose: Purpose,
        link: &Hash,
        account: &Account,
        phc: &str,
        now: Timestamp,
    ) -> Result<bool, VaultError> {
        if !self.use_link(purpose, link, now)? {
            return Ok(false);
        }
        self.set_password(account, phc, now)?;
        self.end_sessions(account, None)?;
        Ok(true)
    }
}

fn set(
    transaction: &rusqlite::Transaction<'_>,
    account: &Account,
    phc: &str,
    now: Timestamp,
) -> Result<(), VaultError> {
    const WHAT: &str = "set a password";
    let sql = "INSERT INTO password (org, user_id, phc, changed) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (org, user_id) DO UPDATE SET phc = excluded.phc, changed = excluded.changed";
    transaction.execute(sql, (account.org.as_str(), &account.user, phc, millis(now))).during(WHAT)?;
    let sql = "DELETE FROM link WHERE org = ?1 AND user_id = ?2 AND used IS NULL";
    transaction.execute(sql, (account.org.as_str(), &account.user)).during(WHAT)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::Link;
    use crate::session::{Limits, Opening};
    use crate::vault::tests::{ann, at};

    const NOW: &str = "2026-05-05T12:00:00Z";

    #[tokio::test]
    async fn only_the_right_password_fits_and_nobody_has_none() {
        let hasher = Hasher::new().unwrap();
        let phc = hasher.hash("correct horse battery".into()).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(hasher.is_right("correct horse battery".into(), Some(phc.clone())).await.unwrap());
        assert!(!hasher.is_right("correct horse batterx".into(), Some(phc.clone())).await.unwrap());
        assert!(!hasher.is_right("correct horse battery".into(), None).await.unwrap());
        assert!(!hasher.is_right("correct horse battery".into(), Some("nonsense".into())).await.unwrap());
        assert_ne!(hasher.hash("correct horse battery".into()).await.unwrap(), phc, "the salt differs");
    }

    #[test]
    fn a_link_is_exchanged_for_a_password_once() {
        let vault = Vault::in_memory().unwrap();
        let (now, expires) = (at(NOW), at("2026-05-05T13:00:00Z"));
        let link = Link { account: ann(), issued_by: "user:bob".into(), created: now, expires };
        vault.issue_link(Purpose::PasswordReset, &[1; 32], &link).unwrap();
        vault.open_session(&[9; 32], &Opening::new(ann(), now, &Limits::default(), None)).unwrap();
        let redeem = |phc| vault.redeem_for_password(Purpose::PasswordReset, &[1; 32], &ann(), phc, now);
        assert!(redeem("one").unwrap());
        assert!(!redeem("two").unwrap());
        assert_eq!(vault.password(&ann()).unwrap().as_deref(), Some("one"));
        assert!(vault.session(&[9; 32], now, &Limits::default()).unwrap().is_none());
    }

    #[test]
    fn a_new_password_voids_open_links() {
        let vault = Vault::in_memory().unwrap();
        let (now, expires) = (at(NOW), at("2026-05-05T13:00:00Z"));
        let link = Link { account: ann(), issued_by: "user:bob".into(), created: now, expires };
        vault.issue_link(Purpose::PasswordReset, &[1; 32], &link).unwrap();
        vault.set_password(&ann(), "phc", now).unwrap();
        assert_eq!(vault.link(Purpose::PasswordReset, &[1; 32], now).unwrap(), None);
    }
}
