//! The owner's time zone: where days and hours begin, and how times are written. The bundled database of zones is the
//! same on every machine, and stays on the server: browsers get ready labels.

mod amended;
mod stand;
#[cfg(test)]
mod tests;

use amended::Amendment;
use chrono::format::{DelayedFormat, StrftimeItems};
use chrono::{DateTime, Months, NaiveDateTime, NaiveTime, Offset, TimeDelta, Timelike};
use chrono_tz::{TZ_VARIANTS, Tz};
use domain::report::Day;
use domain::{EarlierTime, LocalTime, Minute, Timestamp};
use stand::Stand;

const MINUTE_SECONDS: i64 = 60;
const DAY_SECONDS: i64 = 24 * 60 * MINUTE_SECONDS;
/// Hours begin at quarter hours, so these are looked through for the next one.
const HOUR_STEP_MINUTES: i64 = 15;
/// An hour in which clocks are changed lasts two at most.
const HOUR_MINUTES_MAX: i64 = 120;
/// Changes of the clocks that a browser is told: two years of summer and winter.
const CHANGES_MAX: usize = 4;
/// The database is asked for single instants, so changes are looked for in such steps. No clocks are changed there and
/// back in less since 1970; the quickest are some of Brazil in October 2000, after a week less an hour.
const BACK_SECONDS: i64 = 6 * DAY_SECONDS;
/// 9999-12-30T22:00:00Z, the last instant that every zone writes with a year of four digits.
const LAST_SECOND: i64 = 253_402_207_200;

/// A time zone.
#[derive(Clone, Debug)]
pub struct Zone {
    name: &'static str,
    listed: Tz,
    amendments: &'static [Amendment],
}

impl Zone {
    /// Until the owner has chosen.
    pub const UTC: Zone = Zone { name: "UTC", listed: Tz::UTC, amendments: &[] };

    /// The zone of this name, such as `Europe/Berlin`.
    #[must_use]
    pub fn named(name: &str) -> Option<Zone> {
        let (name, listed) = list().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(Zone { name, listed, amendments: amended::of(name) })
    }

    /// Every name, in order.
    #[must_use]
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = list().map(|(name, _)| name.to_owned()).collect();
        names.sort_by_cached_key(|name| name.to_ascii_lowercase());
        names
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// The day to which an instant belongs.
    #[must_use]
    pub fn day_of(&self, at: Minute) -> Day {
        Day(self.shown(at).date())
    }

    /// The first minute of a day; midnight, or the first that its clocks show.
    #[must_use]
    pub fn day_start(&self, day: Day) -> Minute {
        self.minute_at(day.0.and_time(NaiveTime::MIN)).unwrap_or(Minute::of(Timestamp::MAX))
    }

    /// The first minute after `at` at which an hour begins.
    #[must_use]
    pub fn next_hour(&self, at: Minute) -> Minute {
        let step = |minute: Minute| minute.plus(HOUR_STEP_MINUTES - minute.number().rem_euclid(HOUR_STEP_MINUTES));
        let mut next = step(at);
        while self.shown(next).minute() != 0 && next.number() - at.number() < HOUR_MINUTES_MAX {
            next = step(next);
        }
        next
    }

    /// The same time of day so many days earlier; where clocks skipped it, the one after.
    #[must_use]
    pub fn days_earlier(&self, at: Minute, days: i64) -> Minute {
        // The second of two times that clocks show alike is the same as itself.
        let span = Some(days).filter(|days| *days != 0).and_then(TimeDelta::try_days);
        let earlier = span.and_then(|span| self.shown(at).checked_sub_signed(span));
        earlier.and_then(|earlier| self.minute_at(earlier)).unwrap_or(at)
    }

    /// The day so many months before `day`; its month's last where it has none such.
    #[must_use]
    pub fn months_earlier(&self, day: Day, months: u32) -> Day {
        let earlier = self.shown(self.day_start(day)).checked_sub_months(Months::new(months));
        earlier.and_then(|earlier| self.minute_at(earlier)).map_or(day, |at| self.day_of(at))
    }

