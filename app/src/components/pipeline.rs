//! The way from event to figure: is the broker there, what waits, up to when are the figures complete, what was
//! not counted. All ages are told against the snapshot's own time, never the clock. Called by the dashboard page.

use crate::number::{counted, duration, grouped};
use domain::Snapshot;
use domain::snapshot::Pipeline;
use leptos::prelude::*;

/// Events that wait longer than this are worth a second look.
const OUTBOX_AGE_CALM_MICROS_MAX: i64 = 10_000_000;

/// How a line is to be read at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    /// As it should be.
    Good,
    /// Nothing to see.
    Quiet,
    /// Look at it when there is time.
    Notice,
    /// Figures wait.
    Trouble,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Tone::Good => "status is-good",
            Tone::Quiet => "status is-quiet",
            Tone::Notice => "status is-notice",
            Tone::Trouble => "status is-trouble",
        }
    }
}

/// A line of the list: how it stands, the value, and what it means where that needs saying.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    tone: Tone,
    value: String,
    meaning: String,
}

/// The state of the pipeline.
pub fn pipeline_state(snapshot: &Snapshot) -> AnyView {
    let dead_letters = view! { <a href="/admin/dead-letters">"Dead letters"</a> };
    view! {
        <details class="panel pipeline" data-part="pipeline" data-testid="pipeline">
            <summary>
                <h2>"From event to figure"</h2>
            </summary>
            <dl class="pipeline-lines">
                {line("Broker", "pipeline-broker", broker(snapshot))}
                {line("Kafka errors", "pipeline-kafka-errors", kafka_errors(snapshot))}
                {line("Complete up to", "pipeline-closed-until", closed_until(snapshot))}
                {line("Waiting to be counted", "pipeline-outbox", outbox(snapshot))}
                {line("Consumer lag", "pipeline-lag", lag(snapshot))}
                {line(dead_letters, "pipeline-dead-letters", dead_letters_line(snapshot))}
                {line("Late events", "pipeline-late-events", late_events(snapshot))}
                {line("Other shops' records", "pipeline-other-shops", other_shops(snapshot))}
                {line("Out of range", "pipeline-out-of-range", out_of_range(snapshot))}
                {line("Unknown event ids", "pipeline-anomalies", anomalies(snapshot))}
                {line("Dropped page views", "pipeline-dropped", dropped(snapshot))}
            </dl>
        </details>
    }
    .into_any()
}

fn line(name: impl IntoView, test_id: &'static str, line: Line) -> AnyView {
    view! {
        <div class=line.tone.class()>
            <dt>{name.into_any()}</dt>
            <dd>
                <span class="status-value" data-testid=test_id>
                    {line.value}
                </span>
                <span class="status-meaning">{line.meaning}</span>
            </dd>
        </div>
    }
    .into_any()
}

fn broker(snapshot: &Snapshot) -> Line {
    let pipeline = &snapshot.pipeline;
    match pipeline.unreachable_since {
        None => Line { tone: Tone::Good, value: "Reachable".to_owned(), meaning: pipeline.broker.clone() },
        Some(since) => Line {
            tone: Tone::Trouble,
            value: format!("No answer since {}", snapshot.clock().second_in_zone(since)),
            meaning: format!("{}. The shop keeps selling; the figures catch up when it is back.", pipeline.broker),
        },
    }
}

fn kafka_errors(snapshot: &Snapshot) -> Line {
    let errors = &snapshot.pipeline.kafka_errors;
    match errors.is_empty() {
        true => Line { tone: Tone::Quiet, value: "None".to_owned(), meaning: String::new() },
        false => Line {
            tone: Tone::Trouble,
            value: counted(errors.len() as i64, "error"),
            meaning: format!("{} Figures go on by themselves once this is mended.", errors.join(" ")),
        },
    }
}

fn closed_until(snapshot: &Snapshot) -> Line {
    let until = snapshot.pipeline.closed_until.start();
    let waits = snapshot.pipeline.unreachable_since.is_some();
    Line {
        tone: if waits { Tone::Trouble } else { Tone::Good },
        value: format!("{} {}", snapshot.clock().minute(until), snapshot.local.abbreviation(until)),
        meaning: if waits {
            "Later minutes close by themselves once the broker answers.".to_owned()
        } else {
            "Every minute before it is closed and stands in the files.".to_owned()
        },
    }
}

fn outbox(snapshot: &Snapshot) -> Line {
    let Pipeline { outbox_events, outbox_oldest, .. } = snapshot.pipeline;
    let age = outbox_oldest.map_or(0, |oldest| snapshot.taken_at.micros_since(oldest));
    Line {
        tone: match (outbox_events, age) {
            (0, _) => Tone::Good,
            (_, age) if age > OUTBOX_AGE_CALM_MICROS_MAX => Tone::Trouble,
            _ => Tone::Good,
        },
        value: counted(outbox_events, "event"),
        meaning: outbox_oldest.map_or_else(String::new, |_| format!("The oldest has waited {}.", duration(age))),
    }
}

