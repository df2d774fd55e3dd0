//! Tables for every rule of `decode`.

use super::*;
use streams::{GroupValue, Streams, Topic, Values};

pub(super) const OWN: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
pub(super) const OTHER: &str = "0a9619ff-8b86-4011-b42d-00c04fc964ff";
const STAMP_MILLIS: i64 = 1_795_348_800_123;

pub(super) fn value(topic: Topic, value: &[u8]) -> Decoded {
    let record =
        RawRecord { topic, value: Some(value), source: None, event_id: None, timestamp_millis: Some(STAMP_MILLIS) };
    decode(OWN, &record)
}

fn requests(text: &str) -> Decoded {
    value(Topic::web_requests(), text.as_bytes())
}

fn order(text: &str) -> Decoded {
    value(Topic::new_orders(), text.as_bytes())
}

fn stamped(values: Values) -> Decoded {
    Decoded::Foreign { at: Timestamp::from_millis(STAMP_MILLIS).unwrap(), values }
}

/// So many page views.
fn views(events: i64) -> Values {
    Values { events, numbers: vec![None; 3], groups: vec![None] }
}

/// One view of a page.
fn view(path: &str) -> Values {
    Values { groups: vec![Some(GroupValue::Text(path.to_owned()))], ..views(1) }
}

/// One order, by its four fields.
fn ordered(fields: [i64; 4]) -> Values {
    Values { events: 1, numbers: fields.map(Some).to_vec(), groups: Vec::new() }
}

#[track_caller]
fn assert_bad(decoded: &Decoded, words: &str) {
    match decoded {
        Decoded::Bad(reason) => assert_eq!(reason.to_string(), words),
        other => panic!("{other:?} is not bad: {words}"),
    }
}

#[test]
fn a_bare_number_is_that_many_requests() {
    for (text, count) in [("1", 1), ("0", 0), ("-0", 0), (" 7\n", 7), ("1000000", 1_000_000), ("3.0", 3)] {
        assert_eq!(requests(text), stamped(views(count)), "{text}");
    }
    for text in ["-1", "1.5", "1000001", "1e3", "99999999999999999999999999999999", "0.00000000000000000000000001"] {
        assert_bad(&requests(text), "the value is not a whole number from 0 to 1000000");
    }
}

