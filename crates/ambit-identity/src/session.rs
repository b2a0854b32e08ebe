//! Who is signed in. A session's name is random and in a cookie; here is its hash. A session ends when its user has been
//! idle for long, and in any case some time after it began; while it lasts, its user may act as somebody else for an
//! hour.

use crate::secret::Hash;
use crate::vault::{Account, During, Vault, VaultError, account, instant, millis};
use ambit_model::Timestamp;
use jiff::SignedDuration;
use rusqlite::{OptionalExtension, Row};

/// That somebody was there is written down at most this often.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// How much is kept of what a browser says that it is.
const USER_AGENT_CHARS: usize = 120;

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Without a request.
    pub idle: SignedDuration,
    /// In any case.
    pub absolute: SignedDuration,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(8, 14)
    }
}

impl Limits {
    /// So many hours without a request, and so many days in any case.
    #[must_use]
    pub fn new(idle_hours: u16, days: u16) -> Self {
        let (idle, absolute) = (i64::from(idle_hours), 24 * i64::from(days));
        Self { idle: SignedDuration::from_hours(idle), absolute: SignedDuration::from_hours(absolute) }
    }
}

/// A session that begins.
#[derive(Debug, Clone)]
pub struct Opening {
    account: Account,
    created: Timestamp,
    expires: Timestamp,
    user_agent: Option<String>,
}

impl Opening {
    /// A session of a user, in a browser that says what it is.
    #[must_use]
    pub fn new(account: Account, now: Timestamp, limits: &Limits, user_agent: Option<&str>) -> Self {
        let expires = now.checked_add(limits.absolute).unwrap_or(Timestamp::MAX);
        let shortened =
            |text: &str| text.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARS).collect();
        Self { account, created: now, expires, user_agent: user_agent.map(shortened) }
    }
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its name's hash.
    pub hash: Hash,
    /// Who signed in.
    pub account: Account,
    /// As whom they act, and until when.
    pub acting: Option<(String, Timestamp)>,
    /// When it began.
    pub created: Timestamp,
    /// When a request came last, give or take a minute.
    pub last_seen: Timestamp,
    /// When it ends in any case.
    pub expires: Timestamp,
    /// What the browser says that it is.
    pub user_agent: Option<String>,
}

impl Session {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let acting_as: Option<String> = row.get("acting_as")?;
        let acting = acting_as.map(|user| Ok::<_, rusqlite::Error>((user, instant(row, "acting_until")?)));
        Ok(Self {
            hash: row.get("hash")?,
            account: account(row)?,
            acting: acting.transpose()?,
            created: instant(row, "created")?,
            last_seen: instant(row, "last_seen")?,
            expires: instant(row, "expires")?,
            user_agent: row.get("user_agent")?,
        })
    }

    /// The name by which its owner may end it. It opens nothing.
    #[must_use]
    pub fn id(&self) -> String {
        self.hash[..12].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// When it ends unless a request comes.
    #[must_use]
    pub fn ends(&self, limits: &Limits) -> Timestamp {
        let idle = self.last_seen.checked_add(limits.idle).unwrap_or(Timestamp::MAX);
        idle.min(self.expires)
    }
}

