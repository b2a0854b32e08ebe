//! The schema of the SQLite file and how it came to be: numbered steps, forwards only, each one statement in a
//! transaction of its own, so that a step is either done and counted or not there at all.
//!
//! The SQL stays within what PostgreSQL, CockroachDB and YugabyteDB understand too, but for the names of types.

use super::During;
use crate::storage::StorageError;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

const STEPS: &[&str] = &[
    include_str!("../../migrations/sqlite/0001_writer.sql"),
    include_str!("../../migrations/sqlite/0002_head.sql"),
    include_str!("../../migrations/sqlite/0003_entry.sql"),
    include_str!("../../migrations/sqlite/0004_entry_by_time.sql"),
    include_str!("../../migrations/sqlite/0005_answer.sql"),
    include_str!("../../migrations/sqlite/0006_answer_by_time.sql"),
];

/// Brings a database up to the newest schema that this version knows.
///
/// # Errors
/// If the database is of a newer version, or fails.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StorageError> {
    const WHAT: &str = "prepare its tables";
    connection
        .execute_batch("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
        .during(WHAT)?;
    let done = check_version(connection)?;
    for (step, statement) in STEPS.iter().enumerate().skip(done) {
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).during(WHAT)?;
        transaction.execute_batch(statement).during(WHAT)?;
        transaction.execute("DELETE FROM schema_version", []).during(WHAT)?;
        transaction.execute("INSERT INTO schema_version (version) VALUES (?1)", [step + 1]).during(WHAT)?;
        transaction.commit().during(WHAT)?;
    }
    Ok(())
}

/// How many steps a database has behind it.
///
/// # Errors
/// If they are more than this version knows, or if it has no version at all.
pub(super) fn check_version(connection: &Connection) -> Result<usize, StorageError> {
    let found: Option<u64> = connection
        .query_row("SELECT version FROM schema_version", [], |row| row.get(0))
        .optional()
        .during("tell its schema version")?;
    let found = found.unwrap_or(0);
    let known = STEPS.len() as u64;
    if found > known {
        return Err(StorageError::Newer { found, known });
    }
    Ok(found as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> usize {
        check_version(connection).unwrap()
    }

    #[test]
    fn migrating_twice_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
        assert_eq!(version(&connection), STEPS.len());
    }

    #[test]
    fn migration_goes_on_where_it_was_interrupted() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection.execute_batch("DROP INDEX answer_by_time; UPDATE schema_version SET version = 5").unwrap();
        migrate(&mut connection).unwrap();
        assert_eq!(version(&connection), STEPS.len());
    }

    #[test]
    fn a_database_of_a_newer_version_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        connection.execute_batch("UPDATE schema_version SET version = 999").unwrap();
        assert!(matches!(migrate(&mut connection), Err(StorageError::Newer { found: 999, .. })));
    }
}
