//! Events of a declared stream, drawn from its declaration alone: each field within its bounds, an optional one
//! sometimes missing. Knows by itself what an event adds to each measure, so that the account does not ask the code
//! that is tried.

use super::random::Random;
use domain::decimal;
use serde_json::Value;
use streams::{Field, Kind, Measure, Of, Stream};

/// How far numbers reach, before their scale: sums of many stay far from the end of `i64`.
const NUMBER_MAX: i64 = 1_000_000;
/// A few values each, so that they come again.
const LETTERS: [char; 4] = ['a', 'é', '"', ' '];
const LETTERS_MAX: usize = 3;

/// An event.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// As it is sent.
    pub(super) json: String,
    /// The number in each field, at the scale of its kind; of a boolean 1 or 0.
    numbers: Vec<Option<i64>>,
}

impl Drawn {
    /// One that is as declared.
    pub(super) fn of(stream: &Stream, random: &mut Random) -> Drawn {
        let mut members = Vec::new();
        let mut numbers = Vec::new();
        for field in &stream.fields {
            let (number, value) = match field.is_private || (field.is_optional && random.within(0..4) == 0) {
                // As well as none.
                true if random.within(0..2) == 0 && !field.is_private => (None, Some("null".to_owned())),
                true => (None, None),
                false => {
                    let (number, value) = value(field, random);
                    (number, Some(value))
                }
            };
            numbers.push(number);
            members.extend(value.map(|value| format!("\"{}\":{value}", field.name)));
        }
        Drawn { json: format!("{{{}}}", members.join(",")), numbers }
    }

    /// What it adds to a measure: to a count one, to a highest value itself.
    pub(super) fn adds(&self, measure: &Measure) -> Option<i64> {
        let is_counted = measure.only.is_none_or(|field| self.numbers[field] == Some(1));
        match measure.of {
            _ if !is_counted => None,
            Of::Count => Some(1),
            Of::Sum(field) | Of::Min(field) | Of::Max(field) => self.numbers[field],
        }
    }
}

/// A number that can be added up, and the value in JSON.
fn value(field: &Field, random: &mut Random) -> (Option<i64>, String) {
    match field.kind {
        Kind::Integer | Kind::Decimal(_) | Kind::Money => {
            let number = number(field.bounds, random);
            (Some(number), decimal::show(number, field.kind.digits().unwrap_or_default()))
        }
        Kind::Boolean => {
            let is_true = random.within(0..2) == 1;
            (Some(i64::from(is_true)), is_true.to_string())
        }
        Kind::Text(chars_max) => {
            let length = random.within(0..chars_max.min(LETTERS_MAX) as u64 + 1);
            let letters = (0..length).map(|_| LETTERS[random.within(0..LETTERS.len() as u64) as usize]);
            (None, Value::from(letters.collect::<String>()).to_string())
        }
        Kind::Time => (None, format!("\"2026-01-{:02}T12:00:00Z\"", 1 + random.within(0..31))),
    }
}

/// One of those that are allowed, near the lower bound, or near zero.
fn number(bounds: Option<(i64, i64)>, random: &mut Random) -> i64 {
    let (low, high) = bounds.unwrap_or((-NUMBER_MAX, NUMBER_MAX));
    let low = low.max(-NUMBER_MAX).min(high);
    let width = high.saturating_sub(low).min(2 * NUMBER_MAX);
    low + random.within(0..width.unsigned_abs() + 1).cast_signed()
}

#[test]
fn what_is_drawn_is_as_declared_and_adds_what_it_says() {
    let mut streams = streams::Streams::own();
    let declared = "topic = \"meter\"\ntitle = \"Meter\"\nabout = \"A meter.\"\n\
        [[fields]]\nname = \"level\"\ntype = \"decimal(3)\"\nmin = -5\nmax = 2.5\noptional = true\nabout = \"level\"\n\
        [[fields]]\nname = \"far\"\ntype = \"integer\"\nmin = 9000000000\nabout = \"far\"\n\
        [[fields]]\nname = \"is_open\"\ntype = \"boolean\"\nabout = \"open\"\n\
        [[fields]]\nname = \"room\"\ntype = \"text(2)\"\nabout = \"where\"\n\
        [[fields]]\nname = \"at\"\ntype = \"time\"\nabout = \"when\"\n\
        [[measures]]\nname = \"num\"\ncount = true\nwhere = \"is_open\"\nabout = \"open ones\"\n\
        [[measures]]\nname = \"level_sum\"\nsum = \"level\"\nabout = \"sum\"\n\
        [[measures]]\nname = \"level_min\"\nmin = \"level\"\nabout = \"lowest\"\n\
        [[measures]]\nname = \"far_max\"\nmax = \"far\"\nabout = \"farthest\"\n";
    streams.add("meter.toml", declared).unwrap();
    let mut random = Random::new(1);
    let mut seen = std::collections::BTreeSet::new();
    for topic in streams.all() {
        let stream = topic.stream();
        for _ in 0..200 {
            let drawn = Drawn::of(stream, &mut random);
            let json: Box<serde_json::value::RawValue> = serde_json::from_str(&drawn.json).unwrap();
            let members = serde_json::from_str(&drawn.json).unwrap();
            let read =
                stream.read(&json, Some(&members)).unwrap_or_else(|why| panic!("{topic}: {}: {why}", drawn.json));
            let totals = stream.totals(&read).0;
            for (measure, total) in stream.measures.iter().zip(totals) {
                assert_eq!(drawn.adds(measure).or(measure.of_nothing()), total, "{}: {}", measure.name, drawn.json);
            }
            seen.insert(drawn.json);
        }
    }
    assert!(seen.len() > 300, "{} different events", seen.len());
}
