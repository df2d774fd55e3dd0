//! The account of declared streams: what their devices remember against minutes, file and quarter hours, minute by
//! minute. An event that may be lost, a record of another producer in a log that dies with the server, makes a range of
//! a figure: with it and without it, and never with it twice.

use super::devices::{Sent, Way, is_log_lasting};
use crate::harness::{OpenShop, until};
use domain::{Minute, decimal};
use std::collections::BTreeMap;
use streams::{Measure, Of, Topic};

/// The value of each measure.
type Values = Vec<Option<i64>>;

/// What each measure may come to.
#[derive(Clone, Debug)]
struct Ranges {
    low: Values,
    high: Values,
}

impl Ranges {
    fn of_nothing(topic: Topic) -> Ranges {
        let nothing: Values = topic.stream().measures.iter().map(nothing).collect();
        Ranges { low: nothing.clone(), high: nothing }
    }

    fn of<'a>(topic: Topic, all: impl Iterator<Item = &'a Sent>) -> Ranges {
        all.filter(|sent| sent.topic == topic).fold(Ranges::of_nothing(topic), |ranges, sent| ranges.with(sent))
    }

    fn with(mut self, sent: &Sent) -> Ranges {
        let must_count = sent.way == Way::Http || is_log_lasting();
        for (place, measure) in sent.topic.stream().measures.iter().enumerate() {
            let more = sent.drawn.adds(measure);
            let (may_lower, may_raise) = match measure.of {
                _ if must_count => (true, true),
                Of::Count | Of::Sum(_) => (more < Some(0), more > Some(0)),
                Of::Min(_) => (true, false),
                Of::Max(_) => (false, true),
            };
            if may_lower {
                self.low[place] = together(measure, self.low[place], more);
            }
            if may_raise {
                self.high[place] = together(measure, self.high[place], more);
            }
        }
        self
    }

    /// Whether a measure may come to this.
    fn allow(&self, place: usize, measure: &Measure, found: Option<i64>) -> bool {
        let (low, high) = (self.low[place], self.high[place]);
        // Of a highest value without a low, or a lowest without a high, there may be none.
        let (certain, possible) = if matches!(measure.of, Of::Min(_)) { (high, low) } else { (low, high) };
        match found {
            None => certain.is_none(),
            Some(_) if possible.is_none() => false,
            Some(found) => low.is_none_or(|low| low <= found) && high.is_none_or(|high| found <= high),
        }
    }

    /// What differs, in words.
    fn differ(&self, measures: &[&Measure], places: &[usize], found: &Values) -> Option<String> {
        let wrong = places
            .iter()
            .zip(measures)
            .zip(found)
            .find(|((place, measure), found)| !self.allow(**place, measure, **found))?;
        let ((place, measure), found) = wrong;
        Some(format!("{} is {found:?}, from {:?} to {:?} was sent", measure.name, self.low[*place], self.high[*place]))
    }
}

fn nothing(measure: &Measure) -> Option<i64> {
    matches!(measure.of, Of::Count | Of::Sum(_)).then_some(0)
}

fn together(measure: &Measure, one: Option<i64>, other: Option<i64>) -> Option<i64> {
    let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
    Some(match measure.of {
        Of::Count | Of::Sum(_) => one + other,
        Of::Min(_) => one.min(other),
        Of::Max(_) => one.max(other),
    })
}

/// The measures of a stream and where they stand in its declaration: all, or those of the file.
fn measures(topic: Topic, is_of_file: bool) -> (Vec<&'static Measure>, Vec<usize>) {
    let all = topic.stream().measures.iter().enumerate();
    all.filter(|(_, measure)| measure.is_in_file || !is_of_file).map(|(place, measure)| (measure, place)).unzip()
}

