//! The command line: which of the binary's commands is meant, with its arguments. Does none of the work itself;
//! `main` asks it first.

pub mod simulate;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "server", version, about = "Pantry: a shop whose figures are exact")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

/// What the binary is asked to do.
#[derive(Subcommand, Debug, Clone, PartialEq)]
pub enum Command {
    /// Runs the shop; also what happens when no command is named. Configured by environment variables, see .env.sample
    Serve,
    /// Simulated customers: visits, orders, mistakes and abandoned forms over HTTP, as browsers make them
    Simulate(simulate::Options),
    /// Not available in this version
    #[command(hide = true)]
    Verify,
}

impl Command {
    /// Reads the process' arguments. Ends the process where they make no sense or ask for help, as is usual.
    #[must_use]
    pub fn from_args() -> Command {
        Cli::parse().command.unwrap_or(Command::Serve)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_serves() {
        let command = |args: &[&str]| Cli::try_parse_from(args).map(|cli| cli.command);
        assert_eq!(command(&["server"]).unwrap(), None);
        assert_eq!(command(&["server", "serve"]).unwrap(), Some(Command::Serve));
        assert!(command(&["server", "sell"]).is_err());
    }
}
