//! Who is signed in. A session's name is random and in a cookie; here is its hash. A session ends when its user has been
//! idle for long, and in any case some time after it began; while it lasts, its user may act as somebody else for an
//! hour.
//!
//! A person who is in several organizations signs in to each, and may do so beside what they are signed in to already:
//! the sessions of one browser know each other, and the browser's cookie opens one of them at a time.

use crate::secret::Hash;
use crate::vault::{Account, During, Vault, VaultError, account, instant, millis};
use ambit_model::{OrgId, Timestamp};
use jiff::SignedDuration;
use rusqlite::{Connection, OptionalExtension, Row};

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
    /// What the sessions of one browser have in common; none for one that is alone.
    pub browser: Option<Hash>,
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
            browser: row.get("browser")?,
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
        insert(&self.connection(), hash, opening, None)
    }

    /// Begins a session beside the one that the browser has, which stays; one of the same organization is replaced.
    ///
    /// # Errors
    /// If the database fails.
    pub fn open_session_beside(
        &self,
        earlier: &Hash,
        hash: &Hash,
        opening: &Opening,
        limits: &Limits,
    ) -> Result<(), VaultError> {
        const WHAT: &str = "begin a session beside another";
        self.transact(WHAT, |transaction| {
            let sql = "SELECT * FROM session WHERE hash = ?1";
            let earlier = transaction.query_row(sql, [&earlier[..]], Session::of).optional().during(WHAT)?;
            let Some(earlier) = earlier.filter(|earlier| opening.created < earlier.ends(limits)) else {
                return insert(transaction, hash, opening, None);
            };
            let browser = earlier.browser.unwrap_or(earlier.hash);
            let sql = "UPDATE session SET browser = ?2 WHERE hash = ?1";
            transaction.execute(sql, (&earlier.hash[..], &browser[..])).during(WHAT)?;
            let sql = "DELETE FROM session WHERE browser = ?1 AND org = ?2";
            transaction.execute(sql, (&browser[..], opening.account.org.as_str())).during(WHAT)?;
            insert(transaction, hash, opening, Some(&browser))
        })
    }

    /// The sessions of a session's browser, itself among them, one for each organization.
    ///
    /// # Errors
    /// If the database fails.
    pub fn browser_sessions(
        &self,
        session: &Session,
        now: Timestamp,
        limits: &Limits,
    ) -> Result<Vec<Session>, VaultError> {
        const WHAT: &str = "list the sessions of a browser";
        let sql = "SELECT * FROM session WHERE hash = ?1 OR browser = ?2 ORDER BY org";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql).during(WHAT)?;
        let browser = session.browser.as_ref().map(|browser| &browser[..]);
        let rows = statement.query_map((&session.hash[..], browser), Session::of).during(WHAT)?;
        let sessions: Vec<Session> = rows.collect::<rusqlite::Result<_>>().during(WHAT)?;
        Ok(sessions.into_iter().filter(|session| now < session.ends(limits)).collect())
    }

    /// Gives the session that the same browser has in another organization a new name, by which it is opened from now
    /// on; none if there is no such session.
    ///
    /// # Errors
    /// If the database fails.
    pub fn change_over(
        &self,
        session: &Session,
        org: &OrgId,
        hash: &Hash,
        now: Timestamp,
        limits: &Limits,
    ) -> Result<Option<Session>, VaultError> {
        const WHAT: &str = "change over to another session";
        let beside = self.browser_sessions(session, now, limits)?;
        let Some(other) = beside.into_iter().find(|other| other.account.org == *org) else { return Ok(None) };
        let sql = "UPDATE session SET hash = ?2, last_seen = ?3, acting_as = NULL, acting_until = NULL WHERE hash = ?1";
        let renamed =
            self.connection().execute(sql, (&other.hash[..], &hash[..], millis(now))).during(WHAT)?;
        let there = Session { hash: *hash, last_seen: now, acting: None, ..other };
        Ok((renamed == 1).then_some(there))
    }

    /// Ends a session and all others of its browser; answers whose they were.
    ///
    /// # Errors
    /// If the database fails.
    pub fn end_browser(&self, session: &Session) -> Result<Vec<Account>, VaultError> {
        const WHAT: &str = "end the sessions of a browser";
        let sql = "DELETE FROM session WHERE hash = ?1 OR browser = ?2 RETURNING org, user_id";
        let connection = self.connection();
        let mut statement = connection.prepare_cached(sql).during(WHAT)?;
        let browser = session.browser.as_ref().map(|browser| &browser[..]);
        let rows = statement.query_map((&session.hash[..], browser), account).during(WHAT)?;
        rows.collect::<rusqlite::Result<_>>().during(WHAT)
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

fn insert(
    connection: &Connection,
    hash: &Hash,
    opening: &Opening,
    browser: Option<&Hash>,
) -> Result<(), VaultError> {
    let sql = "INSERT INTO session (hash, org, user_id, created, last_seen, expires, user_agent, browser)
               VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)";
    let Opening { account, created, expires, user_agent } = opening;
    let (org, user, browser) = (account.org.as_str(), &account.user, browser.map(|browser| &browser[..]));
    let values = (&hash[..], org, user, millis(*created), millis(*expires), user_agent, browser);
    connection.execute(sql, values).during("begin a session").map(|_| ())
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

    #[test]
    fn the_sessions_of_a_browser_know_each_other_and_no_others() {
        let vault = with_session();
        let limits = Limits::default();
        let of = |org: &str| Account::new(&OrgId::new(org).unwrap(), "ann");
        let beside = |earlier: Hash, new: Hash, org: &str, when: Timestamp| {
            let opening = Opening::new(of(org), when, &limits, None);
            vault.open_session_beside(&earlier, &new, &opening, &limits).unwrap();
        };
        let orgs = |hash: Hash| -> Vec<String> {
            let session = vault.session(&hash, at(NOW), &limits).unwrap().unwrap();
            let all = vault.browser_sessions(&session, at(NOW), &limits).unwrap();
            all.iter().map(|session| session.account.org.to_string()).collect()
        };
        vault.open_session(&[9; 32], &Opening::new(of("initech"), at(NOW), &limits, None)).unwrap();
        beside([1; 32], [2; 32], "globex", at(NOW));
        beside([2; 32], [3; 32], "umbrella", at(NOW));
        assert_eq!(orgs([1; 32]), ["acme", "globex", "umbrella"]);
        assert_eq!(orgs([9; 32]), ["initech"]);
        // Again in the same organization: the one before is over.
        beside([3; 32], [4; 32], "globex", at(NOW));
        assert_eq!(orgs([4; 32]), ["acme", "globex", "umbrella"]);
        assert!(vault.session(&[2; 32], at(NOW), &limits).unwrap().is_none());
        // One that has ended, or never was, has nothing beside it.
        beside([1; 32], [5; 32], "initech", at(NOW) + limits.idle);
        beside([8; 32], [6; 32], "initech", at(NOW));
        assert_eq!((orgs([5; 32]), orgs([6; 32])), (vec!["initech".to_owned()], vec!["initech".to_owned()]));

        let first = vault.session(&[1; 32], at(NOW), &limits).unwrap().unwrap();
        let over = |org: &str| {
            vault.change_over(&first, &OrgId::new(org).unwrap(), &[7; 32], at(NOW), &limits).unwrap()
        };
        assert_eq!(over("initech"), None);
        assert_eq!(over("umbrella").unwrap().account, of("umbrella"));
        assert!(vault.session(&[3; 32], at(NOW), &limits).unwrap().is_none(), "its old name opens nothing");
        assert_eq!(orgs([7; 32]), ["acme", "globex", "umbrella"]);
        let ended = vault.end_browser(&first).unwrap();
        assert_eq!(ended.len(), 3);
        assert!(vault.session(&[7; 32], at(NOW), &limits).unwrap().is_none());
        assert!(vault.session(&[9; 32], at(NOW), &limits).unwrap().is_some());
        let alone = vault.session(&[9; 32], at(NOW), &limits).unwrap().unwrap();
        assert_eq!(vault.end_browser(&alone).unwrap(), [of("initech")]);
        assert!(vault.session(&[6; 32], at(NOW), &limits).unwrap().is_some());
    }
}
