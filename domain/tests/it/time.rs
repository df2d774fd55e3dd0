//! Instants and minutes of UTC: RFC 3339 in, two displays out, and the border between two minutes.

use domain::{Minute, Timestamp};
use proptest::prelude::*;
use std::fmt::Write;

const NOON: i64 = 1_795_348_800_000_000;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap_or_else(|| panic!("{text} is a time"))
}

#[test]
fn reads_rfc_3339_with_any_offset() {
    for (text, micros) in [
        ("2026-11-22T12:00:00Z", NOON),
        ("2026-11-22t12:00:00z", NOON),
        ("2026-11-22T12:00:00+00:00", NOON),
        ("2026-11-22T12:00:00-00:00", NOON),
        ("2026-11-22T13:30:00+01:30", NOON),
        ("2026-11-23T01:00:00+13:00", NOON),
        ("2026-11-21T23:00:00-13:00", NOON),
        ("2026-11-22T17:30:00.123456+05:30", NOON + 123_456),
        ("2026-11-22T12:00:00.1Z", NOON + 100_000),
        ("2026-11-22T12:00:00.123456789Z", NOON + 123_456),
        ("2026-11-22T11:59:59.999999999Z", NOON - 1),
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:00.0000001Z", 0),
        ("9999-12-31T23:59:59.999999Z", Timestamp::MAX.micros()),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
    ] {
        assert_eq!(Timestamp::parse_rfc3339(text).map(Timestamp::micros), Some(micros), "{text}");
    }
}

/// Where readers of RFC 3339 differ, records of other producers and rows of files count as they always have.
#[test]
fn reads_what_other_readers_refuse_and_refuses_what_they_read() {
    for (text, micros) in [
        // Between day and time stands any one character of ASCII.
        ("2026-11-22 12:00:00Z", Some(NOON)),
        ("2026-11-22_12:00:00z", Some(NOON)),
        ("2026-11-22\x0012:00:00Z", Some(NOON)),
        ("2026-11-22212:00:00Z", Some(NOON)),
        ("2026-11-2212:00:00Z", None),
        ("2026-11-22  12:00:00Z", None),
        ("2026-11-22é12:00:00Z", None),
        // A minus is the one of ASCII.
        ("2026-11-22T11:00:00-01:00", Some(NOON)),
        ("2026-11-22T11:00:00\u{2212}01:00", None),
        ("2026-11-22T12:00:00+0000", None),
        ("2026-11-22T12:00:00+00", None),
        ("2026-11-22T12:00:00+00 00", None),
        ("2026-11-22T12:00:00+00:60", None),
        ("2026-11-22T12:00:00+24:00", None),
        ("2026-11-22T12:00:00 Z", None),
        ("2026-11-23T11:59:00+23:59", Some(NOON)),
        ("2026-11-21T12:01:00-23:59", Some(NOON)),
        // Of a fraction all digits may be there, and six count; it begins with a point.
        ("2026-11-22T12:00:00.0000019Z", Some(NOON + 1)),
        ("2026-11-22T12:00:00.12345678901234567890Z", Some(NOON + 123_456)),
        ("2026-11-22T12:00:00,5Z", None),
        ("2026-11-22T12:00:00.5.5Z", None),
        // Years have four digits and no sign, everything else two.
        ("+2026-11-22T12:00:00Z", None),
        ("2026-11-22T12:00:0Z", None),
        ("2026-11-22T2:00:00Z", None),
        ("2026-1-22T12:00:00Z", None),
    ] {
        assert_eq!(Timestamp::parse_rfc3339(text).map(Timestamp::micros), micros, "{text:?}");
    }
}

