//! How many bytes the embedded broker's log holds, as far as this process wrote or read them, so that the trimmer can
//! keep them within a budget. Kafka tells offsets only. Nothing is noted of a cluster outside.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a record takes beside its key, value and headers.
const RECORD_OVERHEAD_BYTES: usize = 64;

/// Bytes by topic and partition, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    steps: Mutex<BTreeMap<(String, i32), VecDeque<Step>>>,
}

/// Some records, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    /// The offset behind the last of them.
    end: i64,
    bytes: usize,
}

impl Kept {
    fn steps(&self) -> MutexGuard<'_, BTreeMap<(String, i32), VecDeque<Step>>> {
        self.steps.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that `records` records of `bytes` bytes stand before `end`, behind what was noted last.
    pub(crate) fn add(&self, topic: &str, partition: i32, end: i64, records: usize, bytes: usize) {
        let bytes = bytes + records * RECORD_OVERHEAD_BYTES;
        self.steps().entry((topic.to_owned(), partition)).or_default().push_back(Step { end, bytes });
    }

    /// For each partition that holds more than `bytes_max`, the offset before which its records must go. Forgets them.
    pub(crate) fn take_excess(&self, bytes_max: usize) -> BTreeMap<(String, i32), i64> {
        let mut excess = BTreeMap::new();
        for (place, steps) in self.steps().iter_mut() {
            let mut bytes: usize = steps.iter().map(|step| step.bytes).sum();
            let mut before = None;
            while bytes > bytes_max
                && let Some(step) = steps.pop_front()
            {
                bytes -= step.bytes;
                before = Some(step.end);
            }
            excess.extend(before.map(|offset| (place.clone(), offset)));
        }
        excess
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first_and_the_budget_is_kept_by_partition() {
        let kept = Kept::default();
        for offset in 0..5 {
            kept.add("a.dlq", 0, offset + 1, 1, 1_000);
        }
        kept.add("a.dlq", 1, 7, 2, 10);
        assert_eq!(kept.take_excess(3_500), [(("a.dlq".to_owned(), 0), 2)].into());
        assert_eq!(kept.take_excess(3_500), BTreeMap::new());
        kept.add("a.dlq", 0, 6, 1, 10_000);
        // A record that is larger than the budget goes as well.
        assert_eq!(kept.take_excess(3_500), [(("a.dlq".to_owned(), 0), 6)].into());
    }
}
