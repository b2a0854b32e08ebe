//! Secrets made for a write. Decided again on a newer state, a key keeps the secret that it was given first.

use crate::error::{Error, Result};
use crate::secret::Secret;
use ambit_engine::View;
use ambit_model::{Change, KeyKind, SubjectRef};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The secret of a new or rotated key, shown once.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NewSecret {
    /// The key's id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

/// Secrets by key.
#[derive(Debug, Clone, Default)]
pub struct Minted(Arc<Mutex<Made>>);

#[derive(Debug, Default)]
struct Made {
    secrets: BTreeMap<String, Secret>,
    /// Those that the latest decision has used.
    used: BTreeSet<String>,
}

impl Minted {
    /// Begins a decision; an earlier one on an older state does not count any more.
    pub fn begin(&self) {
        self.made().used.clear();
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The secret for a key: made when first asked for.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn secret(&self, id: &str, kind: KeyKind) -> Result<Secret> {
        let mut made = self.made();
        made.used.insert(id.to_owned());
        if let Some(secret) = made.secrets.get(id) {
            return Ok(secret.clone());
        }
        let secret = Secret::make(kind).map_err(|error| Error::Internal(error.to_string()))?;
        made.secrets.insert(id.to_owned(), secret.clone());
        Ok(secret)
    }

    /// Gives every new key that has none a secret, and its record the hash.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn complete(&self, view: &View, changes: &mut [Change]) -> Result<()> {
        for change in changes {
            let Change::ApiKeySet(key) = change else { continue };
            if view.subject(&SubjectRef::api_key(&*key.id)).is_none() && key.secret_hash.is_none() {
                let secret = self.secret(&key.id, key.kind)?;
                key.secret_hash = Some(secret.hash());
                key.prefix = Some(secret.prefix());
            }
        }
        Ok(())
    }

    /// Those of the latest decision, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> Vec<NewSecret> {
        let made = self.made();
        let used = made.secrets.iter().filter(|(id, _)| made.used.contains(*id));
        used.map(|(id, secret)| NewSecret { id: id.clone(), secret: secret.reveal().to_owned() }).collect()
    }
}
