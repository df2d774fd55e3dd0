//! Points in time: microseconds since 1970 in UTC, as SQL, Kafka and the browser all carry them.

use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

const MICROS: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

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

    /// Reads RFC 3339, any offset; finer digits than microseconds are cut. `None` outside 1970 to 9999.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let parsed = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        let micros = i64::try_from(parsed.unix_timestamp_nanos().div_euclid(1_000)).ok()?;
        Some(Timestamp(micros)).filter(|at| (Timestamp(0)..=Timestamp::MAX).contains(at))
    }

    /// The day in UTC as `22 November 2026`; before 1970 or beyond [`Timestamp::MAX`], that of the nearest end.
    #[must_use]
    pub fn day_month_year(self) -> String {
        let seconds = self.0.clamp(0, Timestamp::MAX.0).div_euclid(1_000_000);
        let date = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        format!("{} {} {}", date.day(), date.month(), date.year())
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
        let date = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).map_err(|_| fmt::Error)?;
        f.write_str(&date.format(MICROS).map_err(|_| fmt::Error)?)
    }
}
