//! How entries are bound to each other: each carries a digest over the digest before it, the organization, its
//! revision and its body. Changing, dropping, swapping or inserting an entry breaks every digest that follows, and a
//! head digest kept elsewhere (an [`Anchor`]) shows a log that was cut or rewritten as a whole.
//!
//! The body is one JSON text per entry: no white space, all keys sorted. The stored bytes are what is hashed; nobody
//! needs to write them anew to verify them.

use crate::storage::{Head, StoredEntry};
use ambit_model::{Entry, OrgId};
use jiff::Timestamp;
use std::fmt;
use std::str::FromStr;

/// Domains of the two uses of the hash function: neither digest can be taken for the other, or for anyone else's.
const GENESIS_DOMAIN: &str = "ambit log: genesis of an organization, v1";
const ENTRY_DOMAIN: &str = "ambit log: entry, v1";

/// A BLAKE3 digest; written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(blake3::Hash);

impl Digest {
    /// The digest of these bytes in a domain of its own.
    #[must_use]
    pub fn of(domain: &str, bytes: &[u8]) -> Self {
        Self(blake3::Hasher::new_derive_key(domain).update(bytes).finalize())
    }

    /// The digest as it is stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Reads what [`Digest::as_bytes`] gave.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(blake3::Hash::from_bytes(bytes))
    }
}

impl std::str::FromStr for Digest {
    type Err = blake3::HexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        blake3::Hash::from_hex(text).map(Self)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.to_hex().as_str())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The digest that the first entry of an organization follows.
#[must_use]
pub fn genesis(org: &OrgId) -> Digest {
    Digest::of(GENESIS_DOMAIN, org.as_str().as_bytes())
}

/// The digest of one entry. Every part of varying length is preceded by its length, so that no two different entries
/// are the same bytes.
fn link(previous: &Digest, org: &OrgId, revision: u64, body: &[u8]) -> Digest {
    let org = org.as_str().as_bytes();
    let mut hasher = blake3::Hasher::new_derive_key(ENTRY_DOMAIN);
    hasher.update(previous.as_bytes());
    hasher.update(&(org.len() as u64).to_le_bytes()).update(org);
    hasher.update(&revision.to_le_bytes());
    hasher.update(&(body.len() as u64).to_le_bytes()).update(body);
    Digest(hasher.finalize())
}

/// The one JSON text of an entry.
fn canonical(entry: &Entry) -> Result<Vec<u8>, serde_json::Error> {
    let mut value = serde_json::to_value(entry)?;
    value.sort_all_objects();
    serde_json::to_vec(&value)
}

/// A point of a log that can be kept outside of it and compared later: `42:<digest>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The revision of the head.
    pub revision: u64,
    /// Its digest.
    pub hash: Digest,
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.revision, self.hash)
    }
}

/// Why a text is not an anchor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("anchor `{text}` is not of the form `revision:digest`, a number and 64 hexadecimal digits")]
pub struct AnchorError {
    text: String,
}

impl FromStr for Anchor {
    type Err = AnchorError;
    fn from_str(text: &str) -> Result<Self, AnchorError> {
        let read = || {
            let (revision, hash) = text.split_once(':')?;
            let hash = blake3::Hash::from_hex(hash).ok()?;
            Some(Self { revision: revision.parse().ok()?, hash: Digest(hash) })
        };
        read().ok_or_else(|| AnchorError { text: text.to_owned() })
    }
}

/// The first entry that does not follow from those before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log of `{org}` is broken at revision {revision}: {fault}")]
pub struct Broken {
    /// Whose log.
    pub org: OrgId,
    /// Where.
    pub revision: u64,
    /// What is wrong there.
    pub fault: Fault,
}

/// What may be wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Another revision stands where this one belongs.
    #[error("it is missing, revision {found} comes next")]
    Gap {
        /// What stands there.
        found: u64,
    },
    /// The log ends before its head.
    #[error("it is missing, the log ends before its head at {head}")]
    Missing {
        /// Where the log should end.
        head: u64,
    },
    /// The digest is not that of the entry and the one before it.
    #[error("the digest does not match the entry and the one before it")]
    Hash,
    /// The body is no entry.
    #[error("the body cannot be read: {0}")]
    Body(String),
    /// The columns beside the body say something else than the body.
    #[error("{0} beside the body differs from the body's")]
    Row(&'static str),
    /// The time is before that of the entry before.
    #[error("its time {found} is before {previous}, that of the entry before it")]
    Time {
        /// The entry before.
        previous: Timestamp,
        /// This entry.
        found: Timestamp,
    },
    /// The epoch is lower than that of the entry before.
    #[error("its epoch {found} is lower than {previous}, that of the entry before it")]
    Epoch {
        /// The entry before.
        previous: u64,
        /// This entry.
        found: u64,
    },
    /// The head that the storage keeps is not the last entry.
    #[error("the stored head is not this entry, the last one")]
    Head,
    /// The log is whole, but is not the one that was anchored.
    #[error("the log there is not the one that was anchored")]
    Anchor,
}

