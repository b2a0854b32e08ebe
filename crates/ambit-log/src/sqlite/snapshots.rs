//! Snapshots as files beside the database: a snapshot may be as large as the database, and writing it there would
//! keep every other writer waiting. Nothing is lost with these files; a state can always be folded anew.
//!
//! One folder per organization, one file per revision. A file is, in this order: the magic, the digest of all that
//! follows it and of the organization's id, the revision (64 bits, little endian), the digest of the entry at that
//! revision, and the state.

use super::files::{WithPath, create_private_dir, remove, write_atomically};
use crate::chain::{Anchor, Digest};
use crate::storage::{Snapshot, StorageError};
use ambit_model::OrgId;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"AMBSNAP1";
const CONTENT_DOMAIN: &str = "ambit log: content of a snapshot, v1";
const FOLDER_DOMAIN: &str = "ambit log: folder of an organization, v1";
const HEADER_BYTES: usize = 8 + 32 + 8 + 32;
const EXTENSION: &str = "snapshot";

type Header = [u8; HEADER_BYTES];

/// The folder that holds all snapshots.
#[derive(Debug)]
pub(super) struct SnapshotDir {
    root: PathBuf,
}

impl SnapshotDir {
    pub(super) fn new(data_dir: &Path) -> Self {
        Self { root: data_dir.join("snapshots") }
    }

    pub(super) fn put(&self, org: &OrgId, snapshot: &Snapshot) -> Result<(), StorageError> {
        let dir = self.folder(org);
        create_private_dir(&dir)?;
        let content = content_digest(org, snapshot.at, &snapshot.bytes);
        let revision = snapshot.at.revision.to_le_bytes();
        let parts = [&MAGIC[..], content.as_bytes(), &revision, snapshot.at.hash.as_bytes(), &snapshot.bytes];
        write_atomically(&file(&dir, snapshot.at.revision), &parts)
    }

    pub(super) fn latest(&self, org: &OrgId, at_most: u64) -> Result<Option<Snapshot>, StorageError> {
        let dir = self.folder(org);
        let revisions = revisions(&dir)?;
        let candidates = revisions.iter().rev().filter(|revision| **revision <= at_most);
        for revision in candidates {
            let path = file(&dir, *revision);
            let parts = read_if_whole(&path).on("read", &path)?;
            if let Some(snapshot) = parts.and_then(|(header, bytes)| decode(org, *revision, &header, bytes)) {
                return Ok(Some(snapshot));
            }
        }
        Ok(None)
    }

    pub(super) fn prune(&self, org: &OrgId, newest: u64, keep: usize) -> Result<(), StorageError> {
        let dir = self.folder(org);
        remove_drafts(&dir)?;
        let (lost, current): (Vec<u64>, Vec<u64>) =
            revisions(&dir)?.into_iter().partition(|revision| *revision > newest);
        let surplus = &current[..current.len().saturating_sub(keep)];
        lost.iter().chain(surplus).try_for_each(|revision| remove(&file(&dir, *revision)))
    }

    /// A name that is safe in any file system, whatever the organization is called.
    fn folder(&self, org: &OrgId) -> PathBuf {
        self.root.join(Digest::of(FOLDER_DOMAIN, org.as_str().as_bytes()).to_string())
    }
}

fn file(dir: &Path, revision: u64) -> PathBuf {
    dir.join(format!("{revision:020}.{EXTENSION}"))
}

fn content_digest(org: &OrgId, at: Anchor, bytes: &[u8]) -> Digest {
    let org = org.as_str().as_bytes();
    let mut content = Vec::with_capacity(org.len() + 8 + 32 + 32);
    content.extend_from_slice(&at.revision.to_le_bytes());
    content.extend_from_slice(at.hash.as_bytes());
    content.extend_from_slice(Digest::of(CONTENT_DOMAIN, bytes).as_bytes());
    content.extend_from_slice(org);
    Digest::of(CONTENT_DOMAIN, &content)
}

