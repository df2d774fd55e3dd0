//! Records of all topics. An input is five lines: topic, header `source`, header `event_id`, timestamp, and what is
//! left is the value. A line `-` is a header that is missing; a value that is missing is a tombstone.

use domain::{Minute, Timestamp, decimal};
use pipeline::decode::{Decoded, RawRecord, decode, is_in_range};
use serde_json::Value;
use serde_json::value::RawValue;
use streams::{Event, Field, Kind, Topic, Values};

/// The uuid of the database, short enough to be found by chance.
const OWN: &str = "own";

/// A record is taken for our own only where it names this very database; its figures keep the limits; and what it was
/// read as, written down and read again, is the same.
pub fn records(data: &[u8]) {
    let mut lines = data.splitn(5, |byte| *byte == b'\n');
    let topic = match lines.next() {
        Some(b"new_orders") => Topic::new_orders(),
        Some(b"feedback") => Topic::feedback(),
        _ => Topic::web_requests(),
    };
    let source = lines.next().filter(|line| *line != b"-");
    let event_id = lines.next().filter(|line| *line != b"-");
    let timestamp_millis = lines.next().and_then(|line| std::str::from_utf8(line).ok()?.parse().ok());
    let record = RawRecord { topic, value: lines.next(), source, event_id, timestamp_millis };

    let decoded = decode(OWN, &record);
    assert_eq!(decode(OWN, &record), decoded, "the same record is the same twice");
    let json = record.value.and_then(|value| serde_json::from_slice::<Value>(value).ok());
    match source {
        Some(source) if source == OWN.as_bytes() => assert!(matches!(decoded, Decoded::Own { .. })),
        Some(_) => assert_eq!(decoded, Decoded::OtherShop),
        None => check_source_of_value(&decoded, json.as_ref()),
    }
    match &decoded {
        Decoded::Own { event_id } => check_own(*event_id, &record, json.as_ref()),
        Decoded::OtherShop => {}
        Decoded::Foreign { at, values } => check_foreign(*at, values, &record, json.as_ref()),
        Decoded::Bad(reason) => {
            let words = reason.to_string();
            assert!(!words.is_empty() && !words.contains(char::is_control), "{words:?}");
        }
    }
    check_blanks_do_not_matter(&record, &decoded);
}

/// Without the header the member `source` decides. What another reader of JSON refuses (numbers beyond a float, great
/// depth) is left out: such a value may still be a record.
fn check_source_of_value(decoded: &Decoded, json: Option<&Value>) {
    let Some(json) = json else { return };
    match json.get("source").filter(|source| !source.is_null()) {
        None => assert!(matches!(decoded, Decoded::Foreign { .. } | Decoded::Bad(_)), "{decoded:?} of no source"),
        Some(Value::String(source)) if source == OWN => assert!(matches!(decoded, Decoded::Own { .. }), "{decoded:?}"),
        Some(Value::String(_)) => assert_eq!(*decoded, Decoded::OtherShop),
        Some(_) => assert!(matches!(decoded, Decoded::Bad(_)), "{decoded:?} of a source that is no text"),
    }
}

fn check_own(event_id: Option<i64>, record: &RawRecord<'_>, json: Option<&Value>) {
    assert!(event_id.is_none_or(|id| id >= 1), "ids are issued from 1 on");
    let header = record.event_id.and_then(|id| std::str::from_utf8(id).ok()?.parse().ok()).filter(|id| *id >= 1_i64);
    let member = json.and_then(|json| json.get("event_id")?.as_i64()).filter(|id| *id >= 1);
    if header.is_some() {
        assert_eq!(event_id, header, "the header goes before the value");
    } else if json.is_some() {
        assert_eq!(event_id, member);
    }
}

fn check_foreign(at: Timestamp, values: &Values, record: &RawRecord<'_>, json: Option<&Value>) {
    let stream = record.topic.stream();
    assert!((Timestamp::from_micros(0)..=Timestamp::MAX).contains(&at), "{at:?}");
    assert!((0..=stream.bare_number_max.unwrap_or(1)).contains(&values.events));
    assert_eq!((values.numbers.len(), values.groups.len()), (stream.fields.len(), stream.groups.len()));
    for (field, number) in stream.fields.iter().zip(&values.numbers) {
        if let (Some((low, high)), Some(number)) = (field.bounds, number) {
            assert!((low..=high).contains(number), "{} is {number}", field.name);
        }
    }
    if let Some(json) = json {
        check_figures(record.topic, values, json);
    }
    let said = json.and_then(|json| json.get("event_time")?.as_str()).and_then(Timestamp::parse_rfc3339);
    if json.is_some() {
        assert_eq!(Some(at), said.or_else(|| record.timestamp_millis.and_then(Timestamp::from_millis)));
    }

    let minute = Minute::of(at);
    assert!(is_in_range(at, minute, at) && !is_in_range(at, minute.plus(1), at));
    assert!(!is_in_range(at, minute, at.plus_micros(-60_000_001)), "more than a minute ahead");
    check_sent_back(at, values, record);
}

/// The same figures as another reader of JSON finds, whose floats are exact to the cent within the limits.
fn check_figures(topic: Topic, values: &Values, json: &Value) {
    let scaled = |number: &Value, digits: u8| match number.as_i64() {
        Some(whole) => whole.checked_mul(decimal::one(digits)),
        None => number.as_f64().map(|number| (number * decimal::one(digits) as f64).round() as i64),
    };
    if !json.is_object() {
        assert_eq!(Some(values.events), scaled(json, 0), "{json}");
        return;
    }
    let found = |field: &Field| {
        let value = json.get(&field.name)?;
        match field.kind {
            Kind::Boolean => value.as_bool().map(i64::from),
            kind => scaled(value, kind.digits()?),
        }
    };
    for (field, number) in topic.stream().fields.iter().zip(&values.numbers).filter(|(field, _)| !field.is_private) {
        // An order's number has no limit: beyond a float's digits another reader finds another one.
        if number.is_some_and(|number| number.unsigned_abs() < 1 << 50) {
            assert_eq!(*number, found(field), "{} of {json}", field.name);
        }
    }
}

/// As the owner sends it back: an own record, whose row adds the same.
fn check_sent_back(at: Timestamp, values: &Values, record: &RawRecord<'_>) {
    let json: Option<&RawValue> = record.value.and_then(|value| serde_json::from_slice(value).ok());
    let event = Event { event_id: 7, event_time: at, body: record.topic.adopt(json.expect("it was read"), values) };
    let stream = event.body.topic.stream();
    assert_eq!(stream.totals(&stream.values(&event.body.payload)), stream.totals(values), "{}", event.body.payload);
    let written = |value| RawRecord {
        topic: record.topic,
        value: Some(value),
        source: None,
        event_id: None,
        timestamp_millis: Some(0),
    };
    let back = event.value(OWN);
    assert!(serde_json::from_str::<Value>(&back).is_ok() || back.contains("\\u"), "{back}");
    assert_eq!(decode(OWN, &written(back.as_bytes())), Decoded::Own { event_id: Some(7) });
    assert_eq!(decode("another", &written(back.as_bytes())), Decoded::OtherShop);
}

fn check_blanks_do_not_matter(record: &RawRecord<'_>, decoded: &Decoded) {
    if let Some(value) = record.value {
        let blank = [b" ", value, b"\n"].concat();
        assert_eq!(decode(OWN, &RawRecord { value: Some(&blank), ..*record }), *decoded);
    }
}
