//! How a minute looks as a row of its stream's file. Pure; the columns are a contract with everyone who reads the
//! files.

use std::fmt::Write as _;
use streams::{MinuteTotals, Topic};

/// The first line, with its line end.
#[must_use]
pub fn header(topic: Topic) -> String {
    let mut line = "datetime".to_owned();
    for column in topic.stream().columns() {
        line.push(',');
        line.push_str(&column.name);
    }
    line.push('\n');
    line
}

/// A minute's line, with its line end.
#[must_use]
pub fn row(topic: Topic, minute: &MinuteTotals) -> String {
    let mut line = minute.minute.to_string();
    let measures = topic.stream().measures.iter().enumerate();
    for (place, measure) in measures.filter(|(_, measure)| measure.is_in_file) {
        let _ = write!(line, ",{}", measure.cell(minute.totals.of(place)));
    }
    line.push('\n');
    line
}
