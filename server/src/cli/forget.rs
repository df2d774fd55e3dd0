//! `server forget EMAIL`: forgets one customer, beside running servers. Prints how much was deleted, never what, nor
//! the address: the output may be kept.

use super::COULD_NOT;
use crate::config::DataConfig;
use domain::{Email, Problem};
use std::io::{self, BufRead as _, Read as _, Write as _};
use std::process::ExitCode;
use store::{Clock, Erased, ErasureDesk};

/// No more is read from standard input, in bytes.
const INPUT_BYTES_MAX: u64 = 4_096;

/// Whom to forget.
#[derive(Clone, Debug, PartialEq, Eq, clap::Args)]
pub struct Options {
    /// The customer's e-mail address, in any case; - reads it from standard input, so that it stays out of the shell's
    /// history.
    email: String,
    /// Print what would be deleted, and delete nothing.
    #[arg(long)]
    dry_run: bool,
    /// SQLite: rewrite the database file afterwards, so that nothing stays in its free space either. Orders wait
    /// meanwhile.
    #[arg(long, conflicts_with = "dry_run")]
    compact: bool,
}

/// What was done.
struct Done {
    erased: Erased,
    is_log_clean: bool,
}

/// Exit 0: the customer is forgotten, or was not known; 2: it could not be done, or not all of it.
pub(super) async fn main(options: Options, vars: impl Iterator<Item = (String, String)>) -> ExitCode {
    match run(&options, vars).await {
        Ok(done) => {
            let _ = io::stdout().write_all(counts(&done.erased).as_bytes());
            let _ = writeln!(io::stderr(), "{}", in_words(&done, options.dry_run));
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "pantry: cannot forget: {error}");
            ExitCode::from(COULD_NOT)
        }
    }
}

async fn run(options: &Options, vars: impl Iterator<Item = (String, String)>) -> Result<Done, String> {
    let typed = if options.email == "-" { first_line()? } else { options.email.clone() };
    let email = Email::parse(&typed).map_err(|problem| match problem {
        Problem::EmailMissing => "EMAIL: no address was given".to_owned(),
        problem => format!("EMAIL: {problem}"),
    })?;
    let data = DataConfig::from_env(vars).map_err(|error| error.to_string())?;
    let words = |error: store::StoreError| error.to_string();
    let mut desk = ErasureDesk::open(&data.database.url(), Clock::default()).await.map_err(words)?;
    let done = if options.dry_run {
        Done { erased: desk.find(&email).await.map_err(words)?, is_log_clean: true }
    } else {
        let erased = desk.forget(&email).await.map_err(|error| {
            format!("{error}; what was deleted until then stays deleted, so run the command again for the rest")
        })?;
        if options.compact {
            desk.compact().await.map_err(|error| {
                format!("{error}; the customer is forgotten, but the file was not compacted, so run the command again")
            })?;
        }
        // Also where nothing was found: an earlier run may have left it.
        Done { erased, is_log_clean: desk.clean_log().await.map_err(words)? }
    };
    desk.close().await;
    Ok(done)
}

fn first_line() -> Result<String, String> {
    let mut line = String::new();
    let read = io::BufReader::new(io::stdin().take(INPUT_BYTES_MAX)).read_line(&mut line);
    read.map_err(|error| format!("EMAIL: standard input: {error}"))?;
    Ok(line)
}

fn counts(erased: &Erased) -> String {
    let Erased { orders, comments, events, letters, subscriptions, mails, latest } = erased;
    format!(
        "orders: {orders}\nfeedback comments: {comments}\nwaiting comments: {events}\ndead letters: {letters}\n\
         subscriptions: {subscriptions}\nwaiting mails: {mails}\nlast records: {latest}\n"
    )
}

fn in_words(done: &Done, is_dry_run: bool) -> String {
    let words = match (done.erased.is_nothing(), is_dry_run) {
        (true, _) => "Nothing in the database holds this address.",
        (false, true) => "This would be deleted. Nothing was changed.",
        (false, false) => "The customer is forgotten. Orders and figures stay.",
    };
    let log = if done.is_log_clean {
        ""
    } else {
        " Deleted bytes may still be in the file pantry.db-wal, because the shop was reading all the time: run the command \
         again."
    };
    let elsewhere = if is_dry_run { "" } else { " Backups and Kafka keep what they have: see docs/CUSTOMERS-DATA.md." };
    format!("{words}{log}{elsewhere}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_was_done() {
        let some = Erased { orders: 2, letters: 1, ..Erased::default() };
        let expected = "orders: 2\nfeedback comments: 0\nwaiting comments: 0\ndead letters: 1\n\
             subscriptions: 0\nwaiting mails: 0\nlast records: 0\n";
        assert_eq!(counts(&some), expected);
        let words = |erased, is_log_clean, is_dry_run| in_words(&Done { erased, is_log_clean }, is_dry_run);
        for (erased, is_log_clean, is_dry_run, said) in [
            (some, true, false, "The customer is forgotten. Orders and figures stay. Backups"),
            (some, true, true, "This would be deleted. Nothing was changed."),
            (some, false, false, "run the command again. Backups"),
            (Erased::default(), true, true, "Nothing in the database holds this address."),
        ] {
            assert!(words(erased, is_log_clean, is_dry_run).contains(said), "{said}");
        }
    }
}
