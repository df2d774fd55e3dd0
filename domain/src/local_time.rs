//! The owner's clock, as far as a browser must know it: how it stands to UTC now, and stood before its last changes.

use crate::Timestamp;
use serde::{Deserialize, Serialize};

const MICROS_PER_MINUTE: i64 = 60_000_000;
const MICROS_PER_DAY: i64 = 24 * 60 * MICROS_PER_MINUTE;

/// How the owner's clock stands to UTC at one instant, and stood before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTime {
    /// What it is ahead.
    pub offset_minutes: i64,
    /// What the zone calls it: `UTC`, `CET`, `+0530`.
    pub abbreviation: String,
    /// How it stood before its last changes, the latest first. What lies before all of them is shown as the oldest.
    pub earlier: Vec<EarlierTime>,
}

/// How a clock stood to UTC until it was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierTime {
    /// When it was changed.
    pub until: Timestamp,
    /// What it was ahead.
    pub offset_minutes: i64,
    /// What the zone called it.
    pub abbreviation: String,
}

impl Default for LocalTime {
    fn default() -> LocalTime {
        LocalTime { offset_minutes: 0, abbreviation: "UTC".to_owned(), earlier: Vec::new() }
    }
}

impl LocalTime {
    fn at(&self, at: Timestamp) -> (i64, &str) {
        let earlier = self.earlier.iter().take_while(|earlier| at < earlier.until).last();
        earlier.map_or((self.offset_minutes, &self.abbreviation), |earlier| {
            (earlier.offset_minutes, &earlier.abbreviation)
        })
    }

    /// An instant as the owner's clock shows it; format it as if it were in UTC.
    #[must_use]
    pub fn shown(&self, at: Timestamp) -> Timestamp {
        at.plus_micros(self.at(at).0 * MICROS_PER_MINUTE)
    }

    /// What the owner's zone calls its time at an instant.
    #[must_use]
    pub fn abbreviation(&self, at: Timestamp) -> &str {
        self.at(at).1
    }

    /// The time of day with its zone: `14:32:05 CET`.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> String {
        format!("{} {}", self.shown(at).hour_minute_second(), self.abbreviation(at))
    }

    /// The day: `2026-11-24`.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        self.shown(at).to_string().chars().take(10).collect()
    }

    /// The midnight before an instant, or when the day began whose midnight its clock skipped.
    #[must_use]
    pub fn midnight(&self, at: Timestamp) -> Timestamp {
        let shown = self.shown(at);
        let midnight = shown.plus_micros(-shown.micros().rem_euclid(MICROS_PER_DAY));
        let guess = midnight.plus_micros(-self.at(at).0 * MICROS_PER_MINUTE);
        midnight.plus_micros(-self.at(guess).0 * MICROS_PER_MINUTE)
    }

    /// The owner's clock on the day of `now`.
    #[must_use]
    pub fn clock(&self, now: Timestamp) -> Clock {
        Clock { today: self.day(now), local: self.clone() }
    }
}

/// The owner's clock on one day: what happened on another is told with its day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    local: LocalTime,
    today: String,
}

impl Clock {
    /// `14:32`, or `2026-11-23, 14:32`.
    #[must_use]
    pub fn minute(&self, at: Timestamp) -> String {
        self.on_its_day(at, self.local.shown(at).hour_minute())
    }

    /// `14:32:05`, or `2026-11-23, 14:32:05`.
    #[must_use]
    pub fn second(&self, at: Timestamp) -> String {
        self.on_its_day(at, self.local.shown(at).hour_minute_second())
    }

    /// `14:32:05 CET`, or `2026-11-23, 14:32:05 CET`.
    #[must_use]
    pub fn second_in_zone(&self, at: Timestamp) -> String {
        format!("{} {}", self.second(at), self.local.abbreviation(at))
    }

    fn on_its_day(&self, at: Timestamp, time: String) -> String {
        let day = self.local.day(at);
        if day == self.today { time } else { format!("{day}, {time}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    /// Berlin in the winter of 2026.
    fn berlin() -> LocalTime {
        let earlier = |until, offset_minutes, abbreviation: &str| EarlierTime {
            until: at(until),
            offset_minutes,
            abbreviation: abbreviation.to_owned(),
        };
        LocalTime {
            offset_minutes: 60,
            abbreviation: "CET".to_owned(),
            earlier: vec![earlier("2026-10-25T01:00:00Z", 120, "CEST"), earlier("2026-03-29T01:00:00Z", 60, "CET")],
        }
    }

    #[test]
    fn an_instant_is_shown_as_the_clock_showed_it_then() {
        for (instant, shown) in [
            ("2026-11-24T12:32:05Z", "13:32:05 CET"),
            ("2026-10-25T01:00:00Z", "02:00:00 CET"),
            ("2026-10-25T00:59:59Z", "02:59:59 CEST"),
            ("2026-03-29T01:00:00Z", "03:00:00 CEST"),
            ("2026-03-29T00:59:59Z", "01:59:59 CET"),
            ("2020-07-01T12:00:00Z", "13:00:00 CET"),
        ] {
            assert_eq!(berlin().time(at(instant)), shown, "{instant}");
        }
        assert_eq!(LocalTime::default().time(at("2026-10-25T00:59:59Z")), "00:59:59 UTC");
    }

    #[test]
    fn a_day_begins_at_its_own_midnight() {
        for (now, midnight) in [
            ("2026-11-24T12:32:05Z", "2026-11-23T23:00:00.000000Z"),
            ("2026-11-23T23:00:00Z", "2026-11-23T23:00:00.000000Z"),
            ("2026-10-25T09:00:00Z", "2026-10-24T22:00:00.000000Z"),
            ("2026-03-29T09:00:00Z", "2026-03-28T23:00:00.000000Z"),
        ] {
            assert_eq!(berlin().midnight(at(now)).to_string(), midnight, "{now}");
        }
    }

    #[test]
    fn the_day_is_told_where_it_is_not_today() {
        let clock = berlin().clock(at("2026-11-24T12:32:05Z"));
        for (instant, minute, second) in [
            ("2026-11-24T12:00:05Z", "13:00", "13:00:05"),
            ("2026-11-23T23:00:00Z", "00:00", "00:00:00"),
            ("2026-11-23T22:59:59Z", "2026-11-23, 23:59", "2026-11-23, 23:59:59"),
            ("2026-10-24T22:30:00Z", "2026-10-25, 00:30", "2026-10-25, 00:30:00"),
        ] {
            assert_eq!((clock.minute(at(instant)), clock.second(at(instant))), (minute.into(), second.into()));
        }
        assert_eq!(clock.second_in_zone(at("2026-10-24T22:30:00Z")), "2026-10-25, 00:30:00 CEST");
    }
}
