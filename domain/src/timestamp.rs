//! Points in time: microseconds since 1970 in UTC, as SQL, Kafka and the browser all carry them.

use chrono::{DateTime, Datelike, Month, Timelike};
use serde::{Deserialize, Serialize};
use std::fmt;

const NANOS_PER_SECOND: u32 = 1_000_000_000;

/// Microseconds since 1970-01-01T00:00:00Z. Displays as `2026-11-22T12:00:00.123456Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last instant that events may carry: the end of the year 9999. Later ones cannot be written as a date.
    pub const MAX: Timestamp = Timestamp(253_402_300_799_999_999);

    /// From microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Timestamp(micros)
    }

    /// From milliseconds since 1970, as Kafka stamps its records; `None` beyond [`Timestamp::MAX`] or before 1970.
    #[must_use]
    pub fn from_millis(millis: i64) -> Option<Self> {
        millis.checked_mul(1_000).map(Timestamp).filter(|at| (Timestamp(0)..=Timestamp::MAX).contains(at))
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since 1970, rounded down.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// This many microseconds later.
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Timestamp(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to `self`; negative when `earlier` is later.
    #[must_use]
    pub const fn micros_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Reads RFC 3339, any offset and any one character between day and time; finer digits than microseconds are cut.
    /// Second 60 may only end a month of UTC, and is the last instant before its end. `None` outside 1970 to 9999.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        // The library also reads a minus that is not ASCII's, but only a few characters between day and time.
        let (day, time) = text.is_ascii().then_some(text)?.split_at_checked(10)?;
        let parsed = DateTime::parse_from_rfc3339(&format!("{day}T{}", time.get(1..)?)).ok()?.to_utc();
        // It counts second 60 of any minute as nanoseconds beyond those of second 59.
        let is_leap_second = parsed.nanosecond() >= NANOS_PER_SECOND;
        if is_leap_second && !(parsed.hour() == 23 && parsed.minute() == 59 && is_last_of_month(parsed)) {
            return None;
        }
        let at = if is_leap_second { parsed.with_nanosecond(NANOS_PER_SECOND - 1)? } else { parsed };
        Some(Timestamp(at.timestamp_micros())).filter(|at| (Timestamp(0)..=Timestamp::MAX).contains(at))
    }

    /// The day in UTC as `22 November 2026`; before 1970 or beyond [`Timestamp::MAX`], that of the nearest end.
    #[must_use]
    pub fn day_month_year(self) -> String {
        let date = DateTime::from_timestamp_micros(self.0.clamp(0, Timestamp::MAX.0)).unwrap_or_default();
        let month = u8::try_from(date.month()).ok().and_then(|month| Month::try_from(month).ok());
        format!("{} {} {}", date.day(), month.map_or("", |month| month.name()), date.year())
    }

    /// The time of day in UTC as `14:32`.
    #[must_use]
    pub fn hour_minute(self) -> String {
        let minutes = self.0.div_euclid(60_000_000).rem_euclid(24 * 60);
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// The time of day in UTC as `14:32:05`.
    #[must_use]
    pub fn hour_minute_second(self) -> String {
        let seconds = self.0.div_euclid(1_000_000).rem_euclid(60);
        format!("{}:{seconds:02}", self.hour_minute())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = DateTime::from_timestamp_micros(self.0).filter(|at| (-9_999..=9_999).contains(&at.year()));
        let date = at.ok_or(fmt::Error)?.date_naive();
        write!(f, "{date}T{}.{:06}Z", self.hour_minute_second(), self.0.rem_euclid(1_000_000))
    }
}

fn is_last_of_month(at: DateTime<chrono::Utc>) -> bool {
    at.date_naive().succ_opt().is_some_and(|next| next.day() == 1)
}
