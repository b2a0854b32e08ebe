//! Connections to the SQLite file: one that writes, a few that read and never wait for it.

use super::During;
use crate::lock;
use crate::storage::StorageError;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

/// How long a statement waits while another process writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// How many idle readers are kept open.
const IDLE_MAX: usize = 4;
const OPEN: &str = "be opened";

/// Opens the connection that writes: durable at every commit.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).during(OPEN)?;
    connection.busy_timeout(BUSY_TIMEOUT).during(OPEN)?;
    for (pragma, value) in [
        ("journal_mode", "wal"),
        ("synchronous", "full"),
        ("fullfsync", "on"),
        ("checkpoint_fullfsync", "on"),
        ("foreign_keys", "on"),
        ("trusted_schema", "off"),
    ] {
        connection.pragma_update(None, pragma, value).during(OPEN)?;
    }
    Ok(connection)
}

/// Opens a connection that cannot write.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).during(OPEN)?;
    connection.busy_timeout(BUSY_TIMEOUT).during(OPEN)?;
    connection.pragma_update(None, "trusted_schema", "off").during(OPEN)?;
    Ok(connection)
}

/// Readers that are not in use at the moment. Whoever finds none opens one more.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::new(Vec::new()) }
    }

    /// Lends a reader for the time of one question.
    pub(super) fn with<T>(
        &self,
        ask: impl FnOnce(&Connection) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let connection = self.take()?;
        let answer = ask(&connection);
        self.give_back(connection);
        answer
    }

    fn take(&self) -> Result<Connection, StorageError> {
        let idle = lock(&self.idle).pop();
        idle.map_or_else(|| open_reader(&self.path), Ok)
    }

    fn give_back(&self, connection: Connection) {
        let mut idle = lock(&self.idle);
        if idle.len() < IDLE_MAX {
            idle.push(connection);
        }
    }
}
