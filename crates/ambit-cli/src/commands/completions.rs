//! `ambit completions`: scripts for shells.

use crate::args::{Cli, CompletionsArgs};
use crate::status;
use clap::CommandFactory;

/// Prints the script.
pub fn run(args: &CompletionsArgs) -> anyhow::Result<u8> {
    clap_complete::generate(args.shell, &mut Cli::command(), "ambit", &mut std::io::stdout());
    Ok(status::OK)
}
