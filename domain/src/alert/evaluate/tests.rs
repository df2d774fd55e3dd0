//! Tables: what each rule says of what was seen.

use super::*;
use crate::alert::{Limited, OpeningHours};
use crate::{EarlierTime, Figures};

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// A calm shop, two minutes past 13:30 in Berlin's winter, which opened on the first of the month.
fn calm() -> Observation {
    let now = at("2026-11-24T12:32:10Z");
    Observation {
        now,
        local: LocalTime { offset_minutes: 60, abbreviation: "CET".to_owned(), earlier: Vec::new() },
        first_minute: Minute::of(at("2026-11-01T00:00:00Z")),
        last_order: Some(at("2026-11-24T12:31:00Z")),
        closed_until: Minute::of(now),
        busiest: None,
        revenue: None,
        outbox_events: 0,
        outbox_oldest: None,
        dead_letters: 0,
        stall: Stall::default(),
    }
}

/// All rules on, with hours of the owner's clock.
fn rules(opens_at: &str, closes_at: &str, minutes: i64) -> Rules {
    let time = |text| TimeOfDay::parse(text).unwrap();
    let mut rules = Rules { low_revenue_is_on: true, dead_letters_is_on: true, ..Rules::DEFAULT };
    rules.no_orders.is_on = true;
    rules.no_orders.minutes = Limited::new(minutes).unwrap();
    rules.no_orders.hours = OpeningHours { opens_at: time(opens_at), closes_at: time(closes_at) };
    rules.many_requests.is_on = true;
    rules.many_requests.per_minute = Limited::new(100).unwrap();
    rules
}

fn of(rule: RuleKind, rules: &Rules, seen: &Observation) -> Verdict {
    evaluate(rules, seen).into_iter().find(|(kind, _)| *kind == rule).unwrap().1
}

/// The figure and the words of a rule that fires.
fn told(verdict: Verdict) -> Option<(i64, String)> {
    match verdict {
        Verdict::Fires(Finding { figure, words, .. }) => Some((figure, words)),
        Verdict::Calm => None,
        Verdict::Unknown => panic!("it is known"),
    }
}

#[test]
fn a_calm_shop_has_no_alert_and_a_rule_that_is_off_says_nothing() {
    let all_calm = |rules: &Rules, seen: &Observation| {
        evaluate(rules, seen).into_iter().all(|(_, verdict)| verdict == Verdict::Calm)
    };
    assert!(all_calm(&rules("08:00", "20:00", 60), &calm()));
    let mut off = rules("08:00", "20:00", 60);
    (off.no_orders.is_on, off.many_requests.is_on, off.waiting_events.is_on) = (false, false, false);
    (off.low_revenue_is_on, off.dead_letters_is_on) = (false, false);
    off.no_minute_closed.is_on = false;
    let troubled = Observation {
        last_order: None,
        closed_until: Minute::of(at("2026-11-24T00:00:00Z")),
        outbox_events: 9,
        outbox_oldest: Some(at("2026-11-24T00:00:00Z")),
        dead_letters: 9,
        ..calm()
    };
    assert!(all_calm(&off, &troubled), "also of figures that are not complete");
}

