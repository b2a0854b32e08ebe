//! The storage in one SQLite file, `ambit.db`, in a data directory that only its owner may read.
//!
//! Several processes may use one directory at the same time, such as `ambit apply` beside `ambit serve`: SQLite lets
//! one of them write at a time, and [`Append::expected`] makes the other one notice. Beside the database lie
//! `identity` (which copy of the data this is), `lock` (held while the directory is prepared) and `snapshots/`.
//!
//! **Epoch.** The database remembers under which identity it was last written; the identity itself is in a file
//! beside it. A backup holds the database only. So a database that was restored or copied elsewhere meets another
//! identity than it remembers, and the first writer raises the epoch. [`SqliteStorage::restore`] does so even when it
//! restores in place; whoever copies files over a data directory by hand removes `identity`.

mod files;
mod pool;
mod rows;
mod schema;
mod snapshots;

use crate::lock;
use crate::storage::{Append, Appended, Head, Snapshot, Storage, StorageError, StoredAnswer, StoredEntry};
use ambit_model::OrgId;
use files::{FileId, WithPath};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use snapshots::SnapshotDir;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Says what was being done when the database failed.
trait During<T> {
    fn during(self, what: &'static str) -> Result<T, StorageError>;
}

impl<T> During<T> for rusqlite::Result<T> {
    fn during(self, what: &'static str) -> Result<T, StorageError> {
        self.map_err(|source| StorageError::Database { what, source: Box::new(source) })
    }
}

/// Logs in a SQLite file.
#[derive(Debug)]
pub struct SqliteStorage {
    dir: PathBuf,
    database: PathBuf,
    file: FileId,
    writer: Mutex<Connection>,
    readers: pool::Readers,
    snapshots: SnapshotDir,
}

impl SqliteStorage {
    /// Opens the storage in a data directory; makes both if they are not there.
    ///
    /// # Errors
    /// If the directory or the database cannot be used, or is of a newer version.
    pub fn open(dir: &Path) -> Result<Self, StorageError> {
        let database = database_path(dir);
        files::create_private_dir(dir)?;
        let _lock = files::lock_dir(dir)?;
        let writer = prepare(&database)?;
        Ok(Self {
            dir: dir.to_owned(),
            file: FileId::of(&database).on("find", &database)?,
            writer: Mutex::new(writer),
            readers: pool::Readers::new(database.clone()),
            snapshots: SnapshotDir::new(dir),
            database,
        })
    }

    /// Whether a directory holds a storage already.
    #[must_use]
    pub fn exists(dir: &Path) -> bool {
        database_path(dir).is_file()
    }

    /// Writes a copy of the database, as of one moment, to a file that is not there yet. Others go on reading and
    /// writing. Snapshots are left out: they are made anew.
    ///
    /// # Errors
    /// If the file is there, or cannot be written.
    pub fn backup(&self, target: &Path) -> Result<(), StorageError> {
        let file = files::create_new_private(target)?;
        let name = target.to_string_lossy();
        let copy =
            |connection: &Connection| connection.execute("VACUUM INTO ?1", [&*name]).during("be copied");
        self.readers.with(copy)?;
        file.sync_all().on("write", target)
    }

    /// Puts a backup in the place of what a data directory holds. Processes that have it open notice at their next
    /// read or write and start again from what is there now; the next writer raises the epoch.
    ///
    /// # Errors
    /// If the backup cannot be read or is of a newer version; the directory is then left as it was.
    pub fn restore(backup: &Path, dir: &Path) -> Result<(), StorageError> {
        let source = pool::open_reader(backup)?;
        schema::check_version(&source)?;
        files::create_private_dir(dir)?;
        let _lock = files::lock_dir(dir)?;
        let mut target = prepare(&database_path(dir))?;
        files::forget_identity(dir)?;
        copy_pages(&source, &mut target)?;
        schema::migrate(&mut target)
    }

