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

/// Waits until the quarter hours have every event that must be counted, and then the file: rows of closed minutes are
/// written again a second or two after a late event, on a busy machine more.
pub(super) async fn wait_counted(shop: &OpenShop, streams: &[Topic], sent: &[Sent]) {
    for topic in streams.iter().copied() {
        let expected = Ranges::of(topic, sent.iter());
        let (all, places) = measures(topic, false);
        until(&format!("every event of {topic} to be counted"), async || {
            let found = shop.running.store.totals_ever(topic).await.unwrap();
            expected.differ(&all, &places, &found.0).map_or(Ok(()), Err)
        })
        .await;
    }
    shop.close_open_minute().await;
    for topic in streams.iter().copied() {
        until(&format!("the file of {topic}"), async || in_file(shop, topic, sent)).await;
    }
}

/// Demands that minutes, files and quarter hours have each event once. The shop must have closed every minute of
/// theirs.
pub(super) async fn assert_exact_in(shop: &OpenShop, streams: &[Topic], sent: &[Sent]) {
    for topic in streams.iter().copied() {
        let (all, places) = measures(topic, false);
        let ever = shop.running.store.totals_ever(topic).await.unwrap().0;
        assert_eq!(Ranges::of(topic, sent.iter()).differ(&all, &places, &ever), None, "{topic}, quarter hours");
        let first = shop.running.store.first_minute_of(topic);
        let minutes = shop.running.store.closed_minutes_from(topic, first, i64::MAX).await.unwrap();
        let minutes = minutes.into_iter().map(|minute| (minute.minute.to_string(), minute.totals.0)).collect();
        assert_eq!(in_minutes(topic, (&all, &places), &minutes, sent), Ok(()), "{topic}, minutes");
        assert_eq!(in_file(shop, topic, sent), Ok(()), "{topic}, file");
    }
}

/// Whether the file has each event once; what differs.
fn in_file(shop: &OpenShop, topic: Topic, sent: &[Sent]) -> Result<(), String> {
    let (of_file, places) = measures(topic, true);
    let path = shop.data.join(&topic.stream().file);
    let file = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    in_minutes(topic, (&of_file, &places), &rows(&file, &of_file)?, sent)
}

/// The rows of a file, by their minutes; each minute must have one.
fn rows(file: &str, measures: &[&Measure]) -> Result<BTreeMap<String, Values>, String> {
    let names: Vec<_> = measures.iter().map(|measure| measure.name.as_str()).collect();
    let lines = file.strip_prefix(&format!("datetime,{}\n", names.join(","))).ok_or("another header")?;
    let mut rows = BTreeMap::new();
    for line in lines.split_inclusive('\n') {
        let torn = || format!("a torn line: {line:?}");
        let (minute, cells) = line.strip_suffix('\n').and_then(|line| line.split_once(',')).ok_or_else(torn)?;
        let cell = |(cell, measure): (&str, &&Measure)| match cell {
            "" => Ok(None),
            number => decimal::parse(number, measure.digits).map(Some).ok_or_else(torn),
        };
        let values = cells.split(',').zip(measures).map(cell).collect::<Result<_, _>>()?;
        if rows.insert(minute.to_owned(), values).is_some() {
            return Err(format!("{minute} has two rows"));
        }
    }
    Ok(rows)
}

/// Compares minute by minute; events without a time are of minutes in which no other is.
fn in_minutes(
    topic: Topic,
    (measures, places): (&[&'static Measure], &[usize]),
    found: &BTreeMap<String, Values>,
    sent: &[Sent],
) -> Result<(), String> {
    let mut expected: BTreeMap<Option<Minute>, Ranges> = BTreeMap::new();
    for sent in sent.iter().filter(|sent| sent.topic == topic) {
        let ranges = expected.remove(&sent.minute).unwrap_or_else(|| Ranges::of_nothing(topic));
        expected.insert(sent.minute, ranges.with(sent));
    }
    let mut rest = found.clone();
    for (minute, expected) in expected.iter().filter_map(|(minute, ranges)| Some(((*minute)?, ranges))) {
        let found = rest.remove(&minute.to_string()).ok_or_else(|| format!("no row of {minute}"))?;
        expected.differ(measures, places, &found).map_or(Ok(()), |words| Err(format!("{minute}: {words}")))?;
    }
    let nothing: Values = measures.iter().map(|measure| nothing(measure)).collect();
    let sum = rest.values().fold(nothing, |sum, found| {
        let each = measures.iter().zip(sum).zip(found);
        each.map(|((measure, sum), found)| together(measure, sum, *found)).collect()
    });
    let since = expected.get(&None).cloned().unwrap_or_else(|| Ranges::of_nothing(topic));
    since.differ(measures, places, &sum).map_or(Ok(()), |words| Err(format!("events without a time: {words}")))
}

#[test]
fn an_event_too_few_or_too_many_is_found() {
    let measure = |of| Measure {
        name: "a".to_owned(),
        of,
        only: None,
        digits: 0,
        unit: None,
        is_in_file: true,
        is_shown: true,
        about: String::new(),
    };
    let range = |low, high| Ranges { low: vec![low], high: vec![high] };
    for (of, ranges, right, wrong) in [
        (Of::Count, range(Some(3), Some(3)), vec![Some(3)], vec![Some(2), Some(4), None]),
        (Of::Sum(0), range(Some(-3), Some(5)), vec![Some(-3), Some(0), Some(5)], vec![Some(-4), Some(6)]),
        (Of::Max(0), range(Some(3), Some(5)), vec![Some(3), Some(5)], vec![Some(2), Some(6), None]),
        (Of::Max(0), range(None, Some(5)), vec![None, Some(4)], vec![Some(6)]),
        (Of::Min(0), range(Some(3), Some(5)), vec![Some(3), Some(5)], vec![Some(2), Some(6), None]),
        (Of::Min(0), range(Some(3), None), vec![None, Some(4)], vec![Some(2)]),
        (Of::Max(0), range(None, None), vec![None], vec![Some(0)]),
    ] {
        let measure = measure(of);
        let differ = |found| ranges.differ(&[&measure], &[0], &vec![found]);
        assert!(right.into_iter().all(|found| differ(found).is_none()), "{of:?}, {ranges:?}");
        assert!(wrong.into_iter().all(|found| differ(found).is_some()), "{of:?}, {ranges:?}");
    }
}
