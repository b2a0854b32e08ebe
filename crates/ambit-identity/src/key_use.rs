//! When an API key was last used, and from where. A check must not wait for a disk: use is noted in memory, and written
//! down now and then. A server that is killed forgets the last minute.

use crate::vault::{During, Vault, VaultError, instant, millis};
use ambit_model::{OrgId, Timestamp};
use rusqlite::OptionalExtension;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError, RwLock};

/// The last use of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// From where.
    pub from: Option<IpAddr>,
}

type Uses = HashMap<(OrgId, String), Mutex<LastUse>>;

/// Uses that are not written down yet.
#[derive(Debug, Default)]
pub struct KeyUses(RwLock<Uses>);

impl KeyUses {
    /// Notes a use. Almost always this takes a lock that nobody else holds for longer than a copy.
    pub fn note(&self, org: &OrgId, key: &str, last: LastUse) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // The key of the map is two strings; that they are copied for a look-up costs less than a second map would.
        let name = (org.clone(), key.to_owned());
        if let Some(place) = known.get(&name) {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = last;
            return;
        }
        drop(known);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name, Mutex::new(last));
    }

    /// A use that is not written down yet.
    #[must_use]
    pub fn pending(&self, org: &OrgId, key: &str) -> Option<LastUse> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let place = known.get(&(org.clone(), key.to_owned()))?;
        Some(*place.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes down what has been noted. What cannot be written is kept for the next time.
    ///
    /// # Errors
    /// If the database fails.
    pub fn flush(&self, vault: &Vault) -> Result<(), VaultError> {
        let taken = std::mem::take(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner));
        if taken.is_empty() {
            return Ok(());
        }
        let uses: Vec<(&OrgId, &str, LastUse)> = taken
            .iter()
            .map(|((org, key), last)| (org, &**key, *last.lock().unwrap_or_else(PoisonError::into_inner)))
            .collect();
        let written = vault.write_key_uses(&uses);
        if written.is_err() {
            for (org, key, last) in uses {
                if self.pending(org, key).is_none() {
                    self.note(org, key, last);
                }
            }
        }
        written
    }
}

impl Vault {
    fn write_key_uses(&self, uses: &[(&OrgId, &str, LastUse)]) -> Result<(), VaultError> {
        const WHAT: &str = "write down the use of keys";
        self.transact(WHAT, |transaction| {
            let sql =
                "INSERT INTO key_use (org, key_id, last_used_at, last_used_from) VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT (org, key_id) DO UPDATE
                       SET last_used_at = excluded.last_used_at, last_used_from = excluded.last_used_from
                       WHERE excluded.last_used_at >= key_use.last_used_at";
            for (org, key, last) in uses {
                let from = last.from.map(|from| from.to_string());
                transaction.execute(sql, (org.as_str(), key, millis(last.at), from)).during(WHAT)?;
            }
            Ok(())
        })
    }

    /// The last use of a key that is written down.
    ///
    /// # Errors
    /// If the database fails.
    pub fn key_use(&self, org: &OrgId, key: &str) -> Result<Option<LastUse>, VaultError> {
        const WHAT: &str = "find the use of a key";
        let sql = "SELECT last_used_at, last_used_from FROM key_use WHERE org = ?1 AND key_id = ?2";
        let read = |row: &rusqlite::Row<'_>| {
            let from: Option<String> = row.get("last_used_from")?;
            Ok(LastUse { at: instant(row, "last_used_at")?, from: from.and_then(|from| from.parse().ok()) })
        };
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql).during(WHAT)?;
        statement.query_row((org.as_str(), key), read).optional().during(WHAT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::tests::at;

    #[test]
    fn the_last_use_is_noted_at_once_and_written_down_later() {
        let (vault, uses) = (Vault::in_memory().unwrap(), KeyUses::default());
        let acme = OrgId::new("acme").unwrap();
        let from = Some(IpAddr::from([192, 0, 2, 7]));
        for (minute, from) in [(1, None), (2, from)] {
            let when = at(&format!("2026-05-05T12:0{minute}:00Z"));
            uses.note(&acme, "backend", LastUse { at: when, from });
        }
        let last = LastUse { at: at("2026-05-05T12:02:00Z"), from };
        assert_eq!(uses.pending(&acme, "backend"), Some(last));
        assert_eq!(vault.key_use(&acme, "backend").unwrap(), None);
        uses.flush(&vault).unwrap();
        assert_eq!(uses.pending(&acme, "backend"), None);
        assert_eq!(vault.key_use(&acme, "backend").unwrap(), Some(last));
        assert_eq!(vault.key_use(&acme, "other").unwrap(), None);
        uses.note(&acme, "backend", LastUse { at: at("2026-05-05T11:00:00Z"), from: None });
        uses.flush(&vault).unwrap();
        assert_eq!(vault.key_use(&acme, "backend").unwrap(), Some(last), "a use never goes back in time");
    }
}
