//! Links that work once: the first administrator's, invitations, new passwords. Of the secret in a link only the hash is
//! kept. A user has at most one of a purpose; a new one makes the old one worthless.

use crate::secret::Hash;
use crate::vault::{Account, During, Vault, VaultError, account, instant, millis};
use ambit_model::{OrgId, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To become the first administrator. Nobody in particular holds it: the user is empty.
    Setup,
    /// To join.
    Invitation,
    /// To choose a new password.
    PasswordReset,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
        }
    }
}

/// A link that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// For whom it is.
    pub account: Account,
    /// Who had it made: `user:bob`, `operator`.
    pub issued_by: String,
    /// When.
    pub created: Timestamp,
    /// From this instant on it is worthless.
    pub expires: Timestamp,
}

impl Link {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            account: account(row)?,
            issued_by: row.get("issued_by")?,
            created: instant(row, "created")?,
            expires: instant(row, "expires")?,
        })
    }
}

impl Vault {
    /// Keeps a new link; earlier ones of the same purpose for the same user are void.
    ///
    /// # Errors
    /// If the database fails.
    pub fn issue_link(&self, purpose: Purpose, hash: &Hash, link: &Link) -> Result<(), VaultError> {
        const WHAT: &str = "keep a link";
        self.transact(WHAT, |transaction| {
            void(transaction, purpose, &link.account)?;
            let sql = "INSERT INTO link (hash, purpose, org, user_id, issued_by, created, expires)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let Account { org, user } = &link.account;
            let values = (
                &hash[..],
                purpose.word(),
                org.as_str(),
                user,
                &link.issued_by,
                millis(link.created),
                millis(link.expires),
            );
            transaction.execute(sql, values).during(WHAT)?;
            Ok(())
        })
    }

    /// The link that a secret opens, if it is in force.
    ///
    /// # Errors
    /// If the database fails.
    pub fn link(&self, purpose: Purpose, hash: &Hash, now: Timestamp) -> Result<Option<Link>, VaultError> {
        let sql = "SELECT * FROM link WHERE hash = ?1 AND purpose = ?2 AND used IS NULL AND expires > ?3";
        let values = (&hash[..], purpose.word(), millis(now));
        self.connection().query_row(sql, values, Link::of).optional().during("find a link")
    }

    /// Uses a link up. Of several that try at once, one succeeds.
    ///
    /// # Errors
    /// If the database fails.
    pub fn use_link(&self, purpose: Purpose, hash: &Hash, now: Timestamp) -> Result<bool, VaultError> {
        let sql = "UPDATE link SET used = ?3
                   WHERE hash = ?1 AND purpose = ?2 AND used IS NULL AND expires > ?3";
        let values = (&hash[..], purpose.word(), millis(now));
        let used = self.connection().execute(sql, values).during("use a link")?;
        Ok(used == 1)
    }

    /// Makes a user's links of a purpose worthless.
    ///
    /// # Errors
    /// If the database fails.
    pub fn void_links(&self, purpose: Purpose, account: &Account) -> Result<(), VaultError> {
        self.transact("void a link", |transaction| void(transaction, purpose, account))
    }

    /// The newest link of each user of an organization, used ones left out, expired ones not.
    ///
    /// # Errors
    /// If the database fails.
    pub fn open_links(&self, purpose: Purpose, org: &OrgId) -> Result<Vec<Link>, VaultError> {
        const WHAT: &str = "list links";
        let sql = "SELECT * FROM link WHERE org = ?1 AND purpose = ?2 AND used IS NULL ORDER BY user_id";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql).during(WHAT)?;
        let rows = statement.query_map((org.as_str(), purpose.word()), Link::of).during(WHAT)?;
        rows.collect::<rusqlite::Result<_>>().during(WHAT)
    }
}

fn void(transaction: &Transaction<'_>, purpose: Purpose, account: &Account) -> Result<(), VaultError> {
    let sql = "DELETE FROM link WHERE org = ?1 AND purpose = ?2 AND user_id = ?3 AND used IS NULL";
    let values = (account.org.as_str(), purpose.word(), &account.user);
    transaction.execute(sql, values).during("void a link").map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::tests::{ann, at};

    fn link() -> Link {
        let (created, expires) = (at("2026-05-05T12:00:00Z"), at("2026-05-12T12:00:00Z"));
        Link { account: ann(), issued_by: "user:bob".into(), created, expires }
    }

    #[test]
    fn a_link_works_once_for_its_purpose_and_until_it_expires() {
        let vault = Vault::in_memory().unwrap();
        let now = at("2026-05-05T12:00:00Z");
        vault.issue_link(Purpose::Invitation, &[7; 32], &link()).unwrap();
        assert_eq!(vault.link(Purpose::Invitation, &[7; 32], now).unwrap(), Some(link()));
        assert_eq!(vault.link(Purpose::PasswordReset, &[7; 32], now).unwrap(), None);
        assert_eq!(vault.link(Purpose::Invitation, &[8; 32], now).unwrap(), None);
        assert_eq!(vault.link(Purpose::Invitation, &[7; 32], link().expires).unwrap(), None);
        assert!(!vault.use_link(Purpose::Invitation, &[7; 32], link().expires).unwrap());
        assert!(vault.use_link(Purpose::Invitation, &[7; 32], now).unwrap());
        assert!(!vault.use_link(Purpose::Invitation, &[7; 32], now).unwrap());
        assert_eq!(vault.link(Purpose::Invitation, &[7; 32], now).unwrap(), None);
    }

    #[test]
    fn a_new_link_voids_the_old_one_and_leaves_others_alone() {
        let vault = Vault::in_memory().unwrap();
        let now = at("2026-05-05T12:00:00Z");
        vault.issue_link(Purpose::PasswordReset, &[1; 32], &link()).unwrap();
        vault.issue_link(Purpose::Invitation, &[2; 32], &link()).unwrap();
        vault.issue_link(Purpose::Invitation, &[3; 32], &link()).unwrap();
        assert_eq!(vault.link(Purpose::Invitation, &[2; 32], now).unwrap(), None);
        assert!(vault.link(Purpose::Invitation, &[3; 32], now).unwrap().is_some());
        assert!(vault.link(Purpose::PasswordReset, &[1; 32], now).unwrap().is_some());
        assert_eq!(vault.open_links(Purpose::Invitation, &ann().org).unwrap(), [link()]);
        vault.void_links(Purpose::Invitation, &ann()).unwrap();
        assert_eq!(vault.open_links(Purpose::Invitation, &ann().org).unwrap(), []);
    }
}
