//! A minute of UTC, the unit in which everything is counted.

use crate::{Figures, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

const MICROS_PER_MINUTE: i64 = 60_000_000;
const MINUTES_PER_DAY: i64 = 24 * 60;

/// Minutes since 1970 in UTC. Displays as its start, `2026-11-22 12:00:00`, as the CSV files do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minute(i64);

impl Minute {
    /// From a count of minutes since 1970.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Minute(number)
    }

    /// Minutes since 1970.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The minute to which an instant belongs: its start belongs to it, its end to the next.
    #[must_use]
    pub const fn of(at: Timestamp) -> Self {
        Minute(at.micros().div_euclid(MICROS_PER_MINUTE))
    }

    /// Its first instant.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        Timestamp::from_micros(self.0 * MICROS_PER_MINUTE)
    }

    /// The first instant after it.
    #[must_use]
    pub const fn end(self) -> Timestamp {
        self.plus(1).start()
    }

    /// This many minutes later.
    #[must_use]
    pub const fn plus(self, minutes: i64) -> Self {
        Minute(self.0 + minutes)
    }

    /// The first minute of its UTC day.
    #[must_use]
    pub const fn day_start(self) -> Self {
        Minute(self.0 - self.0.rem_euclid(MINUTES_PER_DAY))
    }

    /// Its start as a time of day, `14:32`.
    #[must_use]
    pub fn hour_minute(self) -> String {
        self.start().hour_minute()
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.start().to_string();
        write!(f, "{} {}", &text[..10], &text[11..19])
    }
}

/// A minute with what was counted into it, own and foreign events together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinuteFigures {
    /// Which minute.
    pub minute: Minute,
    /// What was counted.
    pub figures: Figures,
    /// Whether the minute is complete and stands in the files.
    pub is_closed: bool,
    /// How often a late event changed it after it was closed.
    pub revision: i64,
}
