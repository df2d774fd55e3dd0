//! Which partitions this consumer holds and where each stands. Librdkafka calls in here, from within a poll, when the
//! group gives or takes partitions; the positions in the database say where to read on.

use super::advance_of;
use crate::PipelineError;
use crate::kafka::{Cluster, REQUEST_TIMEOUT, Shared, record_from, tell_throttling};
use crate::link::Link;
use domain::{Finding, Fingerprint, Verdict, judge};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::statistics::Statistics;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::{Advance, Position, Standing, Store};
use streams::Topic;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

/// The context of one consumer.
pub(super) struct Assignment {
    cluster: Cluster,
    log: String,
    topic: Topic,
    shared: Shared,
    store: Store,
    runtime: Handle,
    /// Told when a partition's log is not what it was.
    outlived: CancellationToken,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: BTreeMap<i32, Position>,
    /// The group has given this consumer its share, which may be nothing.
    is_assigned: bool,
    /// Counts assignments and revocations.
    epoch: u64,
    failure: Option<PipelineError>,
}

impl Assignment {
    pub(super) fn new(link: &Link, topic: Topic, store: Store, runtime: Handle) -> Assignment {
        let (cluster, log, outlived) = (link.cluster.clone(), link.log.clone(), link.outlived.clone());
        let shared = link.shared.clone();
        Assignment { cluster, log, topic, shared, store, runtime, outlived, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which assignment holds.
    ///
    /// # Errors
    /// When the last one failed.
    pub(super) fn epoch(&self) -> Result<u64, PipelineError> {
        let mut state = self.state();
        match state.failure.take() {
            Some(failure) => Err(failure),
            None => Ok(state.epoch),
        }
    }

    /// Whether the group has given this consumer its share, which may be nothing.
    pub(super) fn is_assigned(&self) -> bool {
        self.state().is_assigned
    }

    pub(super) fn held(&self, partition: i32) -> Option<Position> {
        self.state().held.get(&partition).copied()
    }

    pub(super) fn all_held(&self) -> Vec<(i32, Position)> {
        self.state().held.iter().map(|(partition, position)| (*partition, *position)).collect()
    }

    /// The database has moved these positions.
    pub(super) fn moved(&self, advances: &[Advance]) {
        for (partition, position) in &mut self.state().held {
            if let Some(advance) = advance_of(advances, *partition) {
                position.next_offset = advance.to;
            }
        }
    }

    fn assign(&self, consumer: &BaseConsumer<Self>, partitions: &TopicPartitionList) -> Result<(), PipelineError> {
        let mut positioned = TopicPartitionList::new();
        let mut held = BTreeMap::new();
        for element in partitions.elements() {
            let position = self.place(consumer, element.partition())?;
            positioned.add_partition_offset(
                element.topic(),
                element.partition(),
                Offset::Offset(position.next_offset),
            )?;
            held.insert(element.partition(), position);
        }
        consumer.assign(&positioned)?;
        tracing::debug!(topic = %self.topic, ?held, "partitions assigned");
        self.state().held = held;
        Ok(())
    }

    /// Where to read a partition from. One without a position starts at the earliest record. One whose log is not what
    /// it was goes on where [`judge`] says, under a new generation: records of other producers may be missed there, and
    /// are never counted twice.
    fn place(&self, consumer: &BaseConsumer<Self>, partition: i32) -> Result<Position, PipelineError> {
        // The position first: an end that is read after it lies behind it, whoever counts meanwhile.
        let seen = self.runtime.block_on(self.store.standing(&self.log, self.topic, partition))?;
        let (low, high) = consumer.fetch_watermarks(self.topic.name(), partition, REQUEST_TIMEOUT)?;
        let Some(seen) = seen else {
            return Ok(self.runtime.block_on(self.store.start_position(&self.log, self.topic, partition, low))?);
        };
        let log = LogBounds { partition, low, high: high.max(low) };
        let next = self.check(&seen, &log)?;
        if next.position.generation != seen.position.generation {
            tracing::warn!(topic = %self.topic, partition, was = ?seen, is = ?next, "the log is not what it was");
        } else if next == seen {
            return Ok(seen.position);
        }
        let checked = self.store.check_position(&self.log, self.topic, partition, seen.position, next);
        let position = self.runtime.block_on(checked)?;
        if position.generation != seen.position.generation {
            self.outlived.cancel();
        }
        Ok(position)
    }

    /// Compares what is remembered with what the log holds now.
    fn check(&self, seen: &Standing, log: &LogBounds) -> Result<Standing, PipelineError> {
        let Position { generation, next_offset } = seen.position;
        if self.cluster.is_embedded {
            // Its log dies with the broker, whose next life has another id. Only this process trims it.
            let next_offset = next_offset.clamp(log.low, log.high);
            let generation = generation + i64::from(next_offset != seen.position.next_offset);
            return Ok(Standing { position: Position { generation, next_offset }, ..*seen });
        }
        let find = |known: Option<Fingerprint>| -> Result<Option<Finding>, PipelineError> {
            let Some(known) = known else { return Ok(None) };
            let found = self.record_from(log, known.offset)?.filter(|found| found.offset == known.offset);
            Ok(Some(known.find(log.low, log.high, found)))
        };
        let verdict = judge(find(seen.last)?, find(seen.sample)?);
        let sample = self.record_from(log, log.low)?;
        let moved = |next_offset| Position { generation: generation + 1, next_offset };
        Ok(match verdict {
            Verdict::GoOn if (log.low..=log.high).contains(&next_offset) => Standing { sample, ..*seen },
            Verdict::GoOn => {
                Standing { position: moved(next_offset.clamp(log.low, log.high)), sample, last: seen.last }
            }
            Verdict::TailLost => Standing { position: moved(log.high), sample, last: sample },
            Verdict::AnotherLog => Standing { position: moved(log.low), sample: None, last: None },
        })
    }

    fn record_from(&self, log: &LogBounds, offset: i64) -> Result<Option<Fingerprint>, PipelineError> {
        if !(log.low..log.high).contains(&offset) {
            return Ok(None);
        }
        Ok(record_from(&self.cluster, self.topic, log.partition, offset)?)
    }

    /// Looks whether all partitions that are held are still what they were.
    ///
    /// # Errors
    /// No broker answered, or the database did not.
    pub(super) fn still_holds(&self, consumer: &BaseConsumer<Self>) -> Result<bool, PipelineError> {
        for (partition, held) in self.all_held() {
            if self.place(consumer, partition)?.generation != held.generation {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A partition's log as it is now.
struct LogBounds {
    partition: i32,
    low: i64,
    high: i64,
}

impl ClientContext for Assignment {
    fn error(&self, error: KafkaError, reason: &str) {
        self.shared.reasons.note(&error, reason);
    }

    fn stats(&self, statistics: Statistics) {
        tell_throttling(&self.shared.tell, self.topic.name(), &statistics);
    }
}

impl ConsumerContext for Assignment {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, event: RDKafkaRespErr, partitions: &mut TopicPartitionList) {
        let is_assigned = event == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        let result = if is_assigned {
            self.assign(consumer, partitions)
        } else {
            self.state().held.clear();
            consumer.unassign().map_err(PipelineError::from)
        };
        let mut state = self.state();
        state.epoch += 1;
        state.is_assigned = is_assigned;
        if let Err(error) = result {
            state.held.clear();
            state.failure = Some(error);
        } else if !matches!(
            event,
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS | RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS
        ) {
            state.failure = Some(KafkaError::Rebalance(RDKafkaErrorCode::from(event)).into());
        }
    }
}