/// Why an entry cannot be put into the log. It names something with an id that does not follow the rules of ids.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the entry cannot be written: {0}")]
pub struct Unwritable(String);

impl From<serde_json::Error> for Unwritable {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// Walks along a log, entry by entry: forwards when writing ([`Chain::extend`]), checking when reading
/// ([`Chain::follow`]).
#[derive(Debug, Clone)]
pub struct Chain {
    org: OrgId,
    head: Head,
}

impl Chain {
    /// Before the first entry.
    #[must_use]
    pub fn new(org: OrgId) -> Self {
        let head = Head::genesis(&org);
        Self { org, head }
    }

    /// After an entry that is known to be right.
    #[must_use]
    pub fn resume(org: OrgId, head: Head) -> Self {
        Self { org, head }
    }

    /// The last entry walked over.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Binds a new entry to the chain and walks on to it. The entry's revision must be the next one.
    ///
    /// # Errors
    /// If the entry would not come back from its body as it is: once appended, nobody could read the log any more.
    pub fn extend(&mut self, entry: &Entry) -> Result<StoredEntry, Unwritable> {
        let body = canonical(entry)?;
        if serde_json::from_slice::<Entry>(&body)? != *entry {
            return Err(Unwritable("it reads back as something else".to_owned()));
        }
        let hash = link(&self.head.hash, &self.org, entry.revision, &body);
        let stored =
            StoredEntry { revision: entry.revision, epoch: entry.epoch, time: entry.time, hash, body };
        self.head = stored.head();
        Ok(stored)
    }

    /// Checks that a stored entry is the next one, walks on to it and answers it.
    ///
    /// # Errors
    /// Says what is wrong; the chain then stays where it was.
    pub fn follow(&mut self, stored: &StoredEntry) -> Result<Entry, Broken> {
        let entry = self.check(stored).map_err(|fault| self.broken(fault))?;
        self.head = stored.head();
        Ok(entry)
    }

    /// A fault at the next entry.
    pub(crate) fn broken(&self, fault: Fault) -> Broken {
        Broken { org: self.org.clone(), revision: self.head.revision + 1, fault }
    }

    fn check(&self, stored: &StoredEntry) -> Result<Entry, Fault> {
        if stored.revision != self.head.revision + 1 {
            return Err(Fault::Gap { found: stored.revision });
        }
        if stored.hash != link(&self.head.hash, &self.org, stored.revision, &stored.body) {
            return Err(Fault::Hash);
        }
        let entry: Entry = serde_json::from_slice(&stored.body).map_err(|e| Fault::Body(e.to_string()))?;
        check_row(stored, &entry)?;
        self.check_order(&entry)?;
        Ok(entry)
    }

