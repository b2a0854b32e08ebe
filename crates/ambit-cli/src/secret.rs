//! Secrets of API keys: made here, printed once, stored only as a hash.

use ambit_model::KeyKind;
use sha2::{Digest, Sha256};

/// A new secret.
pub struct Secret {
    /// The whole, to be shown once.
    pub text: String,
}

impl Secret {
    /// Makes one from the system's randomness: 256 bits behind a prefix that tells people and scanners what it is.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn make(kind: KeyKind) -> anyhow::Result<Self> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let prefix = match kind {
            KeyKind::Secret => "ambit_sk_",
            KeyKind::Public => "ambit_pk_",
        };
        Ok(Self { text: format!("{prefix}{}", hex(&bytes)) })
    }

    /// What is stored.
    #[must_use]
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(self.text.as_bytes()))
    }

    /// What people know it by.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.text.chars().take(13).collect()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
