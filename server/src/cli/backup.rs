//! `server backup`: copies the SQLite database while the shop sells, and says what the copy holds. PostgreSQL has a
//! tool of its own, whose command it prints.

use super::{COULD_NOT, postgres};
use crate::config::{DataConfig, Database};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use store::{Contents, back_up};

/// Where to, and whether over what is there.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct Options {
    /// The file to write; its folder must be there.
    file: PathBuf,
    /// Replace FILE if it is there.
    #[arg(long)]
    force: bool,
}

/// Exit 0: FILE is a whole backup; 2: no backup was made.
pub(super) async fn main(options: Options, vars: impl Iterator<Item = (String, String)>) -> ExitCode {
    let made = async {
        let data = DataConfig::from_env(vars).map_err(|error| error.to_string())?;
        if let Database::Postgres(url) = &data.database {
            return Err(postgres::backup_command(url.reveal(), &options.file));
        }
        let made = back_up(&data.database.url(), &options.file, options.force).await;
        made.map_err(|error| format!("cannot make the backup: {error}"))
    };
    match made.await {
        Ok(backup) => {
            let said = format!("Wrote {}: {}", backup.path.display(), in_words(&backup.contents));
            let _ = std::io::stdout().write_all(said.as_bytes());
            ExitCode::SUCCESS
        }
        Err(problem) => {
            let _ = writeln!(std::io::stderr(), "pantry: {problem}");
            ExitCode::from(COULD_NOT)
        }
    }
}

/// What a database holds, in two lines.
pub(super) fn in_words(contents: &Contents) -> String {
    let Contents { bytes, orders, newest_order, waiting_events, closed_until } = contents;
    let newest = newest_order.map_or_else(String::new, |newest| format!(", the newest of {newest}"));
    format!(
        "{bytes} bytes.\nOrders: {orders}{newest}. Events that wait to be counted: {waiting_events}. \
         Figures are complete up to {closed_until} UTC.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Minute, Timestamp};

    #[test]
    fn a_backup_is_told_in_two_lines() {
        let contents = Contents {
            bytes: 4096,
            orders: 2,
            newest_order: Some(Timestamp::from_micros(0)),
            waiting_events: 1,
            closed_until: Minute::from_number(1),
        };
        assert_eq!(
            in_words(&contents),
            "4096 bytes.\nOrders: 2, the newest of 1970-01-01T00:00:00.000000Z. Events that wait to be counted: 1. \
             Figures are complete up to 1970-01-01 00:01:00 UTC.\n"
        );
        let empty = Contents { orders: 0, newest_order: None, ..contents };
        assert!(in_words(&empty).contains("Orders: 0. Events"));
    }
}
