//! The words of a report, in the owner's time zone: names of buckets, marks of the time axis, spans. Pure.

use super::plan::PlanBefore;
use domain::Minute;
use domain::report::BucketSize;
use store::Zone;

/// More marks than these would touch each other.
const TICKS_MAX: usize = 13;
/// Up to so many hours, marks are times of day; beyond, they are days.
const HOURS_BY_TIME_MAX: usize = 50;
/// Up to so many days, each has a mark; beyond, Mondays have.
const DAYS_EACH_MAX: usize = 10;
/// Beyond so many days, months have marks.
const DAYS_BY_WEEK_MAX: usize = 70;

/// A name for each bucket, no two neighbours alike: an hour that comes twice when clocks are set back tells its zone.
pub(super) fn names(bounds: &[Minute], size: BucketSize, zone: &Zone) -> Vec<String> {
    let pattern = match size {
        BucketSize::Minute => "%H:%M",
        BucketSize::Hour => "%a %-d %b, %H:%M",
        BucketSize::Day => "%a %-d %b %Y",
    };
    let starts = bounds.get(..bounds.len().saturating_sub(1)).unwrap_or_default();
    let mut names: Vec<String> = starts.iter().map(|start| zone.words(*start, pattern)).collect();
    for index in 1..names.len() {
        if names.get(index) == names.get(index - 1) {
            for twice in [index - 1, index] {
                if let (Some(name), Some(start)) = (names.get_mut(twice), starts.get(twice)) {
                    *name = zone.words(*start, &format!("{pattern} %Z"));
                }
            }
        }
    }
    names
}

/// Which buckets have a mark, and what it says.
pub(super) fn ticks(bounds: &[Minute], size: BucketSize, zone: &Zone) -> Vec<(usize, String)> {
    const QUARTERS: &[&str] = &["00", "15", "30", "45"];
    const EVERY_FOUR_HOURS: &[&str] = &["00:00", "04:00", "08:00", "12:00", "16:00", "20:00"];
    let starts = bounds.get(..bounds.len().saturating_sub(1)).unwrap_or_default();
    // How a mark is written, and what of a bucket's start decides whether it has one.
    let (pattern, deciding, marked): (&str, &str, &[&str]) = match (size, starts.len()) {
        (BucketSize::Minute, _) => ("%H:%M", "%M", QUARTERS),
        (BucketSize::Hour, ..=HOURS_BY_TIME_MAX) => ("%H:%M", "%H:%M", EVERY_FOUR_HOURS),
        (BucketSize::Hour, _) => ("%-d %b", "%H:%M", &["00:00"]),
        (BucketSize::Day, ..=DAYS_EACH_MAX) => ("%a %-d", "", &[""]),
        (BucketSize::Day, ..=DAYS_BY_WEEK_MAX) => ("%-d %b", "%a", &["Mon"]),
        (BucketSize::Day, _) => ("%b", "%d", &["01"]),
    };
    let marked: Vec<(usize, String)> = starts
        .iter()
        .enumerate()
        .filter(|(_, at)| marked.contains(&zone.words(**at, deciding).as_str()))
        .map(|(slot, at)| (slot, zone.words(*at, pattern)))
        .collect();
    let step = marked.len().div_ceil(TICKS_MAX).max(1);
    marked.into_iter().step_by(step).collect()
}

/// A span in words.
pub(super) fn period(from: Minute, end: Minute, size: BucketSize, zone: &Zone) -> String {
    let last = end.plus(-1);
    let is_same_day = zone.day_of(from) == zone.day_of(last);
    let is_whole_days = [from, end].into_iter().all(|at| zone.day_start(zone.day_of(at)) == at);
    match (size, is_same_day) {
        _ if is_whole_days && is_same_day => zone.words(from, "%A %-d %B %Y"),
        _ if is_whole_days => format!("{} to {}", zone.words(from, "%-d %b %Y"), zone.words(last, "%-d %b %Y")),
        (_, true) => format!("{} to {}", zone.words(from, "%a %-d %b, %H:%M"), zone.words(end, "%H:%M")),
        (_, false) => {
            format!("{} to {}", zone.words(from, "%a %-d %b, %H:%M"), zone.words(end, "%a %-d %b, %H:%M"))
        }
    }
}

