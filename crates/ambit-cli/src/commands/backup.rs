//! `ambit backup` and `ambit restore`.

use crate::args::{BackupArgs, Cli};
use crate::{open, output, status};
use ambit_log::SqliteStorage;
use anyhow::{Context, bail};

/// Copies the data while it is in use.
pub fn backup(cli: &Cli, args: &BackupArgs) -> anyhow::Result<u8> {
    if !SqliteStorage::exists(&cli.data) {
        bail!("there is no data in `{}`", cli.data.display());
    }
    if args.file.exists() {
        bail!("`{}` exists already", args.file.display());
    }
    let storage = SqliteStorage::open(&cli.data)?;
    storage.backup(&args.file).with_context(|| format!("cannot write `{}`", args.file.display()))?;
    output::line(format!("backup written to {}", args.file.display()))?;
    Ok(status::OK)
}

/// Brings a backup back, and verifies every chain of it.
pub fn restore(cli: &Cli, args: &BackupArgs) -> anyhow::Result<u8> {
    SqliteStorage::restore(&args.file, &cli.data)
        .with_context(|| format!("cannot restore `{}`", args.file.display()))?;
    let ledger = open::ledger(&cli.data, false)?;
    for org in ledger.organizations() {
        let head = ledger.verify(&org, &[])?;
        output::line(format!("{org}: {} entries, chain intact", head.revision))?;
    }
    Ok(status::OK)
}
