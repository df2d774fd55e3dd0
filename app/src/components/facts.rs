//! The state of the shop's figures in the language of its owner: a few short facts, green while all is well. The
//! technical figures stand in `pipeline`. Called by the dashboard page.

use crate::number::{counted, duration};
use domain::Snapshot;
use leptos::prelude::*;

/// Events that wait longer than this are told with their age.
const CALM_MICROS_MAX: i64 = 10_000_000;

/// One fact, and how it is to be read at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fact {
    class: &'static str,
    words: String,
}

const GOOD: &str = "fact is-good";
const NOTICE: &str = "fact is-notice";
const TROUBLE: &str = "fact is-trouble";

/// The row of facts.
pub fn facts_row(snapshot: &Snapshot) -> AnyView {
    let facts: Vec<_> =
        facts(snapshot).into_iter().map(|fact| view! { <li class=fact.class>{fact.words}</li> }.into_any()).collect();
    view! {
        <ul class="facts" aria-label="State of the figures" data-part="facts" data-testid="facts">
            {facts}
            {letters(snapshot.pipeline.dead_letters)}
        </ul>
    }
    .into_any()
}

fn letters(dead_letters: i64) -> Option<AnyView> {
    (dead_letters > 0).then(|| {
        view! {
            <li class=NOTICE>
                <a href="/admin/dead-letters">{counted(dead_letters, "record")} " could not be read"</a>
            </li>
        }
        .into_any()
    })
}

fn facts(snapshot: &Snapshot) -> Vec<Fact> {
    let pipeline = &snapshot.pipeline;
    let clock = snapshot.clock();
    let fact = |class, words| Fact { class, words };
    let complete = format!("Figures are complete up to {}", clock.minute(pipeline.closed_until.start()));
    let waiting = pipeline.outbox_events;
    let age = pipeline.outbox_oldest.map_or(0, |oldest| snapshot.taken_at.micros_since(oldest));
    let (broker, complete_class) = match pipeline.unreachable_since {
        Some(since) => {
            let since = clock.minute(since);
            let words = format!("Kafka unreachable since {since}, {} waiting, nothing lost", counted(waiting, "event"));
            (fact(TROUBLE, words), NOTICE)
        }
        None if waiting > 0 && age > CALM_MICROS_MAX => {
            let words = format!("{} waiting for up to {}, nothing lost", counted(waiting, "event"), duration(age));
            (fact(NOTICE, words), NOTICE)
        }
        None => (fact(GOOD, "Every order is counted within seconds".to_owned()), GOOD),
    };
    let agree = match &snapshot.verifying.last {
        Some(found) if found.agrees() => {
            fact(GOOD, format!("Orders, figures and files agree, checked at {}", clock.minute(found.checked_at)))
        }
        Some(_) => fact(TROUBLE, "Orders, figures and files do not agree: see below".to_owned()),
        None => fact("fact is-quiet", "Not checked yet".to_owned()),
    };
    vec![fact(complete_class, complete), broker, agree]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::snapshot::{Pipeline, Verifying};
    use domain::{LocalTime, Minute, Timestamp, Verification};

    /// Two minutes past 13:30 in Berlin's winter.
    fn told(pipeline: Pipeline, verifying: Verifying) -> Vec<(&'static str, String)> {
        let snapshot = Snapshot {
            taken_at: Timestamp::parse_rfc3339("2026-11-24T12:32:00Z").unwrap(),
            local: LocalTime { offset_minutes: 60, abbreviation: "CET".to_owned(), ..LocalTime::default() },
            pipeline: Pipeline {
                closed_until: Minute::of(Timestamp::parse_rfc3339("2026-11-24T12:31:00Z").unwrap()),
                ..pipeline
            },
            verifying,
            ..Snapshot::default()
        };
        facts(&snapshot).into_iter().map(|fact| (fact.class, fact.words)).collect()
    }

    #[test]
    fn each_state_has_its_words_in_the_owners_time() {
        let calm = told(Pipeline::default(), Verifying::default());
        assert_eq!(calm[0], (GOOD, "Figures are complete up to 13:31".to_owned()));
        assert_eq!(calm[1], (GOOD, "Every order is counted within seconds".to_owned()));
        assert_eq!(calm[2].1, "Not checked yet");

        let at = |text| Some(Timestamp::parse_rfc3339(text).unwrap());
        let away = Pipeline {
            unreachable_since: at("2026-11-24T12:02:30Z"),
            outbox_events: 1_204,
            outbox_oldest: at("2026-11-24T12:02:31Z"),
            ..Pipeline::default()
        };
        let away = told(away, Verifying::default());
        assert_eq!(away[0].0, NOTICE);
        assert_eq!(away[1], (TROUBLE, "Kafka unreachable since 13:02, 1,204 events waiting, nothing lost".to_owned()));
        let long_away = Pipeline { unreachable_since: at("2026-11-23T12:02:30Z"), ..Pipeline::default() };
        let words = "Kafka unreachable since 2026-11-23, 13:02, 0 events waiting, nothing lost";
        assert_eq!(told(long_away, Verifying::default())[1].1, words);

        let slow = Pipeline { outbox_events: 1, outbox_oldest: at("2026-11-24T12:27:00Z"), ..Pipeline::default() };
        assert_eq!(told(slow, Verifying::default())[1].1, "1 event waiting for up to 5 min, nothing lost");

        let checked_at = Timestamp::parse_rfc3339("2026-11-24T12:00:05Z").unwrap();
        let last = Some(Verification { checked_at, ..Verification::default() });
        let agreed = told(Pipeline::default(), Verifying { last, ..Verifying::default() });
        assert_eq!(agreed[2], (GOOD, "Orders, figures and files agree, checked at 13:00".to_owned()));
    }
}