    /// An instant in words, as `strftime` of the C library spells the pattern.
    #[must_use]
    pub fn words(&self, at: Minute, pattern: &str) -> String {
        let (stand, shown) = (self.stand(second_of(at)), self.shown(at));
        let (date, time) = (Some(shown.date()), Some(shown.time()));
        DelayedFormat::new_with_offset(date, time, &stand, StrftimeItems::new(pattern)).to_string()
    }

    /// How its clocks stand to UTC at an instant, and stood before their last changes.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> LocalTime {
        let minute = Minute::of(at);
        let (offset_minutes, abbreviation) = self.told(minute);
        // Clocks are changed at whole minutes: one that is changed at this one has changed.
        let latest = second_of(minute.plus(1)) - 1;
        let changes = std::iter::successors(self.change_until(latest), |change| self.change_until(*change - 1));
        let earlier = changes.take(CHANGES_MAX).map(|change| {
            let until = minute_of(change);
            let (offset_minutes, abbreviation) = self.told(until.plus(-1));
            EarlierTime { until: until.start(), offset_minutes, abbreviation }
        });
        LocalTime { offset_minutes, abbreviation, earlier: earlier.collect() }
    }

    /// Minutes ahead of UTC, and the name of that.
    fn told(&self, at: Minute) -> (i64, String) {
        let stand = self.stand(second_of(at));
        (i64::from(stand.fix().local_minus_utc()) / MINUTE_SECONDS, stand.to_string())
    }

    /// The second since which its clocks have stood, and been called, as at `latest`. No time of the shop lies before
    /// 1970.
    fn change_until(&self, latest: i64) -> Option<i64> {
        let stand = self.stand(latest);
        let mut changed = latest;
        while self.stand(changed - BACK_SECONDS).is_like(&stand) {
            changed -= BACK_SECONDS;
            if changed < MINUTE_SECONDS {
                return None;
            }
        }
        let mut before = changed - BACK_SECONDS;
        while changed - before > 1 {
            let between = before.midpoint(changed);
            if self.stand(between).is_like(&stand) {
                changed = between;
            } else {
                before = between;
            }
        }
        Some(changed).filter(|changed| *changed >= MINUTE_SECONDS)
    }

    /// What its clocks show.
    fn shown(&self, at: Minute) -> NaiveDateTime {
        let second = second_of(at);
        DateTime::from_timestamp(second, 0).unwrap_or_default().naive_utc() + self.stand(second).fix()
    }

    /// When its clocks show that: of two times the first; where they skip it, as much later as they skip.
    fn minute_at(&self, shown: NaiveDateTime) -> Option<Minute> {
        let as_utc = shown.and_utc().timestamp();
        // As clocks stood before any change that matters here, and as they stand then.
        let before = as_utc - self.offset(as_utc - DAY_SECONDS);
        let after = as_utc - self.offset(before);
        let at = if self.offset(after) == as_utc - after { after } else { before };
        Some(at).filter(|at| *at <= LAST_SECOND).map(minute_of)
    }

    /// Seconds ahead of UTC.
    fn offset(&self, second: i64) -> i64 {
        self.stand(second).fix().local_minus_utc().into()
    }

    fn stand(&self, second: i64) -> Stand {
        Stand::at(second, self.listed, self.amendments)
    }
}

/// Names and zones, those of the library and one that it leaves out.
fn list() -> impl Iterator<Item = (&'static str, Tz)> {
    TZ_VARIANTS.iter().map(|zone| (zone.name(), *zone)).chain([(amended::FACTORY, Tz::UTC)])
}

/// An instant beyond the calendar is shown as its end.
fn second_of(at: Minute) -> i64 {
    at.number().saturating_mul(MINUTE_SECONDS).clamp(-LAST_SECOND, LAST_SECOND)
}

fn minute_of(second: i64) -> Minute {
    Minute::from_number(second.div_euclid(MINUTE_SECONDS))
}
