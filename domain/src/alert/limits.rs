//! The values that rules take: numbers between two limits, and the hours in which the shop expects orders. What is not
//! one of them cannot be made.

use serde::{Deserialize, Serialize};
use std::fmt;

const MINUTES_PER_HOUR: i64 = 60;
const MINUTES_PER_DAY: i64 = 24 * 60;

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limited<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Limited<MIN, MAX> {
    /// The number, if it lies between the limits.
    #[must_use]
    pub const fn new(number: i64) -> Option<Self> {
        if MIN <= number && number <= MAX { Some(Limited(number)) } else { None }
    }

    /// Reads plain digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| is_plain).and_then(Self::new)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> fmt::Display for Limited<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A time of day, to the minute. Displays as `08:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOfDay(i64);

impl TimeOfDay {
    /// From minutes after midnight; `None` beyond a day.
    #[must_use]
    pub const fn from_minutes(minutes: i64) -> Option<TimeOfDay> {
        if 0 <= minutes && minutes < MINUTES_PER_DAY { Some(TimeOfDay(minutes)) } else { None }
    }

    /// A whole hour, for constants; beyond a day it is that hour of the next.
    #[must_use]
    pub const fn hour(hour: i64) -> TimeOfDay {
        TimeOfDay((hour * MINUTES_PER_HOUR).rem_euclid(MINUTES_PER_DAY))
    }

    /// Reads `08:00`, as a field for times sends it.
    #[must_use]
    pub fn parse(text: &str) -> Option<TimeOfDay> {
        let (hour, minute) = text.split_once(':')?;
        let is_number = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let number = |part: &str| part.parse::<i64>().ok().filter(|_| is_number(part));
        let (hour, minute) = (number(hour)?, number(minute)?);
        let is_time = (0..24).contains(&hour) && (0..MINUTES_PER_HOUR).contains(&minute);
        is_time.then_some(TimeOfDay(hour * MINUTES_PER_HOUR + minute))
    }

    /// Minutes after midnight.
    #[must_use]
    pub const fn minutes(self) -> i64 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / MINUTES_PER_HOUR, self.0 % MINUTES_PER_HOUR)
    }
}

/// From when to when orders are expected, by the owner's clock. They may pass midnight; from a time to the same time is
/// round the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpeningHours {
    /// The first minute.
    pub opens_at: TimeOfDay,
    /// The minute after the last.
    pub closes_at: TimeOfDay,
}

impl OpeningHours {
    /// How many minutes they last.
    #[must_use]
    pub fn length_minutes(self) -> i64 {
        match (self.closes_at.0 - self.opens_at.0).rem_euclid(MINUTES_PER_DAY) {
            0 => MINUTES_PER_DAY,
            minutes => minutes,
        }
    }

    /// For how many minutes the shop is open at this time of day: `None` while it is closed, `i64::MAX` round the
    /// clock.
    #[must_use]
    pub fn open_for_minutes(self, now: TimeOfDay) -> Option<i64> {
        if self.length_minutes() == MINUTES_PER_DAY {
            return Some(i64::MAX);
        }
        let since_opening = (now.0 - self.opens_at.0).rem_euclid(MINUTES_PER_DAY);
        (since_opening < self.length_minutes()).then_some(since_opening)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_between_their_limits() {
        for (text, number) in [
            ("5", Some(5)),
            ("1440", Some(1_440)),
            ("007", Some(7)),
            ("4", None),
            ("1441", None),
            ("", None),
            ("+7", None),
            ("-7", None),
            (" 7", None),
            ("7.5", None),
            ("seven", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(Limited::<5, 1_440>::parse(text).map(Limited::get), number, "{text:?}");
        }
    }

    #[test]
    fn times_of_day_are_read_as_fields_send_them() {
        for (text, minutes) in [
            ("00:00", Some(0)),
            ("08:30", Some(510)),
            ("23:59", Some(1_439)),
            ("24:00", None),
            ("8:30", None),
            ("08:60", None),
            ("08:30:00", None),
            ("0830", None),
            ("-1:30", None),
            ("+8:30", None),
            ("", None),
        ] {
            assert_eq!(TimeOfDay::parse(text).map(TimeOfDay::minutes), minutes, "{text:?}");
        }
        assert_eq!(TimeOfDay::hour(8).to_string(), "08:00");
    }

    #[test]
    fn opening_hours_may_pass_midnight() {
        for (opens_at, closes_at, now, open_for) in [
            ("08:00", "20:00", "07:59", None),
            ("08:00", "20:00", "08:00", Some(0)),
            ("08:00", "20:00", "19:59", Some(719)),
            ("08:00", "20:00", "20:00", None),
            ("18:00", "02:00", "17:59", None),
            ("18:00", "02:00", "23:00", Some(300)),
            ("18:00", "02:00", "01:59", Some(479)),
            ("18:00", "02:00", "02:00", None),
            ("06:00", "06:00", "05:59", Some(i64::MAX)),
        ] {
            let time = |text| TimeOfDay::parse(text).unwrap();
            let hours = OpeningHours { opens_at: time(opens_at), closes_at: time(closes_at) };
            assert_eq!(hours.open_for_minutes(time(now)), open_for, "{opens_at} to {closes_at} at {now}");
        }
    }
}