#[test]
fn orders_are_missed_in_opening_hours_alone() {
    for (opens_at, closes_at, minutes, last_order, expected) in [
        ("08:00", "20:00", 60, Some("2026-11-24T11:32:11Z"), None),
        ("08:00", "20:00", 60, Some("2026-11-24T11:32:10Z"), Some(60)),
        ("08:00", "20:00", 60, None, Some(332)),
        // Open since 13:00, two and thirty minutes: what was before does not count.
        ("13:00", "20:00", 32, Some("2026-11-20T12:00:00Z"), Some(32)),
        ("13:00", "20:00", 33, Some("2026-11-20T12:00:00Z"), None),
        // Closed.
        ("14:00", "20:00", 5, None, None),
        ("08:00", "13:32", 5, None, None),
        // Over midnight, and round the clock.
        ("22:00", "14:00", 60, Some("2026-11-24T02:32:00Z"), Some(600)),
        ("00:00", "00:00", 60, Some("2026-11-23T12:32:00Z"), Some(1_440)),
    ] {
        let seen = Observation { last_order: last_order.map(at), ..calm() };
        let verdict = of(RuleKind::NoOrders, &rules(opens_at, closes_at, minutes), &seen);
        assert_eq!(told(verdict).map(|(figure, _)| figure), expected, "{opens_at} to {closes_at}, {last_order:?}");
    }
    // The clock went from two to three: open since midnight, three hours by the clock, two that passed.
    let winter = EarlierTime { until: at("2026-03-29T01:00:00Z"), offset_minutes: 60, abbreviation: "CET".to_owned() };
    let summer = LocalTime { offset_minutes: 120, abbreviation: "CEST".to_owned(), earlier: vec![winter] };
    let now = at("2026-03-29T01:00:00Z");
    let first_minute = Minute::of(at("2026-03-01T00:00:00Z"));
    let seen = Observation { now, local: summer, first_minute, last_order: None, ..calm() };
    for (minutes, figure) in [(120, Some(120)), (121, None)] {
        let verdict = of(RuleKind::NoOrders, &rules("00:00", "06:00", minutes), &seen);
        assert_eq!(told(verdict).map(|(figure, _)| figure), figure, "{minutes} minutes");
    }
    let silent = Observation { last_order: Some(at("2026-11-24T11:02:00Z")), ..calm() };
    let words = told(of(RuleKind::NoOrders, &rules("08:00", "20:00", 60), &silent)).unwrap().1;
    assert_eq!(words, "No order for 90 minutes of the opening hours.");
}

#[test]
fn a_shop_that_has_just_begun_has_missed_no_order() {
    let young = |first| Observation { last_order: None, first_minute: Minute::of(at(first)), ..calm() };
    let rules = rules("08:00", "20:00", 60);
    assert_eq!(of(RuleKind::NoOrders, &rules, &young("2026-11-24T12:00:00Z")), Verdict::Calm);
    assert!(told(of(RuleKind::NoOrders, &rules, &young("2026-11-24T11:30:00Z"))).is_some());
}

#[test]
fn orders_are_missed_although_figures_are_incomplete() {
    let away = Observation { last_order: None, closed_until: Minute::of(at("2026-11-24T08:00:00Z")), ..calm() };
    assert!(told(of(RuleKind::NoOrders, &rules("08:00", "20:00", 60), &away)).is_some());
}

#[test]
fn the_last_whole_minute_may_have_so_many_requests() {
    let rules = rules("08:00", "20:00", 60);
    let minute = |requests| MinuteFigures {
        minute: Minute::of(at("2026-11-24T12:31:00Z")),
        figures: Figures::requests(requests),
        is_closed: true,
        revision: 0,
    };
    for (requests, words) in [
        (0, None),
        (100, None),
        (101, Some("101 requests in the minute 13:31, more than 100.")),
        (12_345, Some("12,345 requests in the minute 13:31, more than 100.")),
    ] {
        let seen = Observation { busiest: Some(minute(requests)), ..calm() };
        let found = told(of(RuleKind::ManyRequests, &rules, &seen));
        assert_eq!(found, words.map(|words| (requests, words.to_owned())), "{requests}");
        let stale = Observation { closed_until: Minute::of(calm().now).plus(-4), ..seen.clone() };
        assert_eq!(of(RuleKind::ManyRequests, &rules, &stale), Verdict::Unknown, "{requests}");
        let late = Observation { closed_until: Minute::of(calm().now).plus(-3), ..seen };
        assert_ne!(of(RuleKind::ManyRequests, &rules, &late), Verdict::Unknown, "{requests}");
    }
}

