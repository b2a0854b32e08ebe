//! Secrets of API keys: made here, shown once, stored only as a hash.

use crate::hex;
use ambit_model::KeyKind;
use sha2::{Digest, Sha256};

/// How many characters of a secret people may see for good: what kind it is, and four to tell it from others.
const PREFIX_CHARS: usize = 13;

/// A new secret.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Makes one: 256 random bits behind a prefix that tells people and scanners what it is.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn make(kind: KeyKind) -> Result<Self, getrandom::Error> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes)?;
        let prefix = match kind {
            KeyKind::Secret => "ambit_sk_",
            KeyKind::Public => "ambit_pk_",
        };
        Ok(Self(format!("{prefix}{}", hex::encode(&bytes))))
    }

    /// The whole, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> String {
        hex::encode(&hash(&self.0))
    }

    /// What people know it by.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.0.chars().take(PREFIX_CHARS).collect()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({}…)", self.prefix())
    }
}

/// SHA-256 of a presented secret. Secrets are random and long, so that a fast hash is enough and keeps checks cheap.
#[must_use]
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}
