//! `ambit backup` and `ambit restore`.

use crate::args::{BackupArgs, Cli};
use crate::{open, output, status};
use ambit_identity::Vault;
use ambit_log::SqliteStorage;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};

/// Copies the data while it is in use.
pub fn backup(cli: &Cli, args: &BackupArgs) -> anyhow::Result<u8> {
    if !SqliteStorage::exists(&cli.data) {
        bail!("there is no data in `{}`", cli.data.display());
    }
    for file in [args.file.clone(), identity_file(&args.file)] {
        if file.exists() {
            bail!("`{}` exists already", file.display());
        }
    }
    let storage = SqliteStorage::open(&cli.data)?;
    storage.backup(&args.file).with_context(|| format!("cannot write `{}`", args.file.display()))?;
    output::line(format!("backup written to {}", args.file.display()))?;
    if Vault::exists(&cli.data) {
        let identity = identity_file(&args.file);
        Vault::open(&cli.data)?.backup(&identity)?;
        output::line(format!("passwords and links written to {}", identity.display()))?;
    }
    Ok(status::OK)
}

/// Brings a backup back, and verifies every chain of it.
pub fn restore(cli: &Cli, args: &BackupArgs) -> anyhow::Result<u8> {
    SqliteStorage::restore(&args.file, &cli.data)
        .with_context(|| format!("cannot restore `{}`", args.file.display()))?;
    let identity = identity_file(&args.file);
    if identity.exists() {
        Vault::restore(&identity, &cli.data)?;
        output::line("passwords and links restored; nobody is signed in")?;
    } else {
        Vault::remove(&cli.data)?;
    }
    let ledger = open::ledger(&cli.data, false)?;
    for org in ledger.organizations() {
        let head = ledger.verify(&org, &[])?;
        output::line(format!("{org}: {} entries, chain intact", head.revision))?;
    }
    Ok(status::OK)
}

/// Beside the copy of the log lies the copy of what people sign in with, which not everybody who keeps logs should have.
fn identity_file(backup: &Path) -> PathBuf {
    backup.with_extension("identity.db")
}