#[test]
fn revenue_is_compared_with_that_of_a_week_before() {
    let rules = rules("08:00", "20:00", 60);
    let until = Minute::of(at("2026-11-24T12:32:00Z"));
    for (now, before, fires) in [
        (0, 0, false),
        (0, 1, true),
        (50, 100, false),
        (49, 100, true),
        (50, 101, true),
        (51, 101, false),
        (100, 0, false),
        (i64::MAX, i64::MAX, false),
        (i64::MAX / 2 - 1, i64::MAX, true),
    ] {
        let revenue = Some(Revenue { until, now: Money::from_cents(now), before: Money::from_cents(before) });
        let seen = Observation { revenue, ..calm() };
        assert_eq!(told(of(RuleKind::LowRevenue, &rules, &seen)).is_some(), fires, "{now} after {before}");
        let stale = Observation { closed_until: Minute::of(calm().now).plus(-4), ..seen };
        assert_eq!(of(RuleKind::LowRevenue, &rules, &stale), Verdict::Unknown, "{now} after {before}");
    }
    let revenue = Some(Revenue { until, now: Money::from_cents(1_250), before: Money::from_cents(123_456) });
    let found = told(of(RuleKind::LowRevenue, &rules, &Observation { revenue, ..calm() })).unwrap();
    assert_eq!(found.1, "€12.50 from 12:32 to 13:32, under half of the €1,234.56 of a week before.");
}

#[test]
fn events_may_wait_a_while() {
    let rules = rules("08:00", "20:00", 60);
    for (oldest, expected) in [
        (None, None),
        (Some("2026-11-24T12:31:10Z"), None),
        (Some("2026-11-24T12:31:09Z"), Some((61, "1,204 events waiting to be counted, for up to 61 seconds."))),
        // The clock went back.
        (Some("2026-11-24T12:40:00Z"), None),
    ] {
        let seen = Observation { outbox_events: 1_204, outbox_oldest: oldest.map(at), ..calm() };
        let found = told(of(RuleKind::WaitingEvents, &rules, &seen));
        assert_eq!(found, expected.map(|(figure, words)| (figure, words.to_owned())), "{oldest:?}");
    }
}

#[test]
fn dead_letters_are_told_until_they_are_dealt_with() {
    let rules = rules("08:00", "20:00", 60);
    for (dead_letters, words) in
        [(0, None), (1, Some("1 record could not be read.")), (7, Some("7 records could not be read."))]
    {
        let found = told(of(RuleKind::DeadLetters, &rules, &Observation { dead_letters, ..calm() }));
        assert_eq!(found, words.map(|words| (dead_letters, words.to_owned())));
    }
}

#[test]
fn a_stall_is_told_once_it_was_seen_for_long_enough() {
    let rules = rules("08:00", "20:00", 60);
    let seen = |closed_until: &str, unchanged_minutes, reason: &str| Observation {
        closed_until: Minute::of(at(closed_until)),
        stall: Stall { unchanged_minutes, reason: reason.to_owned() },
        ..calm()
    };
    let refusal = "Kafka refuses to read web_requests: topic authorization failed.";
    for (seen, expected) in [
        (seen("2026-11-24T12:32:00Z", 0, ""), Verdict::Calm),
        // Behind, as after a jump of the clock, but minutes close.
        (seen("2026-11-24T12:28:00Z", 9, ""), Verdict::Calm),
        // A server that was off for a day and has only begun to look.
        (seen("2026-11-23T12:27:00Z", 4, ""), Verdict::Unknown),
        (
            seen("2026-11-24T12:27:00Z", 5, ""),
            Verdict::Fires(Finding {
                words: "No minute has closed for 5 minutes.".to_owned(),
                figure: 5,
                threshold: 5,
            }),
        ),
        (
            seen("2026-11-24T12:22:00Z", 10, refusal),
            Verdict::Fires(Finding {
                words: format!("No minute has closed for 10 minutes. {refusal}"),
                figure: 10,
                threshold: 5,
            }),
        ),
    ] {
        assert_eq!(of(RuleKind::NoMinuteClosed, &rules, &seen), expected, "{seen:?}");
    }
}
