//! What a consumer does while nothing comes: passes gaps before the end of a partition, and finds out that it stalls,
//! so that a new one takes its place.

use super::Consumer;
use crate::kafka::REQUEST_TIMEOUT;
use crate::pipeline::{PipelineError, refusal};
use rdkafka::Offset;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaError;
use std::time::{Duration, Instant};

/// How long a partition must be silent before the gap between its position and its end is looked into.
const SILENT_FOR: Duration = Duration::from_secs(1);
/// How long a consumer may be in no group, or read nothing of a log that has more, before it is given up for a new one.
/// Longer than it takes to join again after every time-out of ten seconds.
const STALLED_AFTER: Duration = Duration::from_secs(30);

impl Consumer<'_> {
    /// A transaction's marker or retention may leave offsets without records before the end of a partition. When
    /// nothing came between a seek and the end, there is nothing up to the end that was observed before the seek.
    pub(super) fn reached_end(&mut self, partition: i32) {
        let Some(end) = self.expected_ends.remove(&partition) else { return };
        if let Some(held) = self.kafka.context().held(partition)
            && end > self.gathering.next_offset(partition, held)
        {
            self.gathering.advance(partition, held, end);
        }
    }

    /// Looks, when nothing has come for a while, whether there is something to come.
    pub(super) fn look_into_gaps(&mut self) -> Result<(), PipelineError> {
        if self.last_record_at.elapsed() < SILENT_FOR {
            return Ok(());
        }
        self.last_record_at = Instant::now();
        let topic = self.gathering.topic.name();
        let mut is_stalled = false;
        self.stuck.clear();
        let held = self.kafka.context().all_held();
        // In no group yet, or with no share in it; then only that matters, and that a broker answers.
        let asked =
            if held.is_empty() { vec![(0, None)] } else { held.into_iter().map(|(p, at)| (p, Some(at))).collect() };
        for (partition, held) in asked {
            let Ok((_, end)) = self.kafka.fetch_watermarks(topic, partition, REQUEST_TIMEOUT) else {
                // While no broker answers nothing can come, and a new consumer would fare no better.
                self.stalled_since = None;
                return Ok(());
            };
            match held {
                None => is_stalled |= !self.kafka.context().is_assigned(),
                Some(held) if end > held.next_offset => {
                    is_stalled = true;
                    self.stuck.push(partition);
                    self.kafka.seek(topic, partition, Offset::Offset(held.next_offset), REQUEST_TIMEOUT)?;
                    self.expected_ends.insert(partition, end);
                }
                Some(_) => {}
            }
        }
        if !is_stalled {
            self.health.note_kafka_error(topic, None);
        }
        self.stalled_since = self.stalled_since.or(is_stalled.then(Instant::now)).filter(|_| is_stalled);
        Ok(())
    }

    /// Nothing comes although a broker answers, for so long that a new consumer fares better.
    pub(super) fn has_stalled(&self) -> bool {
        self.stalled_since.is_some_and(|since| since.elapsed() >= STALLED_AFTER)
    }

    /// What cannot be read, with the partitions that hold more than was read: librdkafka's error names none of them.
    pub(super) fn note_refusal(&self, error: &KafkaError) {
        let topic = self.gathering.topic.name();
        let stuck: Vec<String> = self.stuck.iter().map(i32::to_string).collect();
        let place = match stuck.as_slice() {
            [] => format!("to read {topic}"),
            [one] => format!("to read {topic}, partition {one}"),
            _ => format!("to read {topic}, partitions {}", stuck.join(", ")),
        };
        if let Some(refusal) = refusal(error, &place) {
            self.health.note_kafka_error(topic, Some(refusal));
        }
    }
}
