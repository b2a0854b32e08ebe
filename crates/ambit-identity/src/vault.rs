//! The file. One connection, behind a lock: what is asked of it is short. Callers that must not wait ask it from threads
//! that may.

use ambit_model::{OrgId, Timestamp};
use rusqlite::{Connection, OpenFlags, Row, Transaction, TransactionBehavior};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a statement waits while another process writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// The schema, in numbered steps, forwards only.
const STEPS: &[&str] = &[
    "
CREATE TABLE password (
    org TEXT NOT NULL, user_id TEXT NOT NULL, phc TEXT NOT NULL, changed BIGINT NOT NULL,
    PRIMARY KEY (org, user_id)
);
CREATE TABLE link (
    hash BLOB NOT NULL PRIMARY KEY, purpose TEXT NOT NULL, org TEXT NOT NULL, user_id TEXT NOT NULL,
    issued_by TEXT NOT NULL, created BIGINT NOT NULL, expires BIGINT NOT NULL, used BIGINT
);
CREATE INDEX link_by_user ON link (org, purpose, user_id);
CREATE TABLE session (
    hash BLOB NOT NULL PRIMARY KEY, org TEXT NOT NULL, user_id TEXT NOT NULL,
    acting_as TEXT, acting_until BIGINT,
    created BIGINT NOT NULL, last_seen BIGINT NOT NULL, expires BIGINT NOT NULL, user_agent TEXT
);
CREATE INDEX session_by_user ON session (org, user_id);
CREATE TABLE oidc_flow (
    hash BLOB NOT NULL PRIMARY KEY, nonce TEXT NOT NULL, verifier TEXT NOT NULL, return_to TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE TABLE oidc_person (
    issuer TEXT NOT NULL, subject TEXT NOT NULL, org TEXT NOT NULL, user_id TEXT NOT NULL,
    PRIMARY KEY (issuer, subject, org)
);
CREATE TABLE key_use (
    org TEXT NOT NULL, key_id TEXT NOT NULL, last_used_at BIGINT NOT NULL, last_used_from TEXT,
    PRIMARY KEY (org, key_id)
);
",
    "
ALTER TABLE session ADD COLUMN browser BLOB;
CREATE INDEX session_by_browser ON session (browser);
ALTER TABLE oidc_flow ADD COLUMN beside BIGINT NOT NULL DEFAULT 0;
",
];

/// Why the vault does not answer.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The database failed.
    #[error("the identity database cannot {what}: {source}")]
    Database {
        /// What was being done.
        what: &'static str,
        /// Why it failed.
        source: rusqlite::Error,
    },
    /// A newer version of Ambit has written it.
    #[error("the identity database is of version {found}, this program knows up to {known}: use a newer one")]
    Newer {
        /// Its version.
        found: u32,
        /// The newest that is known.
        known: u32,
    },
    /// A file cannot be used.
    #[error("cannot use `{path}`: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

/// Says what was being done when the database failed.
pub(crate) trait During<T> {
    fn during(self, what: &'static str) -> Result<T, VaultError>;
}

impl<T> During<T> for rusqlite::Result<T> {
    fn during(self, what: &'static str) -> Result<T, VaultError> {
        self.map_err(|source| VaultError::Database { what, source })
    }
}

/// A user of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Account {
    /// The organization.
    pub org: OrgId,
    /// The user's id, without `user:`.
    pub user: String,
}

impl Account {
    /// A user of an organization.
    #[must_use]
    pub fn new(org: &OrgId, user: impl Into<String>) -> Self {
        Self { org: org.clone(), user: user.into() }
    }
}

/// Credentials, links, sessions. `identity.db` in the data folder, or in memory for what need not last.
#[derive(Debug)]
pub struct Vault {
    connection: Mutex<Connection>,
}

impl Vault {
    /// Opens the vault of a data folder; makes it if it is not there.
    ///
    /// # Errors
    /// If it cannot be used, or is of a newer version.
    pub fn open(dir: &Path) -> Result<Self, VaultError> {
        Self::open_file(&path(dir))
    }

    /// A vault that is gone with the process.
    ///
    /// # Errors
    /// If SQLite cannot make one.
    pub fn in_memory() -> Result<Self, VaultError> {
        Self::prepared(Connection::open_in_memory().during("be opened")?)
    }

    /// Whether a data folder has a vault.
    #[must_use]
    pub fn exists(dir: &Path) -> bool {
        path(dir).is_file()
    }

    fn open_file(path: &Path) -> Result<Self, VaultError> {
        create_private(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).during("be opened")?;
        connection.busy_timeout(BUSY_TIMEOUT).during("be opened")?;
        for (pragma, value) in [
            ("journal_mode", "wal"),
            ("synchronous", "full"),
            ("trusted_schema", "off"),
            ("secure_delete", "on"),
        ] {
            connection.pragma_update(None, pragma, value).during("be opened")?;
        }
        Self::prepared(connection)
    }

    fn prepared(mut connection: Connection) -> Result<Self, VaultError> {
        const WHAT: &str = "prepare its tables";
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).during(WHAT)?;
        let found: u32 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0)).during(WHAT)?;
        let known = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
        if found > known {
            return Err(VaultError::Newer { found, known });
        }
        for step in STEPS.iter().skip(found as usize) {
            transaction.execute_batch(step).during(WHAT)?;
        }
        transaction.pragma_update(None, "user_version", known).during(WHAT)?;
        transaction.commit().during(WHAT)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn transact<T>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let mut connection = self.connection();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).during(what)?;
        let result = work(&transaction)?;
        transaction.commit().during(what)?;
        Ok(result)
    }

    /// Writes a copy, as of one moment, to a file that is not there yet. Sessions and what is under way are left out:
    /// who brings a copy back must not bring back who was signed in.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn backup(&self, target: &Path) -> Result<(), VaultError> {
        create_new_private(target)?;
        self.connection().execute("VACUUM INTO ?1", [&*target.to_string_lossy()]).during("be copied")?;
        Self::open_file(target)?.settle()
    }

    /// Puts a copy in the place of a data folder's vault. Nobody is signed in afterwards.
    ///
    /// # Errors
    /// If the copy cannot be read, or is of a newer version.
    pub fn restore(backup: &Path, dir: &Path) -> Result<(), VaultError> {
        let draft = dir.join("identity.restored");
        remove(&draft)?;
        Self::open_file(backup)?.backup(&draft)?;
        let place = path(dir);
        Self::remove(dir)?;
        std::fs::rename(&draft, &place).map_err(|source| VaultError::File { path: place, source })
    }

    /// Removes the vault of a data folder, with all that is in it.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn remove(dir: &Path) -> Result<(), VaultError> {
        let place = path(dir);
        let files = ["", "-wal", "-shm"].map(|beside| format!("{}{beside}", place.display()));
        files.iter().try_for_each(|file| remove(Path::new(file)))
    }

    /// Forgets who is signed in, and leaves one file with nothing beside it.
    fn settle(self) -> Result<(), VaultError> {
        const WHAT: &str = "forget sessions";
        let connection = self.connection();
        connection.execute_batch("DELETE FROM session; DELETE FROM oidc_flow; VACUUM").during(WHAT)?;
        connection.pragma_update(None, "journal_mode", "delete").during(WHAT)
    }

    /// Forgets a user: password, links, sessions, and what an OpenID Connect provider calls them.
    ///
    /// # Errors
    /// If the database fails.
    pub fn forget(&self, account: &Account) -> Result<(), VaultError> {
        const WHAT: &str = "forget a user";
        self.transact(WHAT, |transaction| {
            for table in ["password", "link", "session", "oidc_person"] {
                let sql = format!("DELETE FROM {table} WHERE org = ?1 AND user_id = ?2");
                transaction.execute(&sql, (account.org.as_str(), &account.user)).during(WHAT)?;
            }
            Ok(())
        })
    }

    /// Everybody of whom something is kept.
    ///
    /// # Errors
    /// If the database fails.
    pub fn accounts(&self) -> Result<Vec<Account>, VaultError> {
        const WHAT: &str = "list accounts";
        let tables = ["password", "link", "session", "oidc_person"];
        let parts: Vec<String> =
            tables.iter().map(|table| format!("SELECT org, user_id FROM {table}")).collect();
        let connection = self.connection();
        let mut statement = connection.prepare_cached(&parts.join(" UNION ")).during(WHAT)?;
        let rows = statement.query_map([], account).during(WHAT)?;
        rows.collect::<rusqlite::Result<_>>().during(WHAT)
    }

    /// Forgets what nobody can use any more.
    ///
    /// # Errors
    /// If the database fails.
    pub fn prune(&self, now: Timestamp) -> Result<(), VaultError> {
        const WHAT: &str = "forget what has expired";
        // Links are kept a while after their end, so that whoever comes late is told that they come late.
        let month_ago = millis(now) - 30 * 24 * 3_600_000;
        self.transact(WHAT, |transaction| {
            for (table, before) in [("session", millis(now)), ("oidc_flow", millis(now)), ("link", month_ago)]
            {
                let sql = format!("DELETE FROM {table} WHERE expires <= ?1");
                transaction.execute(&sql, [before]).during(WHAT)?;
            }
            Ok(())
        })
    }
}

