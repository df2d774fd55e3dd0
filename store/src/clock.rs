//! The wall clock as an argument: everything that needs the time asks the clock it was given. Tests move it.

use domain::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The system's wall clock, moved by an offset that is zero outside tests. Clones share the offset.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_micros: Arc<AtomicI64>,
}

impl Clock {
    /// The time by this clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else asks")]
    pub fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(since_1970.as_micros()).unwrap_or(Timestamp::MAX.micros());
        Timestamp::from_micros(micros).plus_micros(self.offset_micros.load(Ordering::SeqCst))
    }

    /// Another clock's time, moved as this one is.
    #[must_use]
    pub fn shifted(&self, at: Timestamp) -> Timestamp {
        at.plus_micros(self.offset_micros.load(Ordering::SeqCst))
    }

    /// Moves this clock and all its clones, for tests; negative moves it back.
    pub fn advance_micros(&self, micros: i64) {
        self.offset_micros.fetch_add(micros, Ordering::SeqCst);
    }
}