#[test]
fn an_object_with_a_path_is_one_request() {
    assert_eq!(requests(r#"{"path":"/"}"#), stamped(view("/")));
    assert_eq!(
        requests(r#"{"path":"/any\u0000thing","event_time":null,"more":[1]}"#),
        stamped(Values { groups: vec![Some(GroupValue::Other)], ..views(1) })
    );
    let at = Timestamp::parse_rfc3339("2026-11-22T11:00:00.5Z").unwrap();
    assert_eq!(
        requests(r#"{"path":"/","event_time":"2026-11-22T12:00:00.5+01:00"}"#),
        Decoded::Foreign { at, values: view("/") }
    );
    for (text, words) in [
        ("{}", "the field path is missing"),
        (r#"{"path":1}"#, "the field path is not a text"),
        (r#"{"path":null}"#, "the field path is not a text"),
        (
            r#"{"path":"/","event_time":"noon"}"#,
            "the field event_time is not a time as RFC 3339 writes it, 1970 to 9999",
        ),
        (r#"{"path":"/","event_time":5}"#, "the field event_time is not a time as RFC 3339 writes it, 1970 to 9999"),
        (r#"{"path":"/","source":5}"#, "the field source is not a text"),
        (r#""/""#, "the value is not a number or an object with the field path"),
        ("[1]", "the value is not a number or an object with the field path"),
        ("true", "the value is not a number or an object with the field path"),
        ("null", "the value is not a number or an object with the field path"),
    ] {
        assert_bad(&requests(text), words);
    }
}

#[test]
fn an_order_needs_the_four_fields_only() {
    let text = |price: &str| {
        format!(r#"{{"order_id": 17, "order_amount": 3, "order_total_price": {price}, "is_paid": true}}"#)
    };
    for (price, cents) in [
        ("45.5", 4550),
        ("45", 4500),
        ("45.0", 4500),
        ("45.50", 4550),
        ("45.500", 4550),
        ("0", 0),
        ("0.01", 1),
        ("70.07", 7007),
        ("1000000000", 100_000_000_000),
    ] {
        assert_eq!(order(&text(price)), stamped(ordered([17, 3, cents, 1])), "{price}");
    }
    for price in ["-1", "-0.01", "45.505", "4.55e1", "1000000000.01", "1e400", "\"45\"", "null", "[]"] {
        assert_bad(
            &order(&text(price)),
            "the field order_total_price is not a decimal from 0 to 1000000000 with at most two digits after the point",
        );
    }
}

#[test]
fn an_unpaid_order_counts_as_unpaid() {
    let text =
        r#"{"order_id":1,"order_amount":0,"order_total_price":0,"is_paid":false,"event_time":"1970-01-01T00:00:00Z"}"#;
    let values = ordered([1, 0, 0, 0]);
    assert_eq!(order(text), Decoded::Foreign { at: Timestamp::from_micros(0), values });
}

#[test]
fn a_broken_order_names_its_field() {
    let fields = ["order_id", "order_amount", "order_total_price", "is_paid"];
    let with = |changed: &str, to: Option<&str>| {
        let members = fields.iter().filter_map(|field| {
            let usual = if *field == "is_paid" { "true" } else { "1" };
            let value = if *field == changed { to? } else { usual };
            Some(format!("\"{field}\":{value}"))
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    };
    for field in fields {
        assert_bad(&order(&with(field, None)), &format!("the field {field} is missing"));
    }
    for id in ["1.5", "\"1\"", "null", "1e2", "9223372036854775808"] {
        assert_bad(&order(&with("order_id", Some(id))), "the field order_id is not a whole number");
    }
    for amount in ["-1", "1000000001", "1.5", "true", "99999999999999999999"] {
        assert_bad(
            &order(&with("order_amount", Some(amount))),
            "the field order_amount is not a whole number from 0 to 1000000000",
        );
    }
    for paid in ["1", "\"true\"", "null"] {
        assert_bad(&order(&with("is_paid", Some(paid))), "the field is_paid is not true or false");
    }
    for text in ["1", "[]", "\"order\"", "null"] {
        assert_bad(&order(text), "the value is not an object");
    }
}

#[test]
fn what_is_no_json_says_so() {
    let long = vec![b' '; VALUE_BYTES_MAX + 1];
    let table: [(&[u8], &str); 9] = [
        (b"", "the value is empty"),
        (b" \n", "the value is empty"),
        (b"\xff\xfe", "the value is not UTF-8"),
        (b"one", "the value is not JSON"),
        (b"{\"path\":\"/\"", "the value is not JSON"),
        (b"1 2", "the value is not JSON"),
        (b"\0\0", "the value is not JSON"),
        (b"NaN", "the value is not JSON"),
        (&long, "the value is larger than 1048576 bytes"),
    ];
    for topic in Streams::own().all().iter().copied() {
        for (bytes, words) in table {
            assert_bad(&value(topic, bytes), words);
        }
        let tombstone =
            RawRecord { topic, value: None, source: None, event_id: None, timestamp_millis: Some(STAMP_MILLIS) };
        assert_bad(&decode(OWN, &tombstone), "the value is null (a tombstone)");
    }
}

#[test]
fn a_record_without_time_is_bad_unless_it_carries_one() {
    for timestamp_millis in [None, Some(-1), Some(i64::MIN), Some(i64::MAX), Some(253_402_300_800_000)] {
        let topic = Topic::web_requests();
        let record = RawRecord { topic, value: Some(b"1"), source: None, event_id: None, timestamp_millis };
        assert_bad(&decode(OWN, &record), "the record has no timestamp between 1970 and 9999");
        let value = br#"{"path":"/","event_time":"2026-11-22T12:00:00Z"}"#;
        let with_time = decode(OWN, &RawRecord { value: Some(value), ..record });
        assert!(matches!(with_time, Decoded::Foreign { .. }), "{with_time:?}");
    }
}

#[test]
fn headers_say_whose_it_is_before_the_value() {
    let own_value = format!(r#"{{"source":"{OWN}","event_id":5}}"#);
    let own_value = own_value.as_bytes();
    let own = OWN.as_bytes();
    type Headers<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);
    let table: [(Headers<'_>, Option<&[u8]>, Decoded); 13] = [
        ((Some(own), Some(b"7")), Some(own_value), Decoded::Own { event_id: Some(7) }),
        ((Some(own), Some(b"7")), None, Decoded::Own { event_id: Some(7) }),
        ((Some(own), Some(b"7")), Some(b"\xff"), Decoded::Own { event_id: Some(7) }),
        ((Some(own), None), Some(own_value), Decoded::Own { event_id: Some(5) }),
        ((Some(own), Some(b"x")), Some(own_value), Decoded::Own { event_id: Some(5) }),
        ((Some(own), Some(b"\xff")), Some(b"not json"), Decoded::Own { event_id: None }),
        ((Some(own), Some(b"0")), None, Decoded::Own { event_id: None }),
        ((Some(own), Some(b"99999999999999999999")), None, Decoded::Own { event_id: None }),
        ((None, None), Some(own_value), Decoded::Own { event_id: Some(5) }),
        ((None, Some(b"7")), Some(own_value), Decoded::Own { event_id: Some(7) }),
        ((Some(OTHER.as_bytes()), Some(b"7")), Some(own_value), Decoded::OtherShop),
        ((Some(b"\xff\0"), None), Some(own_value), Decoded::OtherShop),
        ((Some(OTHER.as_bytes()), None), None, Decoded::OtherShop),
    ];
    for topic in Streams::own().all().iter().copied() {
        for ((source, event_id), value, expected) in &table {
            let record =
                RawRecord { topic, value: *value, source: *source, event_id: *event_id, timestamp_millis: None };
            assert_eq!(decode(OWN, &record), *expected, "{record:?}");
        }
    }
}

#[test]
fn the_value_says_whose_it_is_without_headers() {
    for (text, expected) in [
        (format!(r#"{{"source":"{OWN}"}}"#), Decoded::Own { event_id: None }),
        (format!(r#"{{"source":"{OWN}","event_id":"5"}}"#), Decoded::Own { event_id: None }),
        (format!(r#"{{"source":"{OWN}","event_id":-5}}"#), Decoded::Own { event_id: None }),
        (format!(r#"{{"source":"{OWN}","event_id":5,"event_id":6}}"#), Decoded::Own { event_id: Some(6) }),
        (format!(r#"{{"source":"{OTHER}","path":"/"}}"#), Decoded::OtherShop),
        (r#"{"source":"","path":"/"}"#.to_owned(), Decoded::OtherShop),
        (r#"{"source":null,"path":"/"}"#.to_owned(), stamped(view("/"))),
        (r#"{"event_id":5,"path":"/"}"#.to_owned(), stamped(view("/"))),
        (r#"{"\u0070ath":"/"}"#.to_owned(), stamped(view("/"))),
        (r#"{"path":1,"path":"/"}"#.to_owned(), stamped(view("/"))),
    ] {
        assert_eq!(requests(&text), expected, "{text}");
    }
}

#[test]
fn depth_and_size_do_no_harm() {
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_bad(&requests(&deep), "the value is not a number or an object with the field path");
    assert_eq!(requests(&format!(r#"{{"path":"/","more":{deep}}}"#)), stamped(view("/")));
    let objects = format!(r#"{}1{}"#, r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    assert_bad(&requests(&objects), "the field path is missing");
    assert_bad(&requests(&"[".repeat(1_000_000)), "the value is not JSON");
    let digits = "9".repeat(1_000_000);
    assert_bad(&requests(&digits), "the value is not a whole number from 0 to 1000000");
    let price = format!(r#"{{"order_id":1,"order_amount":1,"is_paid":true,"order_total_price":0.{digits}}}"#);
    assert!(matches!(order(&price), Decoded::Bad(_)));
}

#[test]
fn the_range_is_from_the_first_minute_to_sixty_seconds_ahead() {
    let first_minute = Minute::from_number(1_000);
    let now = first_minute.plus(5).start().plus_micros(7);
    for (at, expected) in [
        (first_minute.start(), true),
        (first_minute.start().plus_micros(-1), false),
        (now, true),
        (now.plus_micros(60_000_000), true),
        (now.plus_micros(60_000_001), false),
        (Timestamp::from_micros(0), false),
        (Timestamp::MAX, false),
    ] {
        assert_eq!(is_in_range(at, first_minute, now), expected, "{at}");
    }
}
