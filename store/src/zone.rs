//! The owner's time zone: where days and hours begin, and how times are written. The bundled database of zones is the
//! same on every machine, and stays on the server: browsers get ready labels.

use domain::report::Day;
use domain::{EarlierTime, LocalTime, Minute, Timestamp};
use jiff::civil;
use jiff::tz::{self, TimeZone};
use jiff::{Span, ZonedDateTime};

/// Hours begin at quarter hours, so these are looked through for the next one.
const HOUR_STEP_MINUTES: i64 = 15;
/// An hour in which clocks are changed lasts two at most.
const HOUR_MINUTES_MAX: i64 = 120;
/// Changes of the clocks that a browser is told: two years of summer and winter.
const CHANGES_MAX: usize = 4;

/// A time zone.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// Until the owner has chosen.
    pub const UTC: Zone = Zone(TimeZone::UTC);

    /// The zone of this name, such as `Europe/Berlin`.
    #[must_use]
    pub fn named(name: &str) -> Option<Zone> {
        // Only whole names of the list: the library also knows abbreviations and offsets.
        let known = Zone::names().into_iter().find(|known| known.eq_ignore_ascii_case(name))?;
        if known == "UTC" {
            return Some(Zone::UTC);
        }
        tz::db().get(&known).ok().map(Zone)
    }

    /// Every name, in order.
    #[must_use]
    pub fn names() -> Vec<String> {
        tz::db().available().map(|name| name.as_str().to_owned()).collect()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The day to which an instant belongs.
    #[must_use]
    pub fn day_of(&self, at: Minute) -> Day {
        let date = self.zoned(at).date();
        let month = u8::try_from(date.month()).ok().and_then(|month| time::Month::try_from(month).ok());
        let day = u8::try_from(date.day()).unwrap_or(1);
        let date = month.and_then(|month| time::Date::from_calendar_date(date.year().into(), month, day).ok());
        Day(date.unwrap_or(time::Date::MIN))
    }

    /// The first minute of a day; midnight, or the first that its clocks show.
    #[must_use]
    pub fn day_start(&self, day: Day) -> Minute {
        let date = i16::try_from(day.0.year()).ok().and_then(|year| {
            civil::Date::new(year, u8::from(day.0.month()).cast_signed(), day.0.day().cast_signed()).ok()
        });
        let start =
            date.and_then(|date| date.to_zoned_datetime(self.0.clone()).ok()).and_then(|at| at.start_of_day().ok());
        start.map_or(Minute::of(Timestamp::MAX), |at| minute_of(&at))
    }

    /// The first minute after `at` at which an hour begins.
    #[must_use]
    pub fn next_hour(&self, at: Minute) -> Minute {
        let step = |minute: Minute| minute.plus(HOUR_STEP_MINUTES - minute.number().rem_euclid(HOUR_STEP_MINUTES));
        let mut next = step(at);
        while self.zoned(next).minute() != 0 && next.number() - at.number() < HOUR_MINUTES_MAX {
            next = step(next);
        }
        next
    }

    /// The same time of day so many days earlier; where clocks skipped it, the one after.
    #[must_use]
    pub fn days_earlier(&self, at: Minute, days: i64) -> Minute {
        let earlier = Span::new().try_days(days).and_then(|span| self.zoned(at).checked_sub(span));
        earlier.map_or(at, |at| minute_of(&at))
    }

    /// The day so many months before `day`; its month's last where it has none such.
    #[must_use]
    pub fn months_earlier(&self, day: Day, months: i64) -> Day {
        let span = Span::new().try_months(months);
        let earlier = span.and_then(|span| self.zoned(self.day_start(day)).checked_sub(span));
        earlier.map_or(day, |at| self.day_of(minute_of(&at)))
    }

    /// An instant in words, as `strftime` of the C library spells the pattern.
    #[must_use]
    pub fn words(&self, at: Minute, pattern: &str) -> String {
        self.zoned(at).strftime(pattern).to_string()
    }

    /// How its clocks stand to UTC at an instant, and stood before their last changes.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> LocalTime {
        let minute = Minute::of(at);
        let (offset_minutes, abbreviation) = self.stands(minute);
        // Clocks are changed at whole minutes: one that is changed at this one has changed.
        let changes = self.0.preceding(self.zoned(minute.plus(1)).timestamp()).take(CHANGES_MAX);
        let changes = changes.map(|change| Minute::from_number(change.timestamp().as_second().div_euclid(60)));
        // No time of the shop lies before 1970.
        let earlier = changes.take_while(|until| until.number() > 0).map(|until| {
            let (offset_minutes, abbreviation) = self.stands(until.plus(-1));
            EarlierTime { until: until.start(), offset_minutes, abbreviation }
        });
        LocalTime { offset_minutes, abbreviation, earlier: earlier.collect() }
    }

    /// Minutes ahead of UTC, and the name of that.
    fn stands(&self, at: Minute) -> (i64, String) {
        let zoned = self.zoned(at);
        (i64::from(zoned.offset().seconds()) / 60, zoned.strftime("%Z").to_string())
    }

    /// An instant beyond the calendar is shown as its end.
    fn zoned(&self, at: Minute) -> ZonedDateTime {
        let instant = jiff::Timestamp::from_second(at.number().saturating_mul(60)).unwrap_or(jiff::Timestamp::MAX);
        instant.to_zoned_datetime(self.0.clone())
    }
}

