//! `server verify`: reads orders, figures and files, and says whether they agree. Beside a running shop or on a stopped
//! one; changes nothing.

use super::COULD_NOT;
use crate::config::DataConfig;
use domain::{Comparison, Difference, Verification};
use pipeline::verification::verify;
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use store::{Audit, Clock};

/// What can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Options {
    /// Print JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// Exit 0: everything agrees; 1: something differs; 2: it could not be checked.
pub(super) async fn main(options: Options, vars: impl Iterator<Item = (String, String)>) -> ExitCode {
    let complain = |error: &dyn std::fmt::Display| {
        let _ = writeln!(std::io::stderr(), "pantry: cannot verify: {error}");
        ExitCode::from(COULD_NOT)
    };
    let data = match DataConfig::from_env(vars) {
        Ok(data) => data,
        Err(error) => return complain(&error),
    };
    let streams = match data.streams() {
        Ok(streams) => streams,
        Err(error) => return complain(&error),
    };
    let url = data.database.url();
    match verify(|| Audit::open(&url, streams.clone(), Clock::default()), &data.dir).await {
        Ok(found) => {
            let text = if options.json { in_json(&found) } else { in_words(&found) };
            // A reader that left early, as `head` does, heard what it wanted.
            let _ = std::io::stdout().write_all(text.as_bytes());
            if found.agrees() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => complain(&error),
    }
}

fn in_words(found: &Verification) -> String {
    let mut text = format!("{:<30} {:>9} {:>9}\n", "", "minutes", "differ");
    for Comparison { compared, minutes, differing_minutes } in &found.comparisons {
        let _ = writeln!(text, "{:<30} {minutes:>9} {differing_minutes:>9}", compared.label());
    }
    let _ = writeln!(text, "\n{} orders, {} of them waiting in the outbox.", found.orders, found.waiting_orders);
    if found.agrees() {
        text.push_str("Everything agrees.\n");
        return text;
    }
    text.push_str("They do NOT agree. The first differences:\n");
    for Difference { compared, minute, column, expected, found } in &found.differences {
        let _ = writeln!(text, "  {minute}  {}  {column}: expected {expected}, found {found}", compared.label());
    }
    text
}

fn in_json(found: &Verification) -> String {
    let differences: Vec<_> = found
        .differences
        .iter()
        .map(|difference| {
            json!({
                "compared": difference.compared,
                "minute": difference.minute.to_string(),
                "column": difference.column,
                "expected": difference.expected,
                "found": difference.found,
            })
        })
        .collect();
    let all = json!({
        "agrees": found.agrees(),
        "checked_at": found.checked_at.to_string(),
        "orders": found.orders,
        "waiting_orders": found.waiting_orders,
        "comparisons": found.comparisons,
        "differing_minutes": found.differing_minutes(),
        "differences": differences,
    });
    format!("{all:#}\n")
}