/// Waits until the quarter hours have every event that must be counted.
pub(super) async fn wait_counted(shop: &OpenShop, streams: &[Topic], sent: &[Sent]) {
    for topic in streams {
        let expected = Ranges::of(*topic, sent.iter());
        let (all, places) = measures(*topic, false);
        until(&format!("every event of {topic} to be counted"), async || {
            let found = shop.running.store.totals_ever(*topic).await.unwrap();
            expected.differ(&all, &places, &found.0).map_or(Ok(()), Err)
        })
        .await;
    }
}

/// Demands that minutes, files and quarter hours have each event once. The shop must have closed every minute of theirs.
pub(super) async fn assert_exact_in(shop: &OpenShop, streams: &[Topic], sent: &[Sent]) {
    for topic in streams.iter().copied() {
        let (all, places) = measures(topic, false);
        let ever = shop.running.store.totals_ever(topic).await.unwrap().0;
        assert_eq!(Ranges::of(topic, sent.iter()).differ(&all, &places, &ever), None, "{topic}, quarter hours");
        let first = shop.running.store.first_minute_of(topic);
        let minutes = shop.running.store.closed_minutes_from(topic, first, i64::MAX).await.unwrap();
        let minutes = minutes.into_iter().map(|minute| (minute.minute.to_string(), minute.totals.0)).collect();
        assert_minutes("minutes", topic, (&all, &places), &minutes, sent);
        let (of_file, places) = measures(topic, true);
        let file = std::fs::read_to_string(shop.data.join(&topic.stream().file)).unwrap();
        assert_minutes("file", topic, (&of_file, &places), &rows(&file, &of_file), sent);
    }
}

/// The rows of a file, by their minutes.
fn rows(file: &str, measures: &[&Measure]) -> BTreeMap<String, Values> {
    let mut lines = file.lines();
    let names: Vec<_> = measures.iter().map(|measure| measure.name.as_str()).collect();
    assert_eq!(lines.next(), Some(format!("datetime,{}", names.join(",")).as_str()));
    let row = |line: &str| {
        let (minute, cells) = line.split_once(',').unwrap();
        let cell = |(cell, measure): (&str, &&Measure)| {
            let read = || decimal::parse(cell, measure.digits).unwrap_or_else(|| panic!("{line}"));
            (!cell.is_empty()).then(read)
        };
        (minute.to_owned(), cells.split(',').zip(measures).map(cell).collect())
    };
    let rows: BTreeMap<String, Values> = lines.clone().map(row).collect();
    assert_eq!(rows.len(), lines.count(), "a row for each minute");
    rows
}

/// Compares minute by minute; events without a time are of one of the minutes in which no other is.
fn assert_minutes(
    what: &str,
    topic: Topic,
    (measures, places): (&[&'static Measure], &[usize]),
    found: &BTreeMap<String, Values>,
    sent: &[Sent],
) {
    let mut expected: BTreeMap<Option<Minute>, Ranges> = BTreeMap::new();
    for sent in sent.iter().filter(|sent| sent.topic == topic) {
        let ranges = expected.remove(&sent.minute).unwrap_or_else(|| Ranges::of_nothing(topic));
        expected.insert(sent.minute, ranges.with(sent));
    }
    let mut rest = found.clone();
    for (minute, expected) in expected.iter().filter_map(|(minute, ranges)| Some(((*minute)?, ranges))) {
        let found = rest.remove(&minute.to_string()).unwrap_or_else(|| panic!("{topic}, {what}: no row of {minute}"));
        assert_eq!(expected.differ(measures, places, &found), None, "{topic}, {what} of {minute}: {found:?}");
    }
    let nothing: Values = measures.iter().map(|measure| nothing(measure)).collect();
    let sum = rest.values().fold(nothing, |sum, found| {
        let each = measures.iter().zip(sum).zip(found);
        each.map(|((measure, sum), found)| together(measure, sum, *found)).collect()
    });
    let since = expected.get(&None).cloned().unwrap_or_else(|| Ranges::of_nothing(topic));
    assert_eq!(since.differ(measures, places, &sum), None, "{topic}, {what} of events without a time");
}
