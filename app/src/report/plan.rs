//! Where the buckets of a report begin and end, and those that they are compared with. Pure: time and zone come in.

use domain::report::{Against, BUCKETS_MAX, BucketSize, Range};
use domain::{Minute, ReportQuery};
use store::Zone;

const HOUR_MINUTES: i64 = 60;
const DAY_MINUTES: i64 = 24 * HOUR_MINUTES;
const WEEK_DAYS: i64 = 7;

/// A range in buckets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Where each bucket begins, and where the last one ends.
    pub(super) bounds: Vec<Minute>,
    /// Whether now is in it.
    pub(super) is_live: bool,
    /// What it is compared with.
    pub(super) before: Option<PlanBefore>,
}

/// The buckets that a range is compared with, one for each of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlanBefore {
    pub(super) bounds: Vec<Minute>,
    /// Where the sum ends: as far as the range itself has come.
    pub(super) until: Minute,
}

impl PlanBefore {
    pub(super) fn from(&self) -> Minute {
        self.bounds.first().copied().unwrap_or_default()
    }
}

impl Plan {
    /// The plan for `query` while the minute `now` is open.
    pub(super) fn new(query: ReportQuery, zone: &Zone, now: Minute) -> Plan {
        let today = zone.day_of(now);
        let tomorrow = zone.day_start(next(today));
        let bounds = match query.range {
            Range::Hour => (1 - HOUR_MINUTES..=1).map(|ago| now.plus(ago)).collect(),
            Range::Today => bounds(zone.day_start(today), tomorrow, query.size, zone),
            Range::Day => last_24_hours(zone, now),
            Range::Week => bounds(zone.day_start(days_before(today, 6)), tomorrow, query.size, zone),
            Range::Month => bounds(zone.day_start(days_before(today, 29)), tomorrow, query.size, zone),
            Range::Year => {
                let first = next(zone.months_earlier(today, 12));
                bounds(zone.day_start(first), tomorrow, query.size, zone)
            }
            Range::Custom(from, to) => bounds(zone.day_start(from), zone.day_start(next(to)), query.size, zone),
        };
        let mut plan = Plan { bounds, is_live: false, before: None };
        plan.is_live = (plan.from()..plan.end()).contains(&now);
        plan.before = plan.compared(query, zone, now);
        plan
    }

    pub(super) fn from(&self) -> Minute {
        self.bounds.first().copied().unwrap_or_default()
    }

    pub(super) fn end(&self) -> Minute {
        self.bounds.last().copied().unwrap_or_default()
    }

    fn compared(&self, query: ReportQuery, zone: &Zone, now: Minute) -> Option<PlanBefore> {
        let days = (zone.day_of(self.end().plus(-1)).0 - zone.day_of(self.from()).0).num_days() + 1;
        let shift = |at: Minute| match (query.against, query.range) {
            (Against::Nothing, _) => None,
            (Against::Previous, Range::Hour) => Some(at.plus(-HOUR_MINUTES)),
            (Against::WeekEarlier, Range::Hour | Range::Day) => Some(zone.days_earlier(at, WEEK_DAYS)),
            // Hours, not days: those before them, whatever the clocks showed.
            (Against::Previous, Range::Day) => Some(at.plus(-DAY_MINUTES)),
            (Against::Previous, _) => Some(zone.days_earlier(at, days)),
            (Against::WeekEarlier, _) => Some(zone.days_earlier(at, (days + WEEK_DAYS - 1) / WEEK_DAYS * WEEK_DAYS)),
        };
        let mut bounds: Vec<Minute> = self.bounds.iter().map(|at| shift(*at)).collect::<Option<_>>()?;
        // The hours of a day that clocks skipped, as Samoa's did in 2011, are none: they end where the next day begins.
        for index in (1..bounds.len()).rev() {
            bounds[index - 1] = bounds[index - 1].min(bounds[index]);
        }
        let until = if self.is_live { shift(now.plus(1))? } else { bounds.last().copied()? };
        Some(PlanBefore { until: until.min(bounds.last().copied()?), bounds })
    }
}

/// Hours or days from `from` to `to`; never more than an answer may have.
fn bounds(from: Minute, to: Minute, size: BucketSize, zone: &Zone) -> Vec<Minute> {
    let after = |at: Minute| match size {
        BucketSize::Minute => at.plus(1),
        BucketSize::Hour => zone.next_hour(at),
        BucketSize::Day => zone.day_start(next(zone.day_of(at))),
    };
    let mut bounds: Vec<Minute> =
        std::iter::successors(Some(from), |at| Some(after(*at))).take_while(|at| *at < to).take(BUCKETS_MAX).collect();
    bounds.push(bounds.last().map_or(to, |last| after(*last)).min(to));
    bounds
}

