//! `server streams`: the shop's streams of events, as they are declared. Opens no database.

use super::COULD_NOT;
use crate::config::DataConfig;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;
use streams::Streams;

/// What can be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Options {
    /// Print the data dictionary: every field and every column, as Markdown.
    #[arg(long)]
    markdown: bool,
}

/// Exit 0: they are printed; 2: a declaration is wrong.
pub(super) fn main(options: &Options, vars: impl Iterator<Item = (String, String)>) -> ExitCode {
    let streams = match DataConfig::from_env(vars).and_then(|data| data.streams()) {
        Ok(streams) => streams,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "pantry: {error}");
            return ExitCode::from(COULD_NOT);
        }
    };
    let text = if options.markdown { streams.markdown() } else { in_words(&streams) };
    // A reader that left early, as `head` does, heard what it wanted.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn in_words(streams: &Streams) -> String {
    let mut text = format!("{:<20} {:<20} {}\n", "topic", "file", "measures");
    for topic in streams.all() {
        let stream = topic.stream();
        let measures: Vec<_> = stream.measures.iter().map(|measure| &*measure.name).collect();
        let _ = writeln!(text, "{:<20} {:<20} {}", stream.topic, stream.file, measures.join(", "));
    }
    text
}
