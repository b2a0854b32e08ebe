//! Every SQL statement about heads, entries and answers, one function each.

use super::During;
use crate::chain::Digest;
use crate::ledger::request::Fingerprint;
use crate::storage::{
    Append, Appended, Head, READ_BYTES_MAX, StorageError, StoredAnswer, StoredEntry, is_expected,
    microseconds,
};
use ambit_model::OrgId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

const APPEND: &str = "append";
const READ: &str = "read";

/// Appends if the head is the expected one, within the caller's transaction.
pub(super) fn append(connection: &Connection, append: &Append) -> Result<Appended, StorageError> {
    let current = head(connection, &append.org)?;
    if !is_expected(&append.org, current.as_ref(), &append.expected) {
        return Ok(Appended::Conflict);
    }
    for answer in &append.answers {
        if has_answer(connection, &append.org, &answer.key)? {
            return Ok(Appended::Conflict);
        }
    }
    if let Some(last) = append.entries.last() {
        put_head(connection, &append.org, &last.head())?;
    }
    append.entries.iter().try_for_each(|entry| put_entry(connection, &append.org, entry))?;
    append.answers.iter().try_for_each(|answer| put_answer(connection, &append.org, answer))?;
    Ok(Appended::Done)
}

fn put_head(connection: &Connection, org: &OrgId, head: &Head) -> Result<(), StorageError> {
    const SQL: &str = "INSERT INTO head (org, revision, epoch, time_us, hash) VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT (org) DO UPDATE SET revision = excluded.revision, epoch = excluded.epoch, \
        time_us = excluded.time_us, hash = excluded.hash";
    let row = params![org.as_str(), head.revision, head.epoch, microseconds(head.time), head.hash.as_bytes()];
    connection.prepare_cached(SQL).and_then(|mut put| put.execute(row)).map(drop).during(APPEND)
}

fn put_entry(connection: &Connection, org: &OrgId, entry: &StoredEntry) -> Result<(), StorageError> {
    const SQL: &str =
        "INSERT INTO entry (org, revision, epoch, time_us, hash, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let time = microseconds(entry.time);
    let row = params![org.as_str(), entry.revision, entry.epoch, time, entry.hash.as_bytes(), entry.body];
    connection.prepare_cached(SQL).and_then(|mut put| put.execute(row)).map(drop).during(APPEND)
}

fn put_answer(connection: &Connection, org: &OrgId, answer: &StoredAnswer) -> Result<(), StorageError> {
    const SQL: &str = "INSERT INTO answer (org, idempotency_key, fingerprint, revision, time_us, body) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (fingerprint, time) = (answer.fingerprint.as_bytes(), microseconds(answer.time));
    let row = params![org.as_str(), answer.key, fingerprint, answer.revision, time, answer.body];
    connection.prepare_cached(SQL).and_then(|mut put| put.execute(row)).map(drop).during(APPEND)
}

fn has_answer(connection: &Connection, org: &OrgId, key: &str) -> Result<bool, StorageError> {
    const SQL: &str = "SELECT 1 FROM answer WHERE org = ?1 AND idempotency_key = ?2";
    connection.prepare_cached(SQL).and_then(|mut find| find.exists(params![org.as_str(), key])).during(READ)
}

pub(super) fn heads(connection: &Connection) -> Result<Vec<(OrgId, Head)>, StorageError> {
    const SQL: &str = "SELECT revision, epoch, time_us, hash, org FROM head ORDER BY org";
    let mut select = connection.prepare_cached(SQL).during(READ)?;
    let mut rows = select.query([]).during(READ)?;
    let mut heads = Vec::new();
    while let Some(row) = rows.next().during(READ)? {
        let org: String = row.get(4).during(READ)?;
        let org = OrgId::new(org).map_err(|_| StorageError::Corrupt { what: "an organization's id" })?;
        heads.push((org, read_head(row)?));
    }
    Ok(heads)
}

pub(super) fn head(connection: &Connection, org: &OrgId) -> Result<Option<Head>, StorageError> {
    const SQL: &str = "SELECT revision, epoch, time_us, hash FROM head WHERE org = ?1";
    let mut select = connection.prepare_cached(SQL).during(READ)?;
    let mut rows = select.query([org.as_str()]).during(READ)?;
    rows.next().during(READ)?.map(read_head).transpose()
}

