//! The command line: `server [serve]`, and what stands beside it. Reads the environment, and hands it on.

pub mod backup;
pub mod forget;
pub mod password;
mod postgres;
pub mod restore;
pub mod simulate;
pub mod streams;
pub mod verify;

use crate::serve;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A command that could not do its work at all, as against one whose work came out wrong.
const COULD_NOT: u8 = 2;

/// A shop for essential goods whose figures are exact.
#[derive(Debug, Parser)]
#[command(name = "server", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Clone, PartialEq, Subcommand)]
enum Command {
    /// Open the shop (the default). Configured by environment variables, see .env.sample.
    Serve,
    /// Copy the SQLite database into a file, beside a running shop or a stopped one. For PostgreSQL it prints the
    /// command.
    Backup(backup::Options),
    /// Bring a backup back as the SQLite database of a stopped shop. For PostgreSQL it prints the commands.
    Restore(restore::Options),
    /// Tell a database that was brought back by other means, such as pg_restore, that it begins a new life. No server
    /// may run.
    NewLife(restore::NewLifeOptions),
    /// Set the owner's password and end every session; beside a running shop, or on a stopped one.
    Password(password::Options),
    /// Renew the key that signs cookies; beside a running shop, or on a stopped one.
    RenewKeys,
    /// Forget a customer: delete the e-mail address and what was said under it; beside a running shop, or on a stopped
    /// one. Orders and figures stay.
    Forget(forget::Options),
    /// Send simulated customers into a shop: they look, order, err and leave, over HTTP and as browsers do.
    Simulate(simulate::Options),
    /// Print the streams of events: topics, files and figures.
    Streams(streams::Options),
    /// Check that orders, minute figures and CSV files agree: exit 0 when they do, 1 when not, 2 when it cannot be
    /// told.
    Verify(verify::Options),
}

/// Runs what the command line asks for.
pub async fn run() -> ExitCode {
    match Cli::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(environment()).await,
        Command::Backup(options) => backup::main(options, environment()).await,
        Command::Restore(options) => restore::main(options, environment()).await,
        Command::NewLife(options) => restore::new_life(options, environment()).await,
        Command::Password(options) => password::main(options, environment()).await,
        Command::RenewKeys => password::renew_keys(environment()).await,
        Command::Forget(options) => forget::main(options, environment()).await,
        Command::Simulate(options) => simulate::main(options).await,
        Command::Streams(options) => streams::main(&options, environment()),
        Command::Verify(options) => verify::main(options, environment()).await,
    }
}

/// Every variable; what is no UTF-8 keeps a mark of it, which `config` refuses with the variable's name.
fn environment() -> impl Iterator<Item = (String, String)> {
    let text = |part: std::ffi::OsString| part.to_string_lossy().into_owned();
    std::env::vars_os().map(move |(name, value)| (text(name), text(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_serves() {
        let command = |args: &[&str]| Cli::try_parse_from(args).map(|cli| cli.command);
        assert_eq!(command(&["server"]).unwrap(), None);
        assert_eq!(command(&["server", "serve"]).unwrap(), Some(Command::Serve));
        assert_eq!(command(&["server", "verify"]).unwrap(), Some(Command::Verify(verify::Options::default())));
        assert!(command(&["server", "sell"]).is_err());
        assert!(command(&["server", "forget"]).is_err(), "it must name somebody");
        assert!(command(&["server", "forget", "-", "--dry-run"]).is_ok());
        assert!(command(&["server", "forget", "-", "--dry-run", "--compact"]).is_err(), "one of them writes");
    }
}