fn path(dir: &Path) -> PathBuf {
    dir.join("identity.db")
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// SQLite gives the files beside a database the permissions of the database, which is therefore created here.
fn create_private(path: &Path) -> Result<(), VaultError> {
    let opened = private_options().create(true).truncate(false).open(path);
    opened.map(|_| ()).map_err(|source| VaultError::File { path: path.to_owned(), source })
}

fn create_new_private(path: &Path) -> Result<(), VaultError> {
    let opened = private_options().create_new(true).open(path);
    opened.map(|_| ()).map_err(|source| VaultError::File { path: path.to_owned(), source })
}

fn remove(path: &Path) -> Result<(), VaultError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(VaultError::File { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// An instant as it is stored.
pub(crate) fn millis(instant: Timestamp) -> i64 {
    instant.as_millisecond()
}

/// Reads what [`millis`] gave.
pub(crate) fn instant(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    let millis: i64 = row.get(column)?;
    Timestamp::from_millisecond(millis).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, millis))
}

/// Reads the account of a row.
pub(crate) fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let org: String = row.get("org")?;
    let org = OrgId::new(org).map_err(|error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(error))
    })?;
    Ok(Account { org, user: row.get("user_id")? })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::link::{Link, Purpose};
    use crate::session::{Limits, Opening};

    pub fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    pub fn ann() -> Account {
        Account::new(&OrgId::new("acme").unwrap(), "ann")
    }

    const NOW: &str = "2026-05-05T12:00:00Z";

    fn fill(vault: &Vault) {
        let now = at(NOW);
        vault.set_password(&ann(), "phc", now).unwrap();
        vault.open_session(&[1; 32], &Opening::new(ann(), now, &Limits::default(), None)).unwrap();
        let until = at("2026-05-12T12:00:00Z");
        let link = Link { account: ann(), issued_by: "user:bob".into(), created: now, expires: until };
        vault.issue_link(Purpose::Invitation, &[2; 32], &link).unwrap();
    }

    #[test]
    fn what_is_kept_is_there_after_a_restart_and_only_its_owner_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        fill(&Vault::open(dir.path()).unwrap());
        let vault = Vault::open(dir.path()).unwrap();
        assert_eq!(vault.password(&ann()).unwrap().as_deref(), Some("phc"));
        assert!(vault.session(&[1; 32], at(NOW), &Limits::default()).unwrap().is_some());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path(dir.path())).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_copy_holds_credentials_and_links_and_no_sessions() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let copy = to.path().join("copy.db");
        let original = Vault::open(from.path()).unwrap();
        fill(&original);
        original.backup(&copy).unwrap();
        assert!(original.backup(&copy).is_err(), "a copy is never overwritten");
        assert!(original.session(&[1; 32], at(NOW), &Limits::default()).unwrap().is_some());
        Vault::open(to.path()).unwrap().set_password(&ann(), "another", at(NOW)).unwrap();
        Vault::restore(&copy, to.path()).unwrap();
        let restored = Vault::open(to.path()).unwrap();
        assert_eq!(restored.password(&ann()).unwrap().as_deref(), Some("phc"));
        assert!(restored.link(Purpose::Invitation, &[2; 32], at(NOW)).unwrap().is_some());
        assert!(restored.session(&[1; 32], at(NOW), &Limits::default()).unwrap().is_none());
    }

    #[test]
    fn who_is_forgotten_leaves_nothing() {
        let vault = Vault::in_memory().unwrap();
        fill(&vault);
        assert_eq!(vault.accounts().unwrap(), [ann()]);
        vault.forget(&ann()).unwrap();
        assert_eq!(vault.accounts().unwrap(), []);
        assert_eq!(vault.password(&ann()).unwrap(), None);
        assert!(vault.session(&[1; 32], at(NOW), &Limits::default()).unwrap().is_none());
        assert!(vault.link(Purpose::Invitation, &[2; 32], at(NOW)).unwrap().is_none());
    }

    #[test]
    fn a_vault_of_a_newer_version_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::open(dir.path()).unwrap();
        vault.connection().pragma_update(None, "user_version", 999).unwrap();
        drop(vault);
        assert!(matches!(Vault::open(dir.path()), Err(VaultError::Newer { found: 999, .. })));
    }
}
