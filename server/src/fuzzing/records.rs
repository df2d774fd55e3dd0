//! Records of all topics. An input is five lines: topic, header `source`, header `event_id`, timestamp, and what is
//! left is the value. A line `-` is a header that is missing; a value that is missing is a tombstone.

use crate::pipeline::decode::{
    Decoded, ORDER_AMOUNT_MAX, ORDER_PRICE_CENTS_MAX, REQUESTS_PER_RECORD_MAX, RawRecord, decode, is_in_range,
};
use domain::{Event, EventBody, ForeignRecord, Minute, Timestamp, Topic};
use serde_json::Value;

/// The uuid of the database, short enough to be found by chance.
const OWN: &str = "own";

/// A record is taken for our own only where it names this very database; its figures keep the limits; and what it was
/// read as, written down and read again, is the same.
pub fn records(data: &[u8]) {
    let mut lines = data.splitn(5, |byte| *byte == b'\n');
    let topic = match lines.next() {
        Some(b"new_orders") => Topic::NewOrders,
        Some(b"feedback") => Topic::Feedback,
        _ => Topic::WebRequests,
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
        Decoded::Tutorial { at, record: foreign } => check_tutorial(*at, foreign, &record, json.as_ref()),
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
        None => assert!(matches!(decoded, Decoded::Tutorial { .. } | Decoded::Bad(_)), "{decoded:?} of no source"),
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

fn check_tutorial(at: Timestamp, foreign: &ForeignRecord, record: &RawRecord<'_>, json: Option<&Value>) {
    assert_eq!(foreign.topic(), record.topic);
    assert!((Timestamp::from_micros(0)..=Timestamp::MAX).contains(&at), "{at:?}");
    match *foreign {
        ForeignRecord::Requests { requests_num } => assert!((0..=REQUESTS_PER_RECORD_MAX).contains(&requests_num)),
        ForeignRecord::Order { order_amount, order_total_price, .. } => {
            assert!((0..=ORDER_AMOUNT_MAX).contains(&order_amount));
            assert!((0..=ORDER_PRICE_CENTS_MAX).contains(&order_total_price.cents()));
        }
        ForeignRecord::Feedback { stars, .. } => assert!((1..=5).contains(&stars.number())),
    }
    if let Some(json) = json {
        check_figures(foreign, json);
    }
    let said = json.and_then(|json| json.get("event_time")?.as_str()).and_then(Timestamp::parse_rfc3339);
    if json.is_some() {
        assert_eq!(Some(at), said.or_else(|| record.timestamp_millis.and_then(Timestamp::from_millis)));
    }

    let minute = Minute::of(at);
    assert!(is_in_range(at, minute, at) && !is_in_range(at, minute.plus(1), at));
    assert!(!is_in_range(at, minute, at.plus_micros(-60_000_001)), "more than a minute ahead");
    check_written_again(at, *foreign);
}

/// The same figures as another reader of JSON finds, whose floats are exact to the cent within the limits.
fn check_figures(foreign: &ForeignRecord, json: &Value) {
    let whole = |number: &Value| number.as_i64().or_else(|| number.as_f64().map(|number| number as i64));
    match *foreign {
        ForeignRecord::Requests { requests_num } => {
            let expected = if json.is_object() { Some(1) } else { whole(json) };
            assert_eq!(Some(requests_num), expected, "{json}");
        }
        ForeignRecord::Order { order_id, order_amount, order_total_price, is_paid } => {
            let cents = json["order_total_price"].as_f64().map(|euros| (euros * 100.0).round() as i64);
            assert_eq!(Some(order_amount), whole(&json["order_amount"]), "{json}");
            assert_eq!(Some(order_total_price.cents()), cents, "{json}");
            assert_eq!(Some(is_paid), json["is_paid"].as_bool(), "{json}");
            if let Some(expected) = json["order_id"].as_i64() {
                assert_eq!(order_id, expected, "{json}");
            }
        }
        ForeignRecord::Feedback { stars, .. } => assert_eq!(Some(stars.number()), whole(&json["stars"]), "{json}"),
    }
}

/// Once as its producer might write it again, once as the owner sends it back.
fn check_written_again(at: Timestamp, foreign: ForeignRecord) {
    let value = match foreign {
        ForeignRecord::Requests { requests_num: 1 } => format!(r#"{{"path":"/","event_time":"{at}"}}"#),
        ForeignRecord::Requests { requests_num } => requests_num.to_string(),
        ForeignRecord::Order { order_id, order_amount, order_total_price, is_paid } => format!(
            r#"{{"order_id":{order_id},"order_amount":{order_amount},"order_total_price":{order_total_price},
               "is_paid":{is_paid},"event_time":"{at}"}}"#
        ),
        ForeignRecord::Feedback { order_id, stars } => {
            format!(r#"{{"order_id":{order_id},"stars":{},"event_time":"{at}"}}"#, stars.number())
        }
    };
    let written = |topic, value| RawRecord { topic, value, source: None, event_id: None, timestamp_millis: Some(0) };
    match decode(OWN, &written(foreign.topic(), Some(value.as_bytes()))) {
        Decoded::Tutorial { at: again_at, record } => {
            assert_eq!(record, foreign, "{value}");
            assert!(again_at == at || value.bytes().all(|byte| byte.is_ascii_digit()), "{value}");
        }
        other => panic!("{value} is {other:?}"),
    }
    let event = Event { event_id: 7, event_time: at, body: EventBody::Redriven { dead_letter_id: 1, record: foreign } };
    let back = event.value(OWN);
    assert_eq!(decode(OWN, &written(event.topic(), Some(back.as_bytes()))), Decoded::Own { event_id: Some(7) });
    assert_eq!(decode("another", &written(event.topic(), Some(back.as_bytes()))), Decoded::OtherShop);
}

fn check_blanks_do_not_matter(record: &RawRecord<'_>, decoded: &Decoded) {
    if let Some(value) = record.value {
        let blank = [b" ", value, b"\n"].concat();
        assert_eq!(decode(OWN, &RawRecord { value: Some(&blank), ..*record }), *decoded);
    }
}
