//! A quarter hour of UTC: hours and days of every time zone are made of these, so roll-ups are kept for them.

use crate::{Minute, Timestamp};

/// Minutes in one.
pub const QUARTER_MINUTES: i64 = 15;

/// Quarter hours since 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(i64);

impl Quarter {
    /// The one of this number since 1970.
    #[must_use]
    pub const fn from_number(number: i64) -> Quarter {
        Quarter(number)
    }

    /// The one to which a minute belongs.
    #[must_use]
    pub const fn of(minute: Minute) -> Quarter {
        Quarter(minute.number().div_euclid(QUARTER_MINUTES))
    }

    /// The one to which an instant belongs.
    #[must_use]
    pub const fn of_time(at: Timestamp) -> Quarter {
        Quarter::of(Minute::of(at))
    }

    /// The first one that begins at this minute or later.
    #[must_use]
    pub const fn from_minute_on(minute: Minute) -> Quarter {
        Quarter::of(minute.plus(QUARTER_MINUTES - 1))
    }

    /// Quarter hours since 1970.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Its first minute.
    #[must_use]
    pub const fn first_minute(self) -> Minute {
        Minute::from_number(self.0 * QUARTER_MINUTES)
    }
}
