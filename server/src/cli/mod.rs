//! The command line: `server [serve]`, and what stands beside it. Reads the environment, and hands it on.

use crate::config::Config;
use crate::{serve, telemetry};
use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// A shop for essential goods whose figures are exact.
#[derive(Debug, Parser)]
#[command(name = "server", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the shop (the default). Configured by environment variables, see .env.sample.
    Serve,
}

/// Runs what the command line asks for.
pub async fn run() -> ExitCode {
    match Cli::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => match Config::from_env(environment()) {
            Ok(config) => {
                telemetry::start_logging(config.log_filter.as_deref());
                serve::serve(config).await
            }
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "pantry: {error}");
                ExitCode::FAILURE
            }
        },
    }
}

/// Every variable; what is no UTF-8 keeps a mark of it, which `config` refuses with the variable's name.
fn environment() -> impl Iterator<Item = (String, String)> {
    let text = |part: std::ffi::OsString| part.to_string_lossy().into_owned();
    std::env::vars_os().map(move |(name, value)| (text(name), text(value)))
}