    /// Runs a transaction on the connection that writes. It begins by taking the write lock, so that what it reads
    /// stays true until it ends.
    fn transact<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        const WHAT: &str = "commit";
        self.check_in_place()?;
        let mut connection = lock(&self.writer);
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).during(WHAT)?;
        let result = work(&transaction)?;
        transaction.commit().during(WHAT)?;
        Ok(result)
    }

    /// An open file lives on after its name is gone; what is written there nobody would find again.
    fn check_in_place(&self) -> Result<(), StorageError> {
        match FileId::of(&self.database) {
            Ok(file) if file == self.file => Ok(()),
            _ => Err(StorageError::Replaced { path: self.database.clone() }),
        }
    }
}

fn database_path(dir: &Path) -> PathBuf {
    dir.join("ambit.db")
}

/// Opens the database and brings its tables up to date. SQLite gives the files beside it the permissions of the
/// database, which is therefore created here.
fn prepare(database: &Path) -> Result<Connection, StorageError> {
    files::open_private(database)?;
    let mut connection = pool::open_writer(database)?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Copies all pages in one transaction of the target.
fn copy_pages(source: &Connection, target: &mut Connection) -> Result<(), StorageError> {
    const WHAT: &str = "take the content of the backup";
    let copy = rusqlite::backup::Backup::new(source, target).during(WHAT)?;
    match copy.step(-1).during(WHAT)? {
        rusqlite::backup::StepResult::Done => Ok(()),
        _ => Err(StorageError::Database { what: WHAT, source: "it is in use by another process".into() }),
    }
}

impl Storage for SqliteStorage {
    fn claim(&self) -> Result<u64, StorageError> {
        let _lock = files::lock_dir(&self.dir)?;
        let identity = files::identity(&self.dir)?;
        self.transact(|transaction| rows::claim(transaction, &identity))
    }

    fn heads(&self) -> Result<Vec<(OrgId, Head)>, StorageError> {
        self.check_in_place()?;
        self.readers.with(rows::heads)
    }

    fn head(&self, org: &OrgId) -> Result<Option<Head>, StorageError> {
        self.readers.with(|connection| rows::head(connection, org))
    }

    fn append(&self, batch: &[Append]) -> Result<Vec<Appended>, StorageError> {
        self.transact(|transaction| batch.iter().map(|append| rows::append(transaction, append)).collect())
    }

    fn read(&self, org: &OrgId, from: u64, limit: usize) -> Result<Vec<StoredEntry>, StorageError> {
        self.readers.with(|connection| rows::entries(connection, org, from, limit))
    }

    fn revision_at(&self, org: &OrgId, instant: Timestamp) -> Result<Option<u64>, StorageError> {
        self.readers.with(|connection| rows::revision_at(connection, org, instant))
    }

    fn answer(&self, org: &OrgId, key: &str) -> Result<Option<StoredAnswer>, StorageError> {
        self.readers.with(|connection| rows::answer(connection, org, key))
    }

    fn forget_answers(&self, org: &OrgId, before: Timestamp) -> Result<(), StorageError> {
        // In small steps, so that no append waits for long.
        while self.transact(|transaction| rows::forget_answers(transaction, org, before))? {}
        Ok(())
    }

    fn put_snapshot(&self, org: &OrgId, snapshot: &Snapshot) -> Result<(), StorageError> {
        self.snapshots.put(org, snapshot)
    }

    fn snapshot(&self, org: &OrgId, at_most: u64) -> Result<Option<Snapshot>, StorageError> {
        self.snapshots.latest(org, at_most)
    }

    fn prune_snapshots(&self, org: &OrgId, newest: u64, keep: usize) -> Result<(), StorageError> {
        self.snapshots.prune(org, newest, keep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite;

    fn temporary() -> (tempfile::TempDir, SqliteStorage) {
        let dir = tempfile::tempdir().unwrap();
        let storage = SqliteStorage::open(dir.path()).unwrap();
        (dir, storage)
    }

    crate::conformance!(temporary());

    #[test]
    fn every_commit_is_synced() {
        let (_dir, storage) = temporary();
        let pragma = |name: &str| -> String {
            let value = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
            format!("{:?}", lock(&storage.writer).pragma_query_value(None, name, value).unwrap())
        };
        assert_eq!(pragma("journal_mode"), r#"Text("wal")"#);
        assert_eq!(pragma("synchronous"), "Integer(2)");
        assert_eq!(pragma("foreign_keys"), "Integer(1)");
    }

    #[test]
    fn many_may_open_a_new_directory_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data");
        let open = || SqliteStorage::open(&path).and_then(|storage| storage.claim()).unwrap();
        let epochs: Vec<u64> = std::thread::scope(|scope| {
            let openers: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            openers.into_iter().map(|opener| opener.join().unwrap()).collect()
        });
        assert_eq!(epochs, [1; 8]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_data() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep").join("data");
        let storage = SqliteStorage::open(&path).unwrap();
        suite::the_latest_snapshot_at_or_below_a_revision_is_found(&storage);
        suite::appended_entries_are_read_back_as_they_were(&storage);
        storage.claim().unwrap();
        storage.backup(&dir.path().join("backup.db")).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let mut unseen = vec![path.clone()];
        let mut files = vec![dir.path().join("backup.db")];
        while let Some(dir) = unseen.pop() {
            assert_eq!(mode(&dir), 0o700, "{}", dir.display());
            let paths = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path());
            let (dirs, more): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
            unseen.extend(dirs);
            files.extend(more);
        }
        assert!(files.len() >= 7, "{files:?}");
        files.iter().for_each(|file| assert_eq!(mode(file), 0o600, "{}", file.display()));
    }

    #[test]
    fn a_backup_restored_elsewhere_or_in_place_raises_the_epoch() {
        let (dir, storage) = temporary();
        suite::appended_entries_are_read_back_as_they_were(&storage);
        assert_eq!(storage.claim().unwrap(), 1);
        let backup = dir.path().join("backup.db");
        storage.backup(&backup).unwrap();
        let entries = storage.read(&suite::org("acme"), 0, 99).unwrap();

        let elsewhere = dir.path().join("elsewhere");
        SqliteStorage::restore(&backup, &elsewhere).unwrap();
        let copy = SqliteStorage::open(&elsewhere).unwrap();
        assert_eq!(copy.read(&suite::org("acme"), 0, 99).unwrap(), entries);
        assert_eq!((copy.claim().unwrap(), copy.claim().unwrap()), (2, 2));

        SqliteStorage::restore(&backup, dir.path()).unwrap();
        assert_eq!((storage.claim().unwrap(), storage.claim().unwrap()), (2, 2));
    }

    #[test]
    fn a_backup_does_not_overwrite_and_a_bad_one_is_not_restored() {
        let (dir, storage) = temporary();
        suite::appended_entries_are_read_back_as_they_were(&storage);
        let file = dir.path().join("file");
        std::fs::write(&file, "no database, and long enough to be looked at as one".repeat(99)).unwrap();
        assert!(storage.backup(&file).is_err());
        assert!(SqliteStorage::restore(&file, dir.path()).is_err());
        assert_eq!(storage.heads().unwrap().len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_replaced_or_removed_file_is_not_written_to() {
        let (dir, storage) = temporary();
        suite::appended_entries_are_read_back_as_they_were(&storage);
        let database = dir.path().join("ambit.db");
        std::fs::rename(&database, dir.path().join("aside.db")).unwrap();
        assert!(matches!(storage.append(&[]), Err(StorageError::Replaced { .. })));
        std::fs::write(&database, "").unwrap();
        assert!(matches!(storage.append(&[]), Err(StorageError::Replaced { .. })));
        assert!(matches!(storage.heads(), Err(StorageError::Replaced { .. })));
    }
}
