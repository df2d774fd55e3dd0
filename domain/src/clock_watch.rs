//! Holds closing back after the wall clock jumped forward. Rule 17 of the counting protocol, without any clock.
//!
//! A closed minute stays closed. A clock that jumps an hour ahead would close an hour of minutes that have not
//! happened; one that is put right within a minute has then done no harm. The closer asks before each attempt.

use crate::Timestamp;
use std::time::Duration;

/// How much further than the monotonic clock the wall clock may come between two readings: more than any slewing.
pub const JUMP_MICROS_MAX: i64 = 5_000_000;
/// How long closing waits after a jump, by the monotonic clock.
pub const CLOSING_WAITS: Duration = Duration::from_secs(60);

/// Compares readings of two clocks, one after another.
#[derive(Clone, Debug, Default)]
pub struct ClockWatch {
    last: Option<(Timestamp, Duration)>,
    /// On the monotonic clock.
    waits_until: Option<Duration>,
}

impl ClockWatch {
    /// Notes a reading of both clocks, taken together, and tells whether minutes may be closed by it. `monotonic` is
    /// the time since any fixed instant. Give it every reading, however often, also while no minute is due: a jump is
    /// seen between two of them.
    pub fn may_close(&mut self, wall: Timestamp, monotonic: Duration) -> bool {
        if let Some((last_wall, last_monotonic)) = self.last.replace((wall, monotonic)) {
            let passed = i64::try_from(monotonic.saturating_sub(last_monotonic).as_micros()).unwrap_or(i64::MAX);
            if wall.micros_since(last_wall).saturating_sub(passed) > JUMP_MICROS_MAX {
                self.waits_until = Some(monotonic.saturating_add(CLOSING_WAITS));
            }
        }
        if self.waits_until.is_some_and(|until| monotonic < until) {
            return false;
        }
        self.waits_until = None;
        true
    }
}