/// The hour under way, and the 23 before it.
fn last_24_hours(zone: &Zone, now: Minute) -> Vec<Minute> {
    let yesterday = zone.day_start(days_before(zone.day_of(now), 2));
    let hours = bounds(yesterday, zone.next_hour(now), BucketSize::Hour, zone);
    hours.iter().skip(hours.len().saturating_sub(25)).copied().collect()
}

fn next(day: domain::report::Day) -> domain::report::Day {
    domain::report::Day(day.0.succ_opt().unwrap_or(day.0))
}

fn days_before(day: domain::report::Day, days: u16) -> domain::report::Day {
    (0..days).fold(day, |day, _| domain::report::Day(day.0.pred_opt().unwrap_or(day.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    /// A time of day of a zone.
    fn at(zone: &Zone, day: &str, minutes: i64) -> Minute {
        zone.day_start(domain::report::Day::parse(day).unwrap()).plus(minutes)
    }

    fn plan(query: &str, zone: &Zone, now: Minute) -> Plan {
        Plan::new(ReportQuery::parse(query).unwrap(), zone, now)
    }

    fn shown(zone: &Zone, minute: Minute) -> String {
        zone.words(minute, "%F %H:%M")
    }

    /// Query, time zone, day and minute of now; number of buckets, first, end, what it is compared with from and until.
    type Row = (&'static str, &'static str, (&'static str, i64), usize, [&'static str; 4]);

    #[test]
    fn ranges_begin_and_end_where_the_owners_clock_says() {
        let rows: [Row; 13] = [
            (
                "range=hour",
                "UTC",
                ("2026-11-24", 872),
                60,
                ["2026-11-24 13:33", "2026-11-24 14:33", "2026-11-24 12:33", "2026-11-24 13:33"],
            ),
            (
                "range=hour&compare=week",
                "UTC",
                ("2026-11-24", 872),
                60,
                ["2026-11-24 13:33", "2026-11-24 14:33", "2026-11-17 13:33", "2026-11-17 14:33"],
            ),
            (
                "range=today",
                "Asia/Kolkata",
                ("2026-11-24", 872),
                24,
                ["2026-11-24 00:00", "2026-11-25 00:00", "2026-11-23 00:00", "2026-11-23 14:33"],
            ),
            (
                "range=24h",
                "Europe/Berlin",
                ("2026-11-24", 872),
                24,
                ["2026-11-23 15:00", "2026-11-24 15:00", "2026-11-22 15:00", "2026-11-23 14:33"],
            ),
            (
                "range=7d",
                "Europe/Berlin",
                ("2026-11-24", 872),
                7,
                ["2026-11-18 00:00", "2026-11-25 00:00", "2026-11-11 00:00", "2026-11-17 14:33"],
            ),
            (
                "range=7d&bucket=hour&compare=week",
                "Europe/Berlin",
                ("2026-11-24", 872),
                168,
                ["2026-11-18 00:00", "2026-11-25 00:00", "2026-11-11 00:00", "2026-11-17 14:33"],
            ),
            (
                "range=30d&compare=week",
                "UTC",
                ("2026-11-24", 872),
                30,
                ["2026-10-26 00:00", "2026-11-25 00:00", "2026-09-21 00:00", "2026-10-20 14:33"],
            ),
            (
                "range=12m",
                "America/New_York",
                ("2026-11-24", 872),
                365,
                ["2025-11-25 00:00", "2026-11-25 00:00", "2024-11-25 00:00", "2025-11-24 14:33"],
            ),
            (
                "range=custom&from=2026-11-02&to=2026-11-03",
                "UTC",
                ("2026-11-24", 872),
                48,
                ["2026-11-02 00:00", "2026-11-04 00:00", "2026-10-31 00:00", "2026-11-02 00:00"],
            ),
            // Clocks are changed in it, and in what it is compared with.
            (
                "range=24h",
                "Europe/Berlin",
                ("2026-03-29", 812),
                24,
                ["2026-03-28 14:00", "2026-03-29 15:00", "2026-03-27 14:00", "2026-03-28 13:33"],
            ),
            (
                "range=today",
                "Europe/Berlin",
                ("2026-10-25", 872),
                25,
                ["2026-10-25 00:00", "2026-10-26 00:00", "2026-10-24 00:00", "2026-10-24 13:33"],
            ),
            (
                "range=today",
                "Europe/Berlin",
                ("2026-03-30", 872),
                24,
                ["2026-03-30 00:00", "2026-03-31 00:00", "2026-03-29 00:00", "2026-03-29 14:33"],
            ),
            (
                "range=custom&from=2026-03-29&to=2026-03-29",
                "Europe/Berlin",
                ("2026-11-24", 0),
                23,
                ["2026-03-29 00:00", "2026-03-30 00:00", "2026-03-28 00:00", "2026-03-29 00:00"],
            ),
        ];
        for (query, name, (day, minutes), buckets, [from, end, before_from, before_until]) in rows {
            let zone = zone(name);
            let plan = plan(query, &zone, at(&zone, day, minutes));
            assert_eq!(plan.bounds.len() - 1, buckets, "{query} in {name} on {day}");
            let ends = (shown(&zone, plan.from()), shown(&zone, plan.end()));
            assert_eq!(ends, (from.into(), end.into()), "{query} {name}");
            let before = plan.before.as_ref().expect("something to compare with");
            assert_eq!(before.bounds.len(), plan.bounds.len());
            let told = (shown(&zone, before.from()), shown(&zone, before.until));
            assert_eq!(told, (before_from.into(), before_until.into()), "{query} in {name} on {day}");
            assert!(plan.bounds.is_sorted() && before.bounds.is_sorted(), "{query} in {name}");
            assert_eq!(plan.is_live, !query.contains("custom"), "{query}");
        }
    }

    proptest! {
        /// Whatever is asked for, wherever the owner is, whenever it is.
        #[test]
        fn buckets_follow_one_another_as_do_those_of_before(
            query in prop_oneof![
                "range=(hour|today|24h|7d|30d|12m)(&bucket=(minute|hour|day))?(&compare=(week|none))?",
                "range=custom&from=20[0-4][0-9]-(02|10)-(01|28)&to=20[0-4][0-9]-(03|11)-(01|30)(&compare=week)?",
            ],
            name in prop::sample::select(vec![
                "UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe",
            ]),
            // From 2001 to 2049.
            now in 16_305_000..41_550_000_i64,
        ) {
            let Ok(query) = ReportQuery::parse(&query) else { return Ok(()) };
            let (zone, now) = (zone(name), Minute::from_number(now));
            let plan = Plan::new(query, &zone, now);
            prop_assert!((2..=BUCKETS_MAX + 1).contains(&plan.bounds.len()), "{} buckets", plan.bounds.len() - 1);
            prop_assert!(plan.bounds.is_sorted_by(|one, next| one < next), "{:?}", plan.bounds);
            prop_assert_eq!(plan.is_live, plan.from() <= now && now < plan.end());
            prop_assert!(plan.is_live || matches!(query.range, Range::Custom(..)));
            prop_assert_eq!(plan.before.is_none(), query.against == Against::Nothing);
            if let Some(before) = &plan.before {
                prop_assert_eq!(before.bounds.len(), plan.bounds.len());
                prop_assert!(before.bounds.is_sorted(), "{:?}", before.bounds);
                prop_assert!(before.bounds.iter().zip(&plan.bounds).all(|(before, bound)| before < bound));
                prop_assert!(before.from() <= before.until && before.until <= now.plus(1).max(plan.from()));
            }
        }
    }

    #[test]
    fn the_hours_of_a_day_that_was_skipped_are_none() {
        // Samoa had no 30 December 2011; 30 days later it is looked back upon.
        let plan = plan("range=30d&bucket=hour", &zone("Pacific/Apia"), Minute::from_number(22_127_640));
        assert!(plan.before.unwrap().bounds.is_sorted());
    }

    #[test]
    fn nothing_is_compared_when_asked_so_and_no_answer_is_too_long() {
        let now = at(&Zone::UTC, "2026-11-24", 872);
        assert_eq!(plan("range=7d&compare=none", &Zone::UTC, now).before, None);
        let long = plan("range=custom&from=2024-01-01&to=2026-03-09", &Zone::UTC, now);
        assert!(long.bounds.len() <= BUCKETS_MAX + 1);
        let future = plan("range=custom&from=9998-12-30&to=9998-12-31", &Zone::UTC, now);
        assert!(!future.is_live && future.bounds.len() == 49, "the end of the calendar");
    }
}
