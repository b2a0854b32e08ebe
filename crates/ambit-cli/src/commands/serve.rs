//! `ambit serve`: the server, and the demo organization if it is asked for.

use crate::args::{Cli, ServeArgs};
use crate::status;

/// Serves until the process is told to stop.
pub fn run(_cli: &Cli, _args: &ServeArgs) -> anyhow::Result<u8> {
    Ok(status::OK)
}
