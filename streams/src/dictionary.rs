//! The data dictionary: what files and topics hold, as Markdown.

use crate::declaration::{Field, Kind, Measure, Stream};
use crate::set::Streams;
use std::fmt::Write;

const HEAD: &str = "# Streams

What Pantry counts: every topic with its fields, every file with its columns. Printed by `server streams --markdown`, from
the declarations in `streams/`.

Values of records are JSON in UTF-8. Every record of Pantry's has the headers `source` and `event_id`, and these fields:

| field | meaning |
|---|---|
| `event_id` | the event's number in its shop, never used twice |
| `source` | which shop's database issued it, a uuid |
| `event_time` | when, `2026-11-22T12:00:00.123456Z` |

A record without `source` comes from another producer. It counts at its `event_time`, else at Kafka's own timestamp.

";

impl Streams {
    /// A section for each stream: its topic, its file and its ratios. What all have in common comes first.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = HEAD.to_owned();
        for topic in self.all() {
            section(&mut text, topic.stream());
        }
        text
    }
}

fn section(text: &mut String, stream: &Stream) {
    let key = stream.key.and_then(|key| stream.fields.get(key));
    let key = key.map_or_else(|| "no key".to_owned(), |field| format!("key `{}`", field.name));
    let Stream { topic, title, about, file, .. } = stream;
    let _ = write!(text, "## {title}\n{about}\n\n");
    let _ = write!(text, "Topic `{topic}`, {key}. What cannot be read goes to `{}`.\n\n", stream.dead_letter_topic);
    text.push_str("| field | type | meaning |\n|---|---|---|\n");
    for field in stream.fields.iter().filter(|field| !field.is_private) {
        let _ = writeln!(text, "| `{}` | {} | {} |", field.name, type_of(field), escaped(&field.about));
    }
    text.push_str("| `event_id`, `source`, `event_time` | | as in every record |\n\n");
    if let Some(most) = stream.bare_number_max {
        let _ = write!(text, "A record may also be a bare number, up to {most}: it stands for so many events.\n\n");
    }
    let _ = write!(text, "File `{file}`\n\n| column | type | meaning |\n|---|---|---|\n");
    text.push_str("| `datetime` | | the minute's start, `YYYY-MM-DD HH:MM:SS` in UTC |\n");
    for measure in stream.columns() {
        let _ = writeln!(text, "| `{}` | {} | {} |", measure.name, number_of(measure), escaped(&measure.about));
    }
    text.push('\n');
    for ratio in &stream.ratios {
        let name = |place: usize| stream.measures.get(place).map_or("", |measure| measure.name.as_str());
        let (of, per) = (name(ratio.of), name(ratio.per));
        let _ = writeln!(text, "`{}` is `{of}` / `{per}`: {}.\n", ratio.name, ratio.about);
    }
}

fn type_of(field: &Field) -> String {
    let nothing = if field.is_optional { ", or `null`" } else { "" };
    match field.kind {
        Kind::Boolean => format!("`true` or `false`{nothing}"),
        _ => {
            let expected = field.expected();
            format!("{}{nothing}", expected.strip_prefix("a ").unwrap_or(&expected))
        }
    }
}

fn number_of(measure: &Measure) -> String {
    let number = match measure.digits {
        0 => "whole number".to_owned(),
        digits => format!("decimal, {digits} digits"),
    };
    match &measure.unit {
        Some(unit) => format!("{number}, {}", escaped(unit)),
        None => number,
    }
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