fn minute_of(at: &ZonedDateTime) -> Minute {
    Minute::from_number(at.timestamp().as_second().div_euclid(60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap_or_else(|| panic!("no zone {name}"))
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn days_have_the_hours_that_their_clocks_show() {
        for (name, date, next, hours, minutes) in [
            ("UTC", "2026-03-29", "2026-03-30", 24, 1_440),
            ("Europe/Berlin", "2026-03-28", "2026-03-29", 24, 1_440),
            ("Europe/Berlin", "2026-03-29", "2026-03-30", 23, 1_380),
            ("Europe/Berlin", "2026-10-25", "2026-10-26", 25, 1_500),
            ("America/New_York", "2026-03-08", "2026-03-09", 23, 1_380),
            ("America/New_York", "2026-11-01", "2026-11-02", 25, 1_500),
            // Begins at one o'clock.
            ("Africa/Cairo", "2026-04-24", "2026-04-25", 23, 1_380),
            // Clocks move by half an hour: one hour is longer, or two are one.
            ("Australia/Lord_Howe", "2026-04-05", "2026-04-06", 24, 1_470),
            ("Australia/Lord_Howe", "2026-10-04", "2026-10-05", 23, 1_410),
            ("Asia/Kathmandu", "2026-06-01", "2026-06-02", 24, 1_440),
            ("Pacific/Chatham", "2026-06-01", "2026-06-02", 24, 1_440),
        ] {
            let zone = zone(name);
            let (from, to) = (zone.day_start(day(date)), zone.day_start(day(next)));
            let starts: Vec<Minute> =
                std::iter::successors(Some(from), |at| Some(zone.next_hour(*at))).take_while(|at| *at < to).collect();
            assert_eq!((starts.len(), to.number() - from.number()), (hours, minutes), "{name} {date}");
            assert!(starts.iter().all(|start| start.number() % 15 == 0), "{name} {date}");
            assert_eq!(zone.day_of(from), day(date), "{name}");
            assert_eq!(zone.day_of(to.plus(-1)), day(date), "{name}");
        }
    }

    #[test]
    fn the_same_time_earlier_is_the_clocks_time() {
        let berlin = zone("Europe/Berlin");
        let noon = |text| berlin.day_start(day(text)).plus(12 * 60);
        // The day before has 23 hours.
        let monday = noon("2026-03-30");
        assert_eq!(berlin.words(berlin.days_earlier(monday, 1), "%F %H:%M"), "2026-03-29 12:00");
        assert_eq!(berlin.words(berlin.days_earlier(monday, 7), "%F %H:%M"), "2026-03-23 12:00");
        let skipped = berlin.day_start(day("2026-03-30")).plus(150);
        assert_eq!(berlin.words(berlin.days_earlier(skipped, 1), "%F %H:%M"), "2026-03-29 03:30");
        assert_eq!(berlin.months_earlier(day("2026-03-31"), 1), day("2026-02-28"));
        assert_eq!(berlin.months_earlier(day("2026-11-24"), 12), day("2025-11-24"));
    }

    #[test]
    fn names_are_whole_names_of_the_list() {
        for (name, is_known) in [
            ("Europe/Berlin", true),
            ("europe/berlin", true),
            ("UTC", true),
            ("", false),
            ("Europe", false),
            ("CET-1CEST", false),
            ("+02:00", false),
            ("../../etc/passwd", false),
            ("Europe/Berlin\0", false),
        ] {
            assert_eq!(Zone::named(name).is_some(), is_known, "{name}");
        }
        assert_eq!(zone("asia/kolkata").name(), "Asia/Kolkata");
        assert_eq!(Zone::UTC.name(), "UTC");
        assert!(Zone::names().len() > 400);
    }

    #[test]
    fn clocks_stand_to_utc_as_they_do_then() {
        let local = |name, text| zone(name).local(Timestamp::parse_rfc3339(text).unwrap());
        for (name, at, offset_minutes, abbreviation) in [
            ("UTC", "2026-07-01T12:00:00Z", 0, "UTC"),
            ("Europe/Berlin", "2026-07-01T12:00:00Z", 120, "CEST"),
            ("Europe/Berlin", "2026-12-01T12:00:00Z", 60, "CET"),
            ("Asia/Kathmandu", "2026-12-01T12:00:00Z", 345, "+0545"),
            ("America/St_Johns", "2026-12-01T12:00:00Z", -210, "NST"),
        ] {
            let local = local(name, at);
            assert_eq!((local.offset_minutes, &*local.abbreviation), (offset_minutes, abbreviation), "{name}");
        }
        assert_eq!(local("UTC", "2026-07-01T12:00:00Z"), LocalTime::default());
    }

    #[test]
    fn what_is_past_is_shown_as_clocks_showed_it_then() {
        let at = |text| Timestamp::parse_rfc3339(text).unwrap();
        let berlin = zone("Europe/Berlin");
        for now in ["2026-10-25T01:00:00Z", "2026-12-01T12:00:00Z", "2027-07-01T12:00:00Z"] {
            let local = berlin.local(at(now));
            assert_eq!(local.earlier.len(), CHANGES_MAX);
            for (instant, shown) in [
                ("2026-10-25T01:00:00Z", "02:00:00 CET"),
                ("2026-10-25T00:59:59Z", "02:59:59 CEST"),
                ("2026-03-29T00:59:59Z", "01:59:59 CET"),
            ] {
                assert_eq!(local.time(at(instant)), shown, "{instant}, as of {now}");
            }
        }
    }
}