/// The snapshot in a file, if it is whole and is the one that its name promises.
fn decode(org: &OrgId, revision: u64, header: &Header, bytes: Vec<u8>) -> Option<Snapshot> {
    let (magic, rest) = header.split_first_chunk::<8>()?;
    let (content, rest) = rest.split_first_chunk::<32>()?;
    let (stored_revision, hash) = rest.split_first_chunk::<8>()?;
    let at = Anchor {
        revision: u64::from_le_bytes(*stored_revision),
        hash: Digest::from_bytes(*hash.first_chunk::<32>()?),
    };
    let is_ours = magic == MAGIC && at.revision == revision;
    (is_ours && content == content_digest(org, at, &bytes).as_bytes()).then_some(Snapshot { at, bytes })
}

/// Reads header and state of a file. Another process may remove an old snapshot at any time, and a file that is
/// shorter than the header was never one.
fn read_if_whole(path: &Path) -> io::Result<Option<(Header, Vec<u8>)>> {
    let read = || -> io::Result<(Header, Vec<u8>)> {
        let mut file = File::open(path)?;
        let mut header = [0; HEADER_BYTES];
        file.read_exact(&mut header)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok((header, bytes))
    };
    match read() {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::UnexpectedEof) => Ok(None),
        parts => parts.map(Some),
    }
}

/// The revisions that there are files of, in order.
fn revisions(dir: &Path) -> Result<Vec<u64>, StorageError> {
    let mut revisions: Vec<u64> = paths(dir)?.iter().filter_map(|path| revision_of(path)).collect();
    revisions.sort_unstable();
    Ok(revisions)
}

fn revision_of(path: &Path) -> Option<u64> {
    let is_snapshot = path.extension()? == EXTENSION;
    is_snapshot.then(|| path.file_stem()?.to_str()?.parse().ok()).flatten()
}

/// Removes what a process that was killed while saving has left. At worst it is a draft that another process is
/// about to finish; that process then reports that its snapshot failed, and makes the next one.
fn remove_drafts(dir: &Path) -> Result<(), StorageError> {
    let is_draft = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == "draft");
    paths(dir)?.iter().filter(is_draft).try_for_each(|path| remove(path))
}

fn paths(dir: &Path) -> Result<Vec<PathBuf>, StorageError> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(dir).on("list", dir)?;
    entries.map(|entry| entry.map(|entry| entry.path()).on("list", dir)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::org;

    fn snapshot(revision: u64) -> Snapshot {
        let hash = Digest::of("test", &revision.to_le_bytes());
        Snapshot { at: Anchor { revision, hash }, bytes: format!("state {revision}").into_bytes() }
    }

    #[test]
    fn a_damaged_snapshot_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let snapshots = SnapshotDir::new(dir.path());
        for revision in [10, 20, 30] {
            snapshots.put(&org("acme"), &snapshot(revision)).unwrap();
        }
        let folder = snapshots.folder(&org("acme"));
        let mut bytes = std::fs::read(file(&folder, 30)).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(file(&folder, 30), bytes).unwrap();
        std::fs::write(file(&folder, 20), b"AMBSNAP1").unwrap();
        assert_eq!(snapshots.latest(&org("acme"), 99).unwrap(), Some(snapshot(10)));
    }

    #[test]
    fn a_snapshot_of_another_organization_or_revision_is_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        let snapshots = SnapshotDir::new(dir.path());
        snapshots.put(&org("acme"), &snapshot(10)).unwrap();
        snapshots.put(&org("zenith"), &snapshot(5)).unwrap();
        let (ours, theirs) = (snapshots.folder(&org("acme")), snapshots.folder(&org("zenith")));
        std::fs::copy(file(&ours, 10), file(&theirs, 10)).unwrap();
        std::fs::copy(file(&ours, 10), file(&ours, 11)).unwrap();
        assert_eq!(snapshots.latest(&org("zenith"), 99).unwrap(), Some(snapshot(5)));
        assert_eq!(snapshots.latest(&org("acme"), 99).unwrap(), Some(snapshot(10)));
    }

    #[test]
    fn drafts_of_a_killed_process_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let snapshots = SnapshotDir::new(dir.path());
        snapshots.put(&org("acme"), &snapshot(10)).unwrap();
        let draft = file(&snapshots.folder(&org("acme")), 11).with_extension("1.draft");
        std::fs::write(&draft, b"half").unwrap();
        snapshots.prune(&org("acme"), 10, 1).unwrap();
        assert!(!draft.exists());
    }
}