/// What a range is compared with, in words.
pub(super) fn period_until(before: &PlanBefore, is_live: bool, size: BucketSize, zone: &Zone) -> String {
    let end = if is_live { before.until } else { before.bounds.last().copied().unwrap_or(before.until) };
    period(before.from(), end, size, zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::report::Day;

    fn bounds(zone: &Zone, from: &str, buckets: usize, next: impl Fn(Minute) -> Minute) -> Vec<Minute> {
        let from = zone.day_start(Day::parse(from).unwrap());
        std::iter::successors(Some(from), |at| Some(next(*at))).take(buckets + 1).collect()
    }

    #[test]
    fn an_hour_that_comes_twice_tells_its_zone() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let hours = bounds(&zone, "2026-10-25", 25, |at| zone.next_hour(at));
        let names = names(&hours, BucketSize::Hour, &zone);
        assert_eq!(
            names[1..5],
            ["Sun 25 Oct, 01:00", "Sun 25 Oct, 02:00 CEST", "Sun 25 Oct, 02:00 CET", "Sun 25 Oct, 03:00"]
        );
    }

    #[test]
    fn marks_are_those_that_a_person_would_write() {
        let zone = Zone::named("Asia/Kolkata").unwrap();
        let day = |at: Minute| at.plus(24 * 60);
        let labels =
            |bounds: &[Minute], size| ticks(bounds, size, &zone).into_iter().map(|(_, l)| l).collect::<Vec<_>>();
        let hours = bounds(&zone, "2026-11-24", 24, |at| at.plus(60));
        assert_eq!(labels(&hours, BucketSize::Hour), ["00:00", "04:00", "08:00", "12:00", "16:00", "20:00"]);
        let week = bounds(&zone, "2026-11-18", 7, day);
        assert_eq!(labels(&week, BucketSize::Day)[..2], ["Wed 18", "Thu 19"]);
        let month = bounds(&zone, "2026-10-26", 30, day);
        assert_eq!(labels(&month, BucketSize::Day), ["26 Oct", "2 Nov", "9 Nov", "16 Nov", "23 Nov"]);
        let year = bounds(&zone, "2025-11-25", 365, day);
        assert_eq!(labels(&year, BucketSize::Day)[..2], ["Dec", "Jan"]);
        assert_eq!(labels(&year, BucketSize::Day).len(), 12);
        let minutes = bounds(&zone, "2026-11-24", 60, |at| at.plus(1));
        assert_eq!(labels(&minutes, BucketSize::Minute), ["00:00", "00:15", "00:30", "00:45"]);
        assert!(ticks(&bounds(&zone, "2026-01-01", 800, day), BucketSize::Day, &zone).len() <= TICKS_MAX);
    }

    #[test]
    fn spans_are_said_shortly() {
        let zone = Zone::UTC;
        let at = |day: &str, minutes: i64| zone.day_start(Day::parse(day).unwrap()).plus(minutes);
        for (from, end, words) in [
            (at("2026-11-24", 813), at("2026-11-24", 873), "Tue 24 Nov, 13:33 to 14:33"),
            (at("2026-11-24", 0), at("2026-11-25", 0), "Tuesday 24 November 2026"),
            (at("2026-11-18", 0), at("2026-11-25", 0), "18 Nov 2026 to 24 Nov 2026"),
            (at("2026-11-23", 900), at("2026-11-24", 900), "Mon 23 Nov, 15:00 to Tue 24 Nov, 15:00"),
        ] {
            assert_eq!(period(from, end, BucketSize::Hour, &zone), words);
        }
    }
}
