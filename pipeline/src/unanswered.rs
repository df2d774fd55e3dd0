//! Notices when one record of the producer's stays without an answer although the cluster answers other questions. Such
//! a producer is given up for a new one: what it holds is still in the outbox. Pure; asked by the producer's watch.

use std::time::Duration;
use tokio::time::Instant;

/// Longer than the producer's own time-out of ten seconds, and the tries after it.
const UNANSWERED_MAX: Duration = Duration::from_secs(60);

/// The record that has waited longest, and since when that is so.
#[derive(Debug, Default)]
pub(super) struct Unanswered(Option<(i64, Instant)>);

impl Unanswered {
    /// Whether the lowest outbox row in flight has been the same one for too long.
    pub(super) fn is_too_long(&mut self, lowest: Option<i64>, now: Instant) -> bool {
        let same = self.0.filter(|(id, _)| Some(*id) == lowest);
        self.0 = same.or(lowest.map(|id| (id, now)));
        self.0.is_some_and(|(_, since)| now.duration_since(since) >= UNANSWERED_MAX)
    }

    /// The row that has waited longest, and for how long, as of the last look.
    pub(super) fn waits(&self, now: Instant) -> Option<(i64, Duration)> {
        self.0.map(|(id, since)| (id, now.duration_since(since)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_record_waits_too_long() {
        let began = Instant::now();
        let mut unanswered = Unanswered::default();
        for (second, lowest, expected) in [
            (0, None, false),
            (100, Some(7), false),
            (159, Some(7), false),
            (160, Some(7), true),
            (161, Some(8), false),
            (220, Some(8), false),
            (221, Some(8), true),
            (222, None, false),
            (300, Some(8), false),
        ] {
            let now = began + Duration::from_secs(second);
            assert_eq!(unanswered.is_too_long(lowest, now), expected, "{lowest:?} in second {second}");
        }
    }
}