#[test]
fn second_60_is_the_last_instant_of_a_month_of_utc() {
    for (text, instant) in [
        ("2016-12-31T23:59:60Z", Some("2016-12-31T23:59:59.999999Z")),
        ("2016-12-31T23:59:60.25Z", Some("2016-12-31T23:59:59.999999Z")),
        ("2017-01-01T01:59:60+02:00", Some("2016-12-31T23:59:59.999999Z")),
        ("2026-11-30T18:29:60-05:30", Some("2026-11-30T23:59:59.999999Z")),
        ("2024-02-29T23:59:60Z", Some("2024-02-29T23:59:59.999999Z")),
        ("9999-12-31T23:59:60Z", Some("9999-12-31T23:59:59.999999Z")),
        ("2024-02-28T23:59:60Z", None),
        ("2016-12-30T23:59:60Z", None),
        ("2016-12-31T23:58:60Z", None),
        ("2016-12-31T22:59:60Z", None),
        ("2016-12-31T23:59:60+02:00", None),
        ("2016-12-31T23:59:61Z", None),
        ("1969-12-31T23:59:60Z", None),
    ] {
        assert_eq!(Timestamp::parse_rfc3339(text).map(|at| at.to_string()), instant.map(str::to_owned), "{text:?}");
    }
}

#[test]
fn days_are_written_out() {
    for (text, day) in [
        ("1970-01-01T00:00:00Z", "1 January 1970"),
        ("2024-02-29T23:59:59.999999Z", "29 February 2024"),
        ("2026-11-22T12:00:00Z", "22 November 2026"),
        ("9999-12-31T23:59:59.999999Z", "31 December 9999"),
    ] {
        assert_eq!(at(text).day_month_year(), day);
    }
    assert_eq!(Timestamp::from_micros(-1).day_month_year(), "1 January 1970");
    assert_eq!(Timestamp::from_micros(i64::MAX).day_month_year(), "31 December 9999");
}

#[test]
fn refuses_what_is_no_time_from_1970_to_9999() {
    for text in [
        "",
        "2026-11-22",
        "2026-11-22T12:00:00",
        "2026-11-22T12:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T12:60:00Z",
        "2026-11-22T12:00:00+25:00",
        "2026-11-22T12:00:00.Z",
        " 2026-11-22T12:00:00Z",
        "2026-11-22T12:00:00Z\0",
        "26-11-22T12:00:00Z",
        "10000-01-01T00:00:00Z",
        "-2026-11-22T12:00:00Z",
        "1795348800",
        "now",
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00+00:01",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:59.999999-23:59",
        "0000-01-01T00:00:00+23:59",
    ] {
        assert_eq!(Timestamp::parse_rfc3339(text), None, "{text:?}");
    }
}

#[test]
fn a_timestamp_shows_six_digits_always() {
    for (micros, text) in [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (NOON, "2026-11-22T12:00:00.000000Z"),
        (NOON + 120_000, "2026-11-22T12:00:00.120000Z"),
        (Timestamp::MAX.micros(), "9999-12-31T23:59:59.999999Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
        (-62_167_219_200_000_001, "-0001-12-31T23:59:59.999999Z"),
    ] {
        assert_eq!(Timestamp::from_micros(micros).to_string(), text);
    }
    for beyond in [Timestamp::MAX.plus_micros(1), Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX)] {
        assert!(write!(String::new(), "{beyond}").is_err(), "{}", beyond.micros());
    }
    assert_eq!(at("2026-11-22T12:05:09.9Z").hour_minute(), "12:05");
    assert_eq!(at("2026-11-22T12:05:09.9Z").hour_minute_second(), "12:05:09");
}

#[test]
fn kafka_stamps_are_milliseconds_from_1970_to_9999() {
    for (millis, micros) in [
        (0, Some(0)),
        (1, Some(1_000)),
        (NOON / 1_000, Some(NOON)),
        (253_402_300_799_999, Some(253_402_300_799_999_000)),
        (253_402_300_800_000, None),
        (-1, None),
        (i64::MAX, None),
        (i64::MIN, None),
    ] {
        assert_eq!(Timestamp::from_millis(millis).map(Timestamp::micros), micros, "{millis}");
    }
    assert_eq!(Timestamp::from_micros(1_999).millis(), 1);
    assert_eq!(Timestamp::from_micros(-1).millis(), -1, "rounded down");
}

