//! Random names that let somebody in: session ids, one-time links, states. Shown once, kept only as their SHA-256: they
//! are as long as the digest, so that a slow hash would add nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What is kept of a secret.
pub type Hash = [u8; 32];

/// 256 random bits, written in 43 characters that are safe in addresses and cookies.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn make() -> Result<Self, getrandom::Error> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The whole, for the one to whom it is given.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept.
    #[must_use]
    pub fn hash(&self) -> Hash {
        hash(&self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The SHA-256 of a presented secret.
#[must_use]
pub fn hash(presented: &str) -> Hash {
    Sha256::digest(presented.as_bytes()).into()
}

/// The challenge that belongs to a PKCE verifier (RFC 7636, `S256`).
#[must_use]
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(hash(verifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_do_not_show_themselves() {
        let (one, other) = (Secret::make().unwrap(), Secret::make().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.reveal().len(), 43);
        assert_eq!(hash(one.reveal()), one.hash());
        assert!(!format!("{one:?}").contains(one.reveal()));
    }

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
