//! `server restore` and `server new-life`: bring a backup back, and begin the new life that every database needs which
//! was brought back.

use super::backup::in_words;
use super::{COULD_NOT, postgres};
use crate::config::{DataConfig, Database};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use store::{Clock, NewLife, begin_new_life, restore};

/// What is brought back, and whether over what is there.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct Options {
    /// The backup.
    file: PathBuf,
    /// Replace the database that is there, and keep it as pantry.db.before-restore-TIME.
    #[arg(long)]
    force: bool,
}

/// How a new life begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct NewLifeOptions {
    /// Do not ask PostgreSQL whether servers are connected.
    #[arg(long)]
    force: bool,
}

/// Exit 0: the backup is the database now; 2: nothing was changed.
pub(super) async fn main(options: Options, vars: impl Iterator<Item = (String, String)>) -> ExitCode {
    let restored = async {
        let data = DataConfig::from_env(vars).map_err(|error| error.to_string())?;
        if let Database::Postgres(url) = &data.database {
            return Err(postgres::restore_commands(url.reveal(), &options.file));
        }
        let restored = restore(&data.database.url(), &options.file, options.force, &Clock::default()).await;
        let restored = restored.map_err(|error| format!("cannot restore: {error}"))?;
        let mut said = format!(
            "Restored {} from {}: {}",
            restored.path.display(),
            options.file.display(),
            in_words(&restored.contents)
        );
        if let Some(kept) = &restored.kept {
            said.push_str(&format!("The database before it is {}.\n", kept.display()));
        }
        said.push_str(&life_in_words(&restored.life));
        Ok(said)
    };
    finish(restored.await)
}

/// Exit 0: the new life has begun; 2: nothing was changed.
pub(super) async fn new_life(options: NewLifeOptions, vars: impl Iterator<Item = (String, String)>) -> ExitCode {
    let begun = async {
        let data = DataConfig::from_env(vars).map_err(|error| error.to_string())?;
        let life = begin_new_life(&data.database.url(), options.force).await;
        life.map(|life| life_in_words(&life)).map_err(|error| format!("cannot begin a new life: {error}"))
    };
    finish(begun.await)
}

fn finish(result: Result<String, String>) -> ExitCode {
    match result {
        Ok(said) => {
            let _ = std::io::stdout().write_all(said.as_bytes());
            ExitCode::SUCCESS
        }
        Err(problem) => {
            let _ = writeln!(std::io::stderr(), "pantry: {problem}");
            ExitCode::from(COULD_NOT)
        }
    }
}

fn life_in_words(life: &NewLife) -> String {
    format!(
        "A new life has begun. Source of events: {}, formerly {}. Events published again: {}. Sessions of the owner that \
         have ended: {}.\nStart the server; it renders the CSV files anew.\n",
        life.source, life.former_source, life.waiting_events, life.ended_sessions
    )
}
