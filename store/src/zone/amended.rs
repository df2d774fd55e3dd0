//! What the bundled database does not know: it is that of 2025b, and this is what 2025c to 2026f decreed or put right
//! since 1970. A newer one makes this shorter; a test says when to look.

use chrono::{FixedOffset, NaiveDate};
use chrono_tz::{Europe, Tz};

/// The zone of a machine on which none was chosen. The library leaves it out, but an owner may have chosen it.
pub(super) const FACTORY: &str = "Factory";

/// From a second on, until before another, clocks stand otherwise than the database says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amendment {
    from: i64,
    until: i64,
    pub(super) clocks: Clocks,
}

/// How they stand.
#[derive(Clone, Copy, Debug)]
pub(super) enum Clocks {
    As(Tz),
    Fixed(FixedOffset, &'static str),
}

impl Amendment {
    pub(super) const fn holds_at(&self, second: i64) -> bool {
        self.from <= second && second < self.until
    }
}

/// Those of the zone of this name.
pub(super) fn of(name: &str) -> &'static [Amendment] {
    AMENDED.iter().find(|(names, _)| names.contains(&name)).map_or(&[], |(_, amendments)| amendments)
}

const AMENDED: [(&[&str], &[Amendment]); 11] = [
    (&[FACTORY], &[fixed(ALWAYS, FOR_GOOD, 0, "-00")]),
    // Summer time as in California.
    (
        &["America/Ensenada", "America/Santa_Isabel", "America/Tijuana", "Mexico/BajaNorte"],
        &[
            fixed(at(1970, 4, 26, 10, 0), at(1970, 10, 25, 9, 0), -7 * 60, "PDT"),
            fixed(at(1971, 4, 25, 10, 0), at(1971, 10, 31, 9, 0), -7 * 60, "PDT"),
            fixed(at(1972, 4, 30, 10, 0), at(1972, 10, 29, 9, 0), -7 * 60, "PDT"),
            fixed(at(1973, 4, 29, 10, 0), at(1973, 10, 28, 9, 0), -7 * 60, "PDT"),
            fixed(at(1974, 1, 6, 10, 0), at(1974, 10, 27, 9, 0), -7 * 60, "PDT"),
            fixed(at(1975, 2, 23, 10, 0), at(1975, 10, 26, 9, 0), -7 * 60, "PDT"),
        ],
    ),
    (&["Asia/Tehran", "Iran"], &[fixed(at(1979, 5, 25, 20, 30), at(1979, 5, 26, 20, 30), 270, "+0430")]),
    (&["America/Bogota"], &[fixed(at(1992, 5, 2, 5, 0), at(1992, 5, 3, 5, 0), -4 * 60, "-04")]),
    (&["Pacific/Guam", "Pacific/Saipan"], &[fixed(at(2000, 12, 22, 14, 0), FOR_GOOD, 10 * 60, "CHST")]),
    // Clocks are changed at the hour of the European Union.
    (
        &["Europe/Chisinau", "Europe/Tiraspol"],
        &[Amendment { from: at(2022, 1, 1, 0, 0), until: FOR_GOOD, clocks: Clocks::As(Europe::Bucharest) }],
    ),
    // No more Ramadan time, nor any other.
    (&["Africa/Casablanca", "Africa/El_Aaiun"], &[fixed(at(2026, 9, 20, 1, 0), FOR_GOOD, 0, "+00")]),
    // One winter without winter time.
    (&["America/Havana", "Cuba"], &[fixed(at(2026, 11, 1, 5, 0), at(2027, 3, 14, 5, 0), -4 * 60, "CDT")]),
    // Summer time for good, by another name.
    (
        &["America/Rainy_River", "America/Winnipeg", "Canada/Central"],
        &[fixed(at(2026, 11, 1, 7, 0), FOR_GOOD, -5 * 60, "EST")],
    ),
    (
        &["America/Edmonton", "America/Inuvik", "America/Yellowknife", "Canada/Mountain"],
        &[fixed(at(2026, 11, 1, 8, 0), FOR_GOOD, -6 * 60, "CST")],
    ),
    (&["America/Vancouver", "Canada/Pacific"], &[fixed(at(2026, 11, 1, 9, 0), FOR_GOOD, -7 * 60, "MST")]),
];

