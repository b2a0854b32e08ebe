//! The command line of Ambit. Talk goes to standard error, answers to standard output; exit status 0 is success or
//! allow, 1 deny or refused, 3 needs approval, 2 wrong usage or failure (design section 9).

mod args;
mod commands;
mod open;
mod output;

use ambit_catalog::Report;
use args::{Cli, Command};
use clap::Parser;
use std::io::IsTerminal;
use std::process::ExitCode;

/// The exit statuses that have a meaning of their own.
pub mod status {
    /// Done, or allowed.
    pub const OK: u8 = 0;
    /// Denied, or refused by a rule.
    pub const DENIED: u8 = 1;
    /// Wrong usage, or something failed.
    pub const FAILED: u8 = 2;
    /// Somebody has to approve.
    pub const NEEDS_APPROVAL: u8 = 3;
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(status) => ExitCode::from(status),
        Err(error) if is_broken_pipe(&error) => ExitCode::from(status::OK),
        Err(error) => {
            tell(&error);
            ExitCode::from(status::FAILED)
        }
    }
}

fn run(cli: &Cli) -> anyhow::Result<u8> {
    match &cli.command {
        Command::Serve(args) => commands::serve::run(cli, args),
        Command::Check(args) => commands::check::run(cli, args, false),
        Command::Explain(args) => commands::check::run(cli, args, true),
        Command::Review(args) => commands::review::run(cli, args),
        Command::Search(args) => commands::search::run(cli, args),
        Command::Matrix(args) => commands::matrix::run(cli, args),
        Command::Catalog(args) => commands::catalog::run(cli, args),
        Command::Apply(args) => commands::apply::run(cli, args),
        Command::Plan(args) => commands::apply::plan(cli, args),
        Command::Import(args) => commands::apply::import(cli, args),
        Command::Export(args) => commands::export::run(cli, args),
        Command::Log(args) => commands::log::run(cli, args),
        Command::Key(args) => commands::key::run(cli, args),
        Command::User(args) => commands::user::run(cli, args),
        Command::Backup(args) => commands::backup::backup(cli, args),
        Command::Restore(args) => commands::backup::restore(cli, args),
        Command::Openapi => commands::openapi::run(),
        Command::Completions(args) => commands::completions::run(args),
    }
}

/// A report about a file speaks for itself; everything else is an error with what caused it.
fn tell(error: &anyhow::Error) {
    let boxed = error.downcast_ref::<Box<Report>>().map(AsRef::as_ref);
    match boxed.or_else(|| error.downcast_ref::<Report>()) {
        Some(report) => eprintln!("{}", report.render(std::io::stderr().is_terminal())),
        None => eprintln!("error: {error:#}"),
    }
}

/// A reader that has seen enough (`ambit … | head`) is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let pipe = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
    };
    error.chain().any(pipe)
}