fn lag(snapshot: &Snapshot) -> Line {
    match snapshot.pipeline.consumer_lag {
        Some(records) => Line { tone: Tone::Good, value: counted(records, "record"), meaning: String::new() },
        None => Line { tone: Tone::Notice, value: "Not known yet".to_owned(), meaning: String::new() },
    }
}

fn dead_letters_line(snapshot: &Snapshot) -> Line {
    let Pipeline { dead_letters, dead_letters_by_offset, .. } = snapshot.pipeline;
    let mut line = tally(dead_letters, "Records that could not be read; look at them, send them back or discard them.");
    if dead_letters_by_offset > 0 {
        let more = counted(dead_letters_by_offset, "more bad record");
        let gap = if line.meaning.is_empty() { "" } else { " " };
        line.meaning += &format!("{gap}{more} came beyond what is kept whole: only their offsets are kept.");
    }
    line
}

fn late_events(snapshot: &Snapshot) -> Line {
    tally(snapshot.pipeline.late_events, "Counted into a minute after it was closed; its row in the files was revised.")
}

fn other_shops(snapshot: &Snapshot) -> Line {
    tally(snapshot.pipeline.other_shops_records, "Written by another shop on the same cluster; not counted.")
}

fn out_of_range(snapshot: &Snapshot) -> Line {
    tally(snapshot.pipeline.out_of_range_records, "From before the first minute or from the future; not counted.")
}

fn anomalies(snapshot: &Snapshot) -> Line {
    tally(snapshot.pipeline.anomalies, "They name events that this shop never issued; not counted.")
}

fn dropped(snapshot: &Snapshot) -> Line {
    tally(
        snapshot.pipeline.dropped_page_views,
        "Not counted: the database could not keep up, or too many waited for Kafka.",
    )
}

/// A count that should be zero; what it means is said only when it is not.
fn tally(count: i64, meaning: &str) -> Line {
    if count == 0 {
        Line { tone: Tone::Quiet, value: "0".to_owned(), meaning: String::new() }
    } else {
        Line { tone: Tone::Notice, value: grouped(count), meaning: meaning.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn snapshot(pipeline: Pipeline) -> Snapshot {
        Snapshot { taken_at: Timestamp::from_micros(600_000_000), pipeline, ..Snapshot::default() }
    }

    #[test]
    fn a_missing_broker_is_trouble_and_says_since_when() {
        let line = broker(&snapshot(Pipeline {
            broker: "10.0.0.1:9092".to_owned(),
            unreachable_since: Some(Timestamp::from_micros(65_000_000)),
            ..Pipeline::default()
        }));
        assert_eq!(line.tone, Tone::Trouble);
        assert_eq!(line.value, "No answer since 00:01:05 UTC");
        assert!(line.meaning.starts_with("10.0.0.1:9092. "));
    }

    #[test]
    fn the_outbox_age_is_told_against_the_snapshot() {
        for (events, oldest_micros, tone, meaning) in [
            (0, None, Tone::Good, ""),
            (3, Some(598_000_000), Tone::Good, "The oldest has waited 2 s."),
            (1, Some(300_000_000), Tone::Trouble, "The oldest has waited 5 min."),
            (1, Some(601_000_000), Tone::Good, "The oldest has waited 0 s."),
        ] {
            let line = outbox(&snapshot(Pipeline {
                outbox_events: events,
                outbox_oldest: oldest_micros.map(Timestamp::from_micros),
                ..Pipeline::default()
            }));
            assert_eq!((line.tone, line.meaning.as_str()), (tone, meaning));
        }
    }

    #[test]
    fn dead_letters_of_which_only_the_offset_is_kept_are_said() {
        let line = |dead_letters, dead_letters_by_offset| {
            dead_letters_line(&snapshot(Pipeline { dead_letters, dead_letters_by_offset, ..Pipeline::default() }))
        };
        assert_eq!((line(0, 0).tone, line(0, 0).meaning.as_str()), (Tone::Quiet, ""));
        let kept = "1,200 more bad records came beyond what is kept whole: only their offsets are kept.";
        assert_eq!((line(0, 1_200).tone, line(0, 1_200).meaning.as_str()), (Tone::Quiet, kept));
        assert_eq!((line(2, 1_200).tone, line(2, 1_200).value.as_str()), (Tone::Notice, "2"));
        assert!(line(2, 1_200).meaning.ends_with(&format!("discard them. {kept}")));
    }

    #[test]
    fn what_should_be_zero_is_quiet_until_it_is_not() {
        assert_eq!(tally(0, "Bad.").tone, Tone::Quiet);
        let line = tally(1_200, "Bad.");
        assert_eq!((line.tone, line.value.as_str(), line.meaning.as_str()), (Tone::Notice, "1,200", "Bad."));
    }
}
