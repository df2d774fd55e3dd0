//! The wall clock as an argument: everything that needs the time asks the clock it was given. Tests move it.

use domain::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The system's clocks, each moved by an offset that is zero outside tests. Clones share the offsets.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Of the wall clock.
    offset_micros: Arc<AtomicI64>,
    /// Of the wall clock against the database's.
    skew_micros: Arc<AtomicI64>,
    /// Of the monotonic clock.
    passed_micros: Arc<AtomicU64>,
    started: Instant,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock {
            offset_micros: Arc::default(),
            skew_micros: Arc::default(),
            passed_micros: Arc::default(),
            started: Instant::now(),
        }
    }
}

impl Clock {
    /// The time by this clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else asks")]
    pub fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(since_1970.as_micros()).unwrap_or(Timestamp::MAX.micros());
        let moved = self.offset_micros.load(Ordering::SeqCst) + self.skew_micros.load(Ordering::SeqCst);
        Timestamp::from_micros(micros).plus_micros(moved)
    }

    /// Another clock's time, moved as this one is.
    #[must_use]
    pub fn shifted(&self, at: Timestamp) -> Timestamp {
        at.plus_micros(self.offset_micros.load(Ordering::SeqCst))
    }

    /// The time that has passed since this clock was made, by the clock that nobody can set.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        self.started.elapsed() + Duration::from_micros(self.passed_micros.load(Ordering::SeqCst))
    }

    /// Lets so much time pass for this clock and all its clones, for tests; negative sets the wall clock back.
    pub fn advance_micros(&self, micros: i64) {
        // In this order: who reads in between must not take it for a wall clock that was set ahead.
        self.passed_micros.fetch_add(u64::try_from(micros).unwrap_or(0), Ordering::SeqCst);
        self.set_ahead_micros(micros);
    }

    /// Sets the wall clock ahead by so much, or back, as a person or a time server may; for tests.
    pub fn set_ahead_micros(&self, micros: i64) {
        self.offset_micros.fetch_add(micros, Ordering::SeqCst);
    }

    /// Sets this machine's wall clock ahead of the database's by so much, or behind it, for tests. On SQLite there is
    /// one clock, which moves.
    pub fn set_ahead_of_database_micros(&self, micros: i64) {
        self.skew_micros.fetch_add(micros, Ordering::SeqCst);
    }
}