const ALWAYS: i64 = i64::MIN;
const FOR_GOOD: i64 = i64::MAX;

const fn fixed(from: i64, until: i64, minutes_ahead: i32, name: &'static str) -> Amendment {
    let Some(offset) = FixedOffset::east_opt(minutes_ahead * 60) else { panic!("less than a day ahead") };
    Amendment { from, until, clocks: Clocks::Fixed(offset, name) }
}

/// A time of UTC in seconds since 1970.
const fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32) -> i64 {
    let Some(date) = NaiveDate::from_ymd_opt(year, month, day) else { panic!("a day") };
    let Some(at) = date.and_hms_opt(hour, minute, 0) else { panic!("a time of day") };
    at.and_utc().timestamp()
}

#[cfg(test)]
mod tests {
    use super::AMENDED;
    use crate::Zone;
    use domain::{Minute, Timestamp};

    #[test]
    fn clocks_stand_as_was_decreed_after_the_database_was_made() {
        for (names, at, before, after) in [
            ("America/Tijuana Mexico/BajaNorte", "1970-04-26T10:00:00Z", "01:59 PST", "03:00 PDT"),
            ("America/Ensenada America/Santa_Isabel", "1975-10-26T09:00:00Z", "01:59 PDT", "01:00 PST"),
            ("Asia/Tehran Iran", "1979-05-25T20:30:00Z", "23:59 +0330", "01:00 +0430"),
            ("America/Bogota", "1992-05-02T05:00:00Z", "23:59 -05", "01:00 -04"),
            ("Pacific/Guam Pacific/Saipan", "2000-12-22T14:00:00Z", "23:59 GST", "00:00 CHST"),
            ("Europe/Chisinau Europe/Tiraspol", "2021-03-28T00:00:00Z", "01:59 EET", "03:00 EEST"),
            ("Europe/Chisinau Europe/Tiraspol", "2022-03-27T01:00:00Z", "02:59 EET", "04:00 EEST"),
            ("Europe/Chisinau Europe/Tiraspol", "2026-10-25T01:00:00Z", "03:59 EEST", "03:00 EET"),
            ("Africa/Casablanca Africa/El_Aaiun", "2026-09-20T01:00:00Z", "01:59 +01", "01:00 +00"),
            ("America/Havana Cuba", "2026-11-01T05:00:00Z", "00:59 CDT", "01:00 CDT"),
            ("America/Havana Cuba", "2027-03-14T05:00:00Z", "00:59 CDT", "01:00 CDT"),
            ("America/Havana Cuba", "2027-11-07T05:00:00Z", "00:59 CDT", "00:00 CST"),
            ("America/Winnipeg America/Rainy_River Canada/Central", "2026-11-01T07:00:00Z", "01:59 CDT", "02:00 EST"),
            ("America/Edmonton America/Inuvik America/Yellowknife", "2026-11-01T08:00:00Z", "01:59 MDT", "02:00 CST"),
            ("Canada/Mountain", "2050-07-01T00:00:00Z", "17:59 CST", "18:00 CST"),
            ("America/Vancouver Canada/Pacific", "2026-11-01T09:00:00Z", "01:59 PDT", "02:00 MST"),
            ("Factory", "2026-11-01T09:00:00Z", "08:59 -00", "09:00 -00"),
        ] {
            let at = Minute::of(Timestamp::parse_rfc3339(at).unwrap());
            for name in names.split(' ') {
                let zone = Zone::named(name).unwrap();
                let words = |at| zone.words(at, "%H:%M %Z");
                assert_eq!((words(at.plus(-1)), words(at)), (before.into(), after.into()), "{name}");
            }
        }
    }

    #[test]
    fn what_is_amended_are_zones_of_the_list_and_the_database_is_that_of_then() {
        assert_eq!(chrono_tz::IANA_TZDB_VERSION, "2025b", "read the NEWS of the newer one, and take out what it knows");
        for name in AMENDED.iter().flat_map(|(names, _)| *names) {
            assert_eq!(Zone::named(name).as_ref().map(Zone::name), Some(*name));
        }
        for (names, amendments) in AMENDED {
            let follow = amendments.is_sorted_by(|one, next| one.from < one.until && one.until < next.from);
            assert!(follow, "{names:?}: the first that holds is the only one");
        }
    }
}