impl Vault {
    /// Begins a session.
    ///
    /// # Errors
    /// If the database fails.
    pub fn open_session(&self, hash: &Hash, opening: &Opening) -> Result<(), VaultError> {
        let sql = "INSERT INTO session (hash, org, user_id, created, last_seen, expires, user_agent)
                   VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)";
        let Opening { account, created, expires, user_agent } = opening;
        let values =
            (&hash[..], account.org.as_str(), &account.user, millis(*created), millis(*expires), user_agent);
        self.connection().execute(sql, values).during("begin a session").map(|_| ())
    }

    /// The session of a name, if it has not ended; notes that its user is there.
    ///
    /// # Errors
    /// If the database fails.
    pub fn session(
        &self,
        hash: &Hash,
        now: Timestamp,
        limits: &Limits,
    ) -> Result<Option<Session>, VaultError> {
        const WHAT: &str = "find a session";
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("SELECT * FROM session WHERE hash = ?1").during(WHAT)?;
        let session = statement.query_row([&hash[..]], Session::of).optional().during(WHAT)?;
        let Some(session) = session.filter(|session| now < session.ends(limits)) else { return Ok(None) };
        if now.duration_since(session.last_seen) >= SEEN_EVERY {
            let sql = "UPDATE session SET last_seen = ?2 WHERE hash = ?1";
            connection.execute(sql, (&hash[..], millis(now))).during(WHAT)?;
        }
        Ok(Some(session))
    }

    /// The sessions of a user, the latest first.
    ///
    /// # Errors
    /// If the database fails.
    pub fn sessions(
        &self,
        account: &Account,
        now: Timestamp,
        limits: &Limits,
    ) -> Result<Vec<Session>, VaultError> {
        const WHAT: &str = "list sessions";
        let sql =
            "SELECT * FROM session WHERE org = ?1 AND user_id = ?2 ORDER BY last_seen DESC, created DESC";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql).during(WHAT)?;
        let rows = statement.query_map((account.org.as_str(), &account.user), Session::of).during(WHAT)?;
        let sessions: Vec<Session> = rows.collect::<rusqlite::Result<_>>().during(WHAT)?;
        Ok(sessions.into_iter().filter(|session| now < session.ends(limits)).collect())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// If the database fails.
    pub fn end_session(&self, hash: &Hash) -> Result<bool, VaultError> {
        let sql = "DELETE FROM session WHERE hash = ?1";
        Ok(self.connection().execute(sql, [&hash[..]]).during("end a session")? == 1)
    }

    /// Ends all sessions of a user but one, and those in which somebody else acts as that user go back to themselves.
    ///
    /// # Errors
    /// If the database fails.
    pub fn end_sessions(&self, account: &Account, but: Option<&Hash>) -> Result<usize, VaultError> {
        let sql = "DELETE FROM session WHERE org = ?1 AND user_id = ?2 AND hash <> ?3";
        let but = but.map_or(&[][..], |hash| &hash[..]);
        let values = (account.org.as_str(), &account.user, but);
        self.connection().execute(sql, values).during("end sessions")
    }

    /// Lets the user of a session act as somebody else for a while, or as themselves again.
    ///
    /// # Errors
    /// If the database fails.
    pub fn act_as(&self, hash: &Hash, whom: Option<(&str, Timestamp)>) -> Result<(), VaultError> {
        let sql = "UPDATE session SET acting_as = ?2, acting_until = ?3 WHERE hash = ?1";
        let values = (&hash[..], whom.map(|whom| whom.0), whom.map(|whom| millis(whom.1)));
        self.connection().execute(sql, values).during("change a session").map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::tests::{ann, at};

    const NOW: &str = "2026-05-05T12:00:00Z";

    fn with_session() -> Vault {
        let vault = Vault::in_memory().unwrap();
        let agent = format!("Browser\n{}", "x".repeat(500));
        let opening = Opening::new(ann(), at(NOW), &Limits::default(), Some(&agent));
        vault.open_session(&[1; 32], &opening).unwrap();
        vault
    }

    fn seen(vault: &Vault, when: Timestamp) -> Option<Session> {
        vault.session(&[1; 32], when, &Limits::default()).unwrap()
    }

    #[test]
    fn a_session_ends_when_nobody_is_there() {
        let vault = with_session();
        let later = |hours: i64| at(NOW) + SignedDuration::from_hours(hours);
        assert!(seen(&vault, later(7)).is_some());
        assert!(seen(&vault, later(14)).is_some(), "it was seen at seven hours");
        assert!(seen(&vault, later(22)).is_none());
        assert!(vault.sessions(&ann(), later(22), &Limits::default()).unwrap().is_empty());
    }

    #[test]
    fn a_session_ends_in_any_case() {
        let vault = with_session();
        let day = SignedDuration::from_hours(4);
        let mut now = at(NOW);
        let mut steps = 0;
        while seen(&vault, now).is_some() {
            now += day;
            steps += 1;
        }
        assert_eq!(steps, 14 * 6);
    }

    #[test]
    fn what_a_browser_says_is_shortened() {
        let session = seen(&with_session(), at(NOW)).unwrap();
        let agent = session.user_agent.clone().unwrap();
        assert_eq!(agent.chars().count(), USER_AGENT_CHARS);
        assert!(!agent.contains('\n'));
        assert_eq!(session.id().len(), 24);
    }

    #[test]
    fn all_but_one_are_ended() {
        let vault = with_session();
        let opening = Opening::new(ann(), at(NOW), &Limits::default(), None);
        vault.open_session(&[2; 32], &opening).unwrap();
        assert_eq!(vault.end_sessions(&ann(), Some(&[2; 32])).unwrap(), 1);
        assert!(seen(&vault, at(NOW)).is_none());
        assert_eq!(vault.end_sessions(&ann(), None).unwrap(), 1);
        assert!(!vault.end_session(&[2; 32]).unwrap());
    }

    #[test]
    fn acting_as_somebody_else_begins_and_ends() {
        let vault = with_session();
        let until = at("2026-05-05T13:00:00Z");
        vault.act_as(&[1; 32], Some(("bob", until))).unwrap();
        assert_eq!(seen(&vault, at(NOW)).unwrap().acting, Some(("bob".into(), until)));
        vault.act_as(&[1; 32], None).unwrap();
        assert_eq!(seen(&vault, at(NOW)).unwrap().acting, None);
    }
}