    fn check_order(&self, entry: &Entry) -> Result<(), Fault> {
        if entry.time < self.head.time {
            return Err(Fault::Time { previous: self.head.time, found: entry.time });
        }
        if entry.epoch < self.head.epoch {
            return Err(Fault::Epoch { previous: self.head.epoch, found: entry.epoch });
        }
        Ok(())
    }
}

fn check_row(stored: &StoredEntry, entry: &Entry) -> Result<(), Fault> {
    if stored.revision != entry.revision {
        return Err(Fault::Row("the revision"));
    }
    if stored.epoch != entry.epoch {
        return Err(Fault::Row("the epoch"));
    }
    if stored.time != entry.time {
        return Err(Fault::Row("the time"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::{entry_at, instant, org};
    use ambit_model::{Change, ResourceRef, User};

    fn chain_of(length: u64) -> Vec<StoredEntry> {
        let mut chain = Chain::new(org("acme"));
        (1..=length).map(|revision| chain.extend(&entry_at(&org("acme"), revision)).unwrap()).collect()
    }

    fn first_fault(entries: &[StoredEntry]) -> Option<(u64, Fault)> {
        let mut chain = Chain::new(org("acme"));
        let broken = entries.iter().find_map(|stored| chain.follow(stored).err())?;
        Some((broken.revision, broken.fault))
    }

    /// Gives every entry from `from` on the digest that a forger would compute.
    fn forge_digests(entries: &mut [StoredEntry], from: usize) {
        for at in from..entries.len() {
            let previous = if at == 0 { genesis(&org("acme")) } else { entries[at - 1].hash };
            entries[at].hash = link(&previous, &org("acme"), entries[at].revision, &entries[at].body);
        }
    }

    #[test]
    fn an_untouched_chain_is_whole() {
        assert_eq!(first_fault(&chain_of(20)), None);
    }

    #[test]
    fn an_edited_body_is_found() {
        let mut entries = chain_of(5);
        let body = String::from_utf8(entries[2].body.clone()).unwrap();
        entries[2].body = body.replace("user-3", "user-X").into_bytes();
        assert_eq!(first_fault(&entries), Some((3, Fault::Hash)));
    }

    #[test]
    fn an_edited_body_with_its_digest_is_found_at_the_next_entry() {
        let mut entries = chain_of(5);
        let body = String::from_utf8(entries[2].body.clone()).unwrap();
        entries[2].body = body.replace("user-3", "user-X").into_bytes();
        forge_digests(&mut entries[..3], 2);
        assert_eq!(first_fault(&entries), Some((4, Fault::Hash)));
    }

    #[test]
    fn a_missing_entry_is_found() {
        let mut entries = chain_of(5);
        entries.remove(1);
        assert_eq!(first_fault(&entries), Some((2, Fault::Gap { found: 3 })));
    }

    #[test]
    fn swapped_entries_are_found() {
        let mut entries = chain_of(5);
        entries.swap(1, 2);
        assert_eq!(first_fault(&entries), Some((2, Fault::Gap { found: 3 })));
        let mut entries = chain_of(5);
        let (left, right) = entries.split_at_mut(2);
        std::mem::swap(&mut left[1].body, &mut right[0].body);
        assert_eq!(first_fault(&entries), Some((2, Fault::Hash)));
    }

    #[test]
    fn columns_that_differ_from_the_body_are_found() {
        let mut entries = chain_of(3);
        entries[1].time = instant(99);
        assert_eq!(first_fault(&entries), Some((2, Fault::Row("the time"))));
        let mut entries = chain_of(3);
        entries[1].epoch = 7;
        assert_eq!(first_fault(&entries), Some((2, Fault::Row("the epoch"))));
    }

    #[test]
    fn time_and_epoch_never_go_backwards() {
        let mut chain = Chain::new(org("acme"));
        let first = Entry { time: instant(50), epoch: 2, ..entry_at(&org("acme"), 1) };
        let earlier = Entry { time: instant(49), epoch: 2, ..entry_at(&org("acme"), 2) };
        let entries = [chain.extend(&first).unwrap(), chain.clone().extend(&earlier).unwrap()];
        let fault = Fault::Time { previous: instant(50), found: instant(49) };
        assert_eq!(first_fault(&entries), Some((2, fault)));

        let lower = Entry { time: instant(50), epoch: 1, ..entry_at(&org("acme"), 2) };
        let entries = [entries[0].clone(), chain.extend(&lower).unwrap()];
        assert_eq!(first_fault(&entries), Some((2, Fault::Epoch { previous: 2, found: 1 })));
    }

    #[test]
    fn an_unreadable_body_is_found_even_when_forged_digests_agree() {
        let mut entries = chain_of(3);
        entries[1].body = b"{}".to_vec();
        forge_digests(&mut entries, 1);
        assert!(matches!(first_fault(&entries), Some((2, Fault::Body(_)))));
    }

    #[test]
    fn logs_of_two_organizations_cannot_be_exchanged() {
        let mut other = Chain::new(org("zenith"));
        let stored = other.extend(&entry_at(&org("acme"), 1)).unwrap();
        assert_eq!(first_fault(&[stored]), Some((1, Fault::Hash)));
    }

    #[test]
    fn bodies_have_sorted_keys_and_give_back_the_very_numbers() {
        let properties = serde_json::json!({ "z": 0.1, "a": 5e-324, "m": { "y": 179.70000000000002, "b": 123.45600000000002 } });
        let user = User {
            id: "alice".into(),
            name: None,
            email: None,
            status: Default::default(),
            properties: properties.as_object().unwrap().clone(),
        };
        let entry = Entry { changes: vec![Change::UserSet(user)], ..entry_at(&org("acme"), 1) };
        let stored = Chain::new(org("acme")).extend(&entry).unwrap();
        let text = String::from_utf8(stored.body.clone()).unwrap();
        assert!(text.starts_with(r#"{"actor":{"#), "{text}");
        assert!(
            text.contains(r#"{"a":5e-324,"m":{"b":123.45600000000002,"y":179.70000000000002},"z":0.1}"#),
            "{text}"
        );
        assert_eq!(Chain::new(org("acme")).follow(&stored).unwrap(), entry);
    }

    #[test]
    fn an_entry_that_would_read_back_differently_is_not_written() {
        for id in [ResourceRef::new("page:home", "x"), ResourceRef::new("page", "")] {
            let change = Change::ResourceRemoved { id };
            let entry = Entry { changes: vec![change], ..entry_at(&org("acme"), 1) };
            let mut chain = Chain::new(org("acme"));
            assert!(chain.extend(&entry).is_err());
            assert_eq!(chain.head().revision, 0);
        }
    }

    #[test]
    fn anchors_round_trip() {
        let anchor = Anchor { revision: 42, hash: genesis(&org("acme")) };
        assert_eq!(anchor.to_string().parse::<Anchor>().unwrap(), anchor);
        for text in ["", "42", "42:", "x:ff", "42:zz"] {
            assert!(text.parse::<Anchor>().is_err(), "{text}");
        }
    }
}
