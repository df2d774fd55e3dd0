//! What a consumer does while nothing comes: passes gaps before the end of a partition, and finds out that it stalls,
//! so that a new one takes its place.

use super::Consumer;
use crate::PipelineError;
use crate::kafka::{REQUEST_TIMEOUT, Request, group_refusal, refusal};
use rdkafka::Offset;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a partition must be silent before the gap between its position and its end is looked into.
const SILENT_FOR: Duration = Duration::from_secs(1);
/// How long a consumer may be in no group, or read nothing of a log that has more, before it is given up for a new one.
/// Longer than it takes to join again after every time-out of ten seconds.
const STALLED_AFTER: Duration = Duration::from_secs(30);

/// What is remembered of a refusal to read.
#[derive(Default)]
pub(super) struct Refusal {
    /// The partitions that have not moved since, with where they stood; `None` until the first look: what was refused
    /// to the consumer before this one is refused until the opposite is seen.
    stood: Option<BTreeMap<i32, i64>>,
    /// When these were last looked at.
    looked_at: Option<Instant>,
    /// When the group last refused this member; what it holds it may hold on to for a while.
    by_group_at: Option<Instant>,
}

/// How long a group that refused a member is taken to refuse it still: longer than the tries to join again are apart.
const GROUP_REFUSES_FOR: Duration = Duration::from_secs(10);

impl Consumer<'_> {
    /// A transaction's marker or retention may leave offsets without records before the end of a partition. When
    /// nothing came between a seek and the end, there is nothing up to the end that was observed before the seek.
    pub(super) fn reached_end(&mut self, partition: i32) {
        if let Some(stood) = &mut self.refusal.stood {
            stood.remove(&partition);
        }
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
        self.stalled_since = self.stalled_since.or(is_stalled.then(Instant::now)).filter(|_| is_stalled);
        Ok(())
    }

    /// Nothing comes although a broker answers, for so long that a new consumer fares better.
    pub(super) fn has_stalled(&self) -> bool {
        self.stalled_since.is_some_and(|since| since.elapsed() >= STALLED_AFTER)
    }

    /// What cannot be read, with the partitions that hold more than was read: librdkafka's error names none of them,
    /// and comes once.
    pub(super) fn note_refusal(&mut self, error: &KafkaError) {
        let topic = self.gathering.topic.name();
        let stuck: Vec<String> = self.stuck.iter().map(i32::to_string).collect();
        let place = match stuck.as_slice() {
            [] => String::new(),
            [one] => format!(", partition {one}"),
            _ => format!(", partitions {}", stuck.join(", ")),
        };
        let words = match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::GroupAuthorizationFailed) => {
                self.refusal.by_group_at = Some(Instant::now());
                Some(group_refusal(topic, &self.group))
            }
            _ => refusal(error, Request::Read(topic), &place),
        };
        if let Some(words) = words {
            self.health.note_kafka_error(Request::Read(topic), Some(words));
            self.refusal.stood = Some(self.stands());
        }
    }

    /// Once a second, also while other partitions are read: whether what was refused is granted. A partition is
    /// readable when it has moved since, or has said that it is at its end. It says so once, so it is made to say it
    /// again.
    pub(super) fn look_at_refusal(&mut self) {
        let topic = self.gathering.topic.name();
        if self.refusal.looked_at.is_some_and(|at| at.elapsed() < SILENT_FOR) {
            return;
        }
        self.refusal.looked_at = Some(Instant::now());
        let is_told = self.health.tells(Request::Read(topic));
        let context = self.kafka.context();
        let is_refused_by_group = self.refusal.by_group_at.is_some_and(|at| at.elapsed() < GROUP_REFUSES_FOR);
        if !is_told || !context.is_assigned() || is_refused_by_group {
            return;
        }
        let has_moved = |partition: i32, stood: i64| context.held(partition).is_none_or(|at| at.next_offset != stood);
        let mut stood = self.refusal.stood.take().unwrap_or_else(|| self.stands());
        stood.retain(|partition, stood| !has_moved(*partition, *stood));
        for (partition, stood) in &stood {
            // Nothing of it is gathered now, so nothing is read twice.
            if let Err(error) = self.kafka.seek(topic, *partition, Offset::Offset(*stood), REQUEST_TIMEOUT) {
                tracing::debug!(%error, topic, partition, "a partition that was refused is not asked again");
            }
        }
        if stood.is_empty() {
            self.health.note_kafka_error(Request::Read(topic), None);
        }
        self.refusal.stood = Some(stood);
    }

    /// Where every partition stands that is held.
    fn stands(&self) -> BTreeMap<i32, i64> {
        let held = self.kafka.context().all_held().into_iter();
        held.map(|(partition, at)| (partition, at.next_offset)).collect()
    }
}
