//! How the clocks of a zone stand to UTC at an instant: as the bundled database says, as was decreed after it was made,
//! and beyond its end as its last years go on.

use super::DAY_SECONDS;
use super::amended::{Amendment, Clocks};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Offset, TimeZone};
use chrono_tz::{OffsetName, Tz, TzOffset};
use std::fmt;

/// The database lists changes up to here.
const END_YEAR: i32 = 2100;
/// From here on what it lists are rules that hold for good: what is decreed for single years, as for Ramadan, is over.
const RULES_YEAR: i32 = 2088;

/// How far clocks are ahead of UTC, and what that is called: `CET`, `+0530`. Displays as its name.
#[derive(Clone, Debug)]
pub(super) enum Stand {
    Listed(TzOffset),
    Amended { offset: FixedOffset, name: &'static str },
}

impl Stand {
    /// At a second since 1970.
    pub(super) fn at(second: i64, zone: Tz, amendments: &[Amendment]) -> Stand {
        let amendment = amendments.iter().find(|amendment| amendment.holds_at(second));
        match amendment.map(|amendment| amendment.clocks) {
            None => Stand::listed(second, zone),
            Some(Clocks::As(other)) => Stand::listed(second, other),
            Some(Clocks::Fixed(offset, name)) => Stand::Amended { offset, name },
        }
    }

    fn listed(second: i64, zone: Tz) -> Stand {
        let at = DateTime::from_timestamp(within_the_list(second), 0).unwrap_or_default();
        Stand::Listed(zone.offset_from_utc_datetime(&at.naive_utc()))
    }

    /// Whether clocks show the same by it, and call it the same.
    pub(super) fn is_like(&self, other: &Stand) -> bool {
        // Only one of the two may spell a name that is its offset.
        let is_called_alike = || self.name() == other.name() || self.to_string() == other.to_string();
        self.fix() == other.fix() && is_called_alike()
    }

    /// `None` where the database has no other name than the offset.
    fn name(&self) -> Option<&str> {
        match self {
            Stand::Listed(offset) => offset.abbreviation(),
            Stand::Amended { name, .. } => Some(name),
        }
    }
}

impl Offset for Stand {
    fn fix(&self) -> FixedOffset {
        match self {
            Stand::Listed(offset) => offset.fix(),
            Stand::Amended { offset, .. } => *offset,
        }
    }
}

impl fmt::Display for Stand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stand::Listed(offset) => offset.fmt(f),
            Stand::Amended { name, .. } => f.write_str(name),
        }
    }
}

/// The same second of the same month and day in a listed year in which the days of the week are the same from March on:
/// what changes clocks is a rule such as the last Sunday of October. In January and February none does.
fn within_the_list(second: i64) -> i64 {
    let year = DateTime::from_timestamp(second, 0).map_or(END_YEAR, |at| at.year());
    if year < END_YEAR {
        return second;
    }
    let march = |year| NaiveDate::from_ymd_opt(year, 3, 1).unwrap_or_default();
    let weekday = march(year).weekday();
    let like = (RULES_YEAR..END_YEAR).find(|like| march(*like).weekday() == weekday).unwrap_or(RULES_YEAR);
    second - (march(year) - march(like)).num_days() * DAY_SECONDS
}
