//! Reports: what an address asks for, and what is derived from counts.

use domain::report::{Against, BucketSize, Day, QueryProblem, Range, change_permille};
use domain::{Counts, Figures, Minute, Money, Quarter, ReportQuery, Timestamp};
use proptest::prelude::*;

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

#[test]
fn an_address_is_read_and_written_the_same() {
    use BucketSize::{Day as Days, Hour, Minute};
    let custom = Range::Custom(day("2026-11-01"), day("2026-11-24"));
    for (text, range, size, against, written) in [
        ("", Range::Hour, Minute, Against::Previous, "range=hour"),
        ("?range=today", Range::Today, Hour, Against::Previous, "range=today"),
        ("range=24h&compare=week", Range::Day, Hour, Against::WeekEarlier, "range=24h&compare=week"),
        ("range=7d&bucket=hour&x=y", Range::Week, Hour, Against::Previous, "range=7d&bucket=hour"),
        ("range=7d&bucket=day&compare=", Range::Week, Days, Against::Previous, "range=7d"),
        ("compare=none&range=12m", Range::Year, Days, Against::Nothing, "range=12m&compare=none"),
        (
            "range=custom&from=2026-11-01&to=2026-11-24",
            custom,
            Days,
            Against::Previous,
            "range=custom&from=2026-11-01&to=2026-11-24",
        ),
    ] {
        let query = ReportQuery::parse(text).unwrap();
        assert_eq!(query, ReportQuery { range, size, against }, "{text}");
        assert_eq!(query.to_string(), written);
        assert_eq!(ReportQuery::parse(&query.to_string()), Ok(query));
    }
}

#[test]
fn a_day_is_ten_characters_and_stands_in_the_calendar() {
    for text in ["1970-01-01", "2024-02-29", "2026-11-24", "2000-02-29", "9998-12-31"] {
        assert_eq!(Day::parse(text).map(|day| day.to_string()).as_deref(), Some(text));
    }
    for text in [
        "",
        "2026-11-4",
        "2026-1-024",
        "2026-11-+4",
        "2026-11- 4",
        "+026-11-24",
        "2026/11/24",
        "2026-11-24 ",
        "2026-11-24Z",
        "20261-1-24",
        "2026-00-10",
        "2026-13-01",
        "2026-11-00",
        "2026-11-31",
        "2023-02-29",
        "2100-02-29",
        "0000-01-01",
        "1969-12-31",
        "9999-01-01",
        "２026-11-24",
        "2026-11-é",
    ] {
        assert_eq!(Day::parse(text), None, "{text:?}");
    }
}

#[test]
fn what_strangers_write_is_refused_in_words() {
    let long = "9".repeat(10_000);
    for (text, problem) in [
        ("range=week", QueryProblem::Range),
        (&format!("range={long}"), QueryProblem::Range),
        ("range=%00", QueryProblem::Range),
        ("range=hour&bucket=day", QueryProblem::Size),
        ("range=12m&bucket=minute", QueryProblem::Size),
        ("compare=everything", QueryProblem::Against),
        ("range=custom", QueryProblem::Days),
        ("range=custom&from=2026-11-01", QueryProblem::Days),
        ("range=custom&from=2026-02-30&to=2026-03-01", QueryProblem::Days),
        ("range=custom&from=1969-12-31&to=1970-01-01", QueryProblem::Days),
        ("range=custom&from=2026-12-31&to=9999-01-01", QueryProblem::Days),
        ("range=custom&from=+2026-11-1&to=2026-11-02", QueryProblem::Days),
        ("range=custom&from=-999-11-01&to=2026-11-02", QueryProblem::Days),
        ("range=custom&from=2026-11-02&to=2026-11-01", QueryProblem::Reversed),
        ("range=custom&from=2020-01-01&to=2026-11-01", QueryProblem::TooLong),
    ] {
        assert_eq!(ReportQuery::parse(text), Err(problem), "{text:.80}");
        assert!(problem.to_string().ends_with('.'));
    }
}

#[test]
fn a_ratio_of_nothing_is_none() {
    let counts = |price, orders, paid, visits_num| Counts {
        figures: Figures {
            total_orders_num: orders,
            total_paid_orders_num: paid,
            total_orders_price: Money::from_cents(price),
            ..Figures::ZERO
        },
        visits_num,
    };
    for (counts, average, paid, conversion) in [
        (counts(0, 0, 0, 0), None, None, None),
        (counts(0, 0, 0, 7), None, None, Some(0)),
        (counts(1_000, 3, 1, 0), Some(333), Some(333), None),
        (counts(1_001, 2, 2, 3), Some(501), Some(1_000), Some(667)),
        (counts(i64::MAX, 1, 1, i64::MAX), Some(i64::MAX), Some(1_000), Some(0)),
    ] {
        assert_eq!(counts.average_order().map(Money::cents), average, "{counts:?}");
        assert_eq!(counts.paid_permille(), paid, "{counts:?}");
        assert_eq!(counts.conversion_permille(), conversion, "{counts:?}");
    }
}

#[test]
fn a_change_is_told_against_what_was() {
    for (now, before, change) in [
        (0, 0, None),
        (5, 0, None),
        (0, 5, Some(-1_000)),
        (5, 5, Some(0)),
        (10, 4, Some(1_500)),
        (2, 3, Some(-333)),
        (5, 3, Some(667)),
        (i64::MAX, 1, None),
    ] {
        assert_eq!(change_permille(now, before), change, "{now} after {before}");
    }
}

#[test]
fn counts_travel_as_ten_numbers() {
    let counts = Counts::from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(serde_json::to_string(&counts).unwrap(), "[1,2,3,4,5,6,7,8,9,10]");
    assert_eq!(serde_json::from_str::<Counts>("[1,2,3,4,5,6,7,8,9,10]").unwrap(), counts);
    assert_eq!(counts.plus(counts), Some(Counts::from([2, 4, 6, 8, 10, 12, 14, 16, 18, 20])));
    assert_eq!(counts.plus(Counts { visits_num: i64::MAX, ..counts }), None);
}

#[test]
fn a_quarter_hour_has_fifteen_minutes() {
    for (minute, of, from_on) in [(0, 0, 0), (1, 0, 1), (14, 0, 1), (15, 1, 1), (29, 1, 2), (-1, -1, 0)] {
        let minute = Minute::from_number(minute);
        assert_eq!(Quarter::of(minute).number(), of);
        assert_eq!(Quarter::from_minute_on(minute).number(), from_on);
        assert!(Quarter::of(minute).first_minute() <= minute);
    }
    assert_eq!(Quarter::of_time(Timestamp::from_micros(900_000_000)).number(), 1);
}

proptest! {
    #[test]
    fn any_address_is_read_or_refused_and_what_is_read_is_written_the_same(
        text in "(\\?|&|=|range|bucket|compare|from|to|custom|hour|day|7d|12m|2026-11-[0-3][0-9]|9{4}-12-31|week|none|.){0,24}",
    ) {
        if let Ok(query) = ReportQuery::parse(&text) {
            prop_assert_eq!(ReportQuery::parse(&query.to_string()), Ok(query));
            prop_assert!(query.range.sizes().contains(&query.size));
        }
    }
}
