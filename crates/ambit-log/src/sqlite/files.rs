//! The files of a data directory: only their owner may read them, their creation is durable, and one of them says
//! which copy of the data this is.

use crate::storage::StorageError;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Adds to an I/O error what was being done to which file.
pub(super) trait WithPath<T> {
    /// Makes it an error of the storage.
    fn on(self, what: &'static str, path: &Path) -> Result<T, StorageError>;
}

impl<T> WithPath<T> for io::Result<T> {
    fn on(self, what: &'static str, path: &Path) -> Result<T, StorageError> {
        self.map_err(|source| StorageError::File { what, path: path.to_owned(), source })
    }
}

/// Makes a directory that only its owner may enter, unless it is there.
pub(super) fn create_private_dir(dir: &Path) -> Result<(), StorageError> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).on("create", dir)?;
    dir.parent().map_or(Ok(()), sync_dir)
}

fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Opens a file that only its owner may read, and creates it if it is not there.
pub(super) fn open_private(path: &Path) -> Result<File, StorageError> {
    let existed = path.exists();
    let file = private_options().create(true).truncate(false).open(path).on("open", path)?;
    if !existed {
        path.parent().map_or(Ok(()), sync_dir)?;
    }
    Ok(file)
}

/// Creates a file that must not be there yet, and that only its owner may read.
pub(super) fn create_new_private(path: &Path) -> Result<File, StorageError> {
    private_options().create_new(true).open(path).on("create", path)
}

/// Writes a file so that after a crash either all of it is there, or what was there before.
pub(super) fn write_atomically(path: &Path, parts: &[&[u8]]) -> Result<(), StorageError> {
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let mut file = private_options().create(true).truncate(true).open(&draft).on("create", &draft)?;
    for part in parts {
        file.write_all(part).on("write", &draft)?;
    }
    file.sync_all().on("write", &draft)?;
    std::fs::rename(&draft, path).on("put in place", path)?;
    path.parent().map_or(Ok(()), sync_dir)
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> Result<(), StorageError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).on("remove", path),
        _ => Ok(()),
    }
}

/// Makes the creation or removal of files in a directory durable.
pub(super) fn sync_dir(dir: &Path) -> Result<(), StorageError> {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    if cfg!(unix) { File::open(dir).and_then(|file| file.sync_all()).on("write", dir) } else { Ok(()) }
}

/// Holds off other processes that prepare the same directory, until it is dropped.
pub(super) fn lock_dir(dir: &Path) -> Result<File, StorageError> {
    let path = dir.join("lock");
    let file = open_private(&path)?;
    file.lock().on("lock", &path)?;
    Ok(file)
}

fn identity_path(dir: &Path) -> PathBuf {
    dir.join("identity")
}

/// The random name of this copy of the data, made up when first asked for. It stands beside the database and not in
/// it, so that a restored or copied database meets another name than the one it was last written under.
pub(super) fn identity(dir: &Path) -> Result<String, StorageError> {
    let path = identity_path(dir);
    match std::fs::read_to_string(&path) {
        Ok(identity) => Ok(identity),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let identity = random_name().on("make up the content of", &path)?;
            write_atomically(&path, &[identity.as_bytes()])?;
            Ok(identity)
        }
        Err(error) => Err(error).on("read", &path),
    }
}

/// Makes this a new copy of the data: the next writer raises the epoch.
pub(super) fn forget_identity(dir: &Path) -> Result<(), StorageError> {
    remove(&identity_path(dir))?;
    sync_dir(dir)
}

fn random_name() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Which file a path leads to: tells when another one has taken its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// The file that is at the path now.
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = std::fs::metadata(path)?;
        Ok(Self { device: metadata.dev(), inode: metadata.ino() })
    }

    /// Where files in use cannot be replaced, all are the same.
    #[cfg(not(unix))]
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        std::fs::metadata(path).map(|_| Self { device: 0, inode: 0 })
    }
}