#[test]
fn spans_do_not_overflow() {
    let last = Timestamp::from_micros(i64::MAX);
    assert_eq!(last.plus_micros(1), last);
    assert_eq!(last.micros_since(Timestamp::from_micros(i64::MIN)), i64::MAX);
    assert_eq!(at("2026-11-22T12:00:00Z").micros_since(at("2026-11-22T12:00:01Z")), -1_000_000);
}

#[test]
fn an_instant_on_the_border_belongs_to_the_minute_that_begins() {
    for (text, start) in [
        ("2026-11-22T11:59:59.999999Z", "2026-11-22 11:59:00"),
        ("2026-11-22T12:00:00Z", "2026-11-22 12:00:00"),
        ("2026-11-22T12:00:00.000001Z", "2026-11-22 12:00:00"),
        ("2026-11-22T12:00:59.999999Z", "2026-11-22 12:00:00"),
        ("2026-11-22T12:01:00Z", "2026-11-22 12:01:00"),
        ("2026-12-31T23:59:59.999999Z", "2026-12-31 23:59:00"),
        ("2027-01-01T00:00:00Z", "2027-01-01 00:00:00"),
        ("1970-01-01T00:00:59Z", "1970-01-01 00:00:00"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31 23:59:00"),
    ] {
        assert_eq!(Minute::of(at(text)).to_string(), start, "{text}");
    }
    assert_eq!(Minute::of(Timestamp::from_micros(-1)), Minute::from_number(-1));
}

#[test]
fn a_day_starts_at_midnight_utc() {
    let midnight = Minute::of(at("2026-11-22T00:00:00Z"));
    for text in ["2026-11-22T00:00:00Z", "2026-11-22T12:34:56Z", "2026-11-22T23:59:59.999999Z"] {
        assert_eq!(Minute::of(at(text)).day_start(), midnight, "{text}");
    }
    assert_eq!(Minute::of(at("2026-11-21T23:59:59Z")).day_start(), midnight.plus(-24 * 60));
    assert_eq!(Minute::from_number(-1).day_start(), Minute::from_number(-24 * 60));
    assert_eq!(Minute::of(at("2026-11-22T09:05:00Z")).hour_minute(), "09:05");
}

proptest! {
    #[test]
    fn what_is_displayed_reads_back(micros in 0..=Timestamp::MAX.micros()) {
        let at = Timestamp::from_micros(micros);
        prop_assert_eq!(Timestamp::parse_rfc3339(&at.to_string()), Some(at));
        prop_assert_eq!(at.to_string().len(), "2026-11-22T12:00:00.123456Z".len());
    }

    #[test]
    fn texts_sort_as_the_instants_do(left in 0..=Timestamp::MAX.micros(), right in 0..=Timestamp::MAX.micros()) {
        let (left, right) = (Timestamp::from_micros(left), Timestamp::from_micros(right));
        prop_assert_eq!(left.cmp(&right), left.to_string().cmp(&right.to_string()));
    }

    #[test]
    fn every_instant_lies_in_its_minute(micros in 0..=Timestamp::MAX.micros()) {
        let at = Timestamp::from_micros(micros);
        let minute = Minute::of(at);
        prop_assert!(minute.start() <= at && at < minute.end());
        prop_assert_eq!(minute.end(), minute.plus(1).start());
        prop_assert!(minute.day_start() <= minute && minute < minute.day_start().plus(24 * 60));
        prop_assert_eq!(minute.to_string(), format!("{}:00", at.to_string()[..16].replace('T', " ")));
        prop_assert_eq!(minute.hour_minute(), at.hour_minute());
    }

    #[test]
    fn never_panics(text in r"[0-9TtZz:.+\- ]{0,40}") {
        let _ = Timestamp::parse_rfc3339(&text);
    }
}