pub(super) fn entries(
    connection: &Connection,
    org: &OrgId,
    from: u64,
    limit: usize,
) -> Result<Vec<StoredEntry>, StorageError> {
    const SQL: &str = "SELECT revision, epoch, time_us, hash, body FROM entry \
        WHERE org = ?1 AND revision >= ?2 ORDER BY revision LIMIT ?3";
    let mut select = connection.prepare_cached(SQL).during(READ)?;
    let (from, limit) = (i64::try_from(from).unwrap_or(i64::MAX), i64::try_from(limit).unwrap_or(i64::MAX));
    let mut rows = select.query(params![org.as_str(), from, limit]).during(READ)?;
    let (mut entries, mut bytes) = (Vec::new(), 0);
    while bytes < READ_BYTES_MAX
        && let Some(row) = rows.next().during(READ)?
    {
        let entry = read_entry(row)?;
        bytes += entry.body.len();
        entries.push(entry);
    }
    Ok(entries)
}

pub(super) fn revision_at(
    connection: &Connection,
    org: &OrgId,
    instant: Timestamp,
) -> Result<Option<u64>, StorageError> {
    const SQL: &str = "SELECT revision FROM entry WHERE org = ?1 AND time_us <= ?2 \
        ORDER BY time_us DESC, revision DESC LIMIT 1";
    let mut select = connection.prepare_cached(SQL).during(READ)?;
    let instant = microseconds(instant);
    select.query_row(params![org.as_str(), instant], |row| row.get(0)).optional().during(READ)
}

pub(super) fn answer(
    connection: &Connection,
    org: &OrgId,
    key: &str,
) -> Result<Option<StoredAnswer>, StorageError> {
    const SQL: &str = "SELECT idempotency_key, fingerprint, revision, time_us, body FROM answer \
        WHERE org = ?1 AND idempotency_key = ?2";
    let mut select = connection.prepare_cached(SQL).during(READ)?;
    let mut rows = select.query(params![org.as_str(), key]).during(READ)?;
    rows.next().during(READ)?.map(read_answer).transpose()
}

/// Forgets some of the answers given before an instant; says whether there may be more.
pub(super) fn forget_answers(
    connection: &Connection,
    org: &OrgId,
    before: Timestamp,
) -> Result<bool, StorageError> {
    const MOST: usize = 500;
    const SQL: &str = "DELETE FROM answer WHERE org = ?1 AND idempotency_key IN \
        (SELECT idempotency_key FROM answer WHERE org = ?1 AND time_us < ?2 LIMIT ?3)";
    let forgotten = connection.execute(SQL, params![org.as_str(), microseconds(before), MOST]);
    forgotten.map(|forgotten| forgotten == MOST).during("forget old answers")
}

/// Raises the epoch if the data was last written under another identity.
pub(super) fn claim(connection: &Connection, identity: &str) -> Result<u64, StorageError> {
    const WHAT: &str = "register its writer";
    let last: Option<(String, u64)> = connection
        .query_row("SELECT identity, epoch FROM writer WHERE id = 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
        .during(WHAT)?;
    let epoch = match last {
        Some((last, epoch)) if last == identity => return Ok(epoch),
        Some((_, epoch)) => epoch + 1,
        None => 1,
    };
    const SQL: &str = "INSERT INTO writer (id, identity, epoch) VALUES (1, ?1, ?2) \
        ON CONFLICT (id) DO UPDATE SET identity = excluded.identity, epoch = excluded.epoch";
    connection.execute(SQL, params![identity, epoch]).during(WHAT)?;
    Ok(epoch)
}

fn read_head(row: &Row<'_>) -> Result<Head, StorageError> {
    Ok(Head {
        revision: row.get(0).during(READ)?,
        epoch: row.get(1).during(READ)?,
        time: read_time(row, 2)?,
        hash: Digest::from_bytes(row.get(3).during(READ)?),
    })
}

fn read_entry(row: &Row<'_>) -> Result<StoredEntry, StorageError> {
    let Head { revision, epoch, time, hash } = read_head(row)?;
    Ok(StoredEntry { revision, epoch, time, hash, body: row.get(4).during(READ)? })
}

fn read_answer(row: &Row<'_>) -> Result<StoredAnswer, StorageError> {
    Ok(StoredAnswer {
        key: row.get(0).during(READ)?,
        fingerprint: Fingerprint::from_bytes(row.get(1).during(READ)?),
        revision: row.get(2).during(READ)?,
        time: read_time(row, 3)?,
        body: row.get(4).during(READ)?,
    })
}

fn read_time(row: &Row<'_>, column: usize) -> Result<Timestamp, StorageError> {
    let microseconds = row.get(column).during(READ)?;
    Timestamp::from_microsecond(microseconds).map_err(|_| StorageError::Corrupt { what: "a time" })
}
