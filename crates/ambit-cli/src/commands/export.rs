//! `ambit export`: an organization as a file.

use crate::args::{Cli, ExportArgs};
use crate::{open, output, status};
use ambit_catalog::organization::to_yaml;
use ambit_governance::export::organization;

/// Prints the file.
pub fn run(cli: &Cli, args: &ExportArgs) -> anyhow::Result<u8> {
    let ledger = open::ledger(&cli.data, false)?;
    let org = open::organization(&ledger, args.org.as_deref())?;
    let view = open::view_at(&ledger, &org, args.as_of)?;
    let file = organization(&view);
    if args.json {
        output::json(&file)?;
    } else {
        output::text(&to_yaml(&file)?)?;
    }
    Ok(status::OK)
}
