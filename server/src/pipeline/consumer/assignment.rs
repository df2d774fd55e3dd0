//! Which partitions this consumer holds and where each stands. Librdkafka calls in here, from within a poll, when the
//! group gives or takes partitions; the positions in the database say where to read on.

use super::advance_of;
use crate::kafka::{Cluster, REQUEST_TIMEOUT, record_at};
use crate::pipeline::PipelineError;
use crate::pipeline::link::Link;
use domain::{Finding, Fingerprint, Topic, Verdict, judge};
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::{Advance, Position, Remember, Store};
use tokio::runtime::Handle;

/// The context of one consumer.
pub(super) struct Assignment {
    cluster: Cluster,
    log: String,
    topic: Topic,
    store: Store,
    runtime: Handle,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: BTreeMap<i32, Position>,
    /// Counts assignments and revocations.
    epoch: u64,
    failure: Option<PipelineError>,
}

impl Assignment {
    pub(super) fn new(link: &Link, topic: Topic, store: Store, runtime: Handle) -> Assignment {
        let (cluster, log) = (link.cluster.clone(), link.log.clone());
        Assignment { cluster, log, topic, store, runtime, state: Mutex::default() }
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
        let (low, high) = consumer.fetch_watermarks(self.topic.name(), partition, REQUEST_TIMEOUT)?;
        let stored = self.runtime.block_on(self.store.position(&self.log, self.topic, partition))?;
        let Some(stored) = stored else {
            return Ok(self.runtime.block_on(self.store.start_position(&self.log, self.topic, partition, low))?);
        };
        let (is, remember) = match self.judge(partition, low, high)? {
            Verdict::GoOn => (stored.next_offset.clamp(low, high.max(low)), Remember::Both),
            Verdict::TailLost => (high, Remember::First),
            Verdict::AnotherLog => (low, Remember::Nothing),
        };
        if remember == Remember::Both && is == stored.next_offset {
            return Ok(stored);
        }
        tracing::warn!(topic = %self.topic, partition, was = stored.next_offset, is, ?remember, "the log is not what it was");
        let restarted = self.store.restart_position(&self.log, self.topic, partition, stored, is, remember);
        Ok(self.runtime.block_on(restarted)?)
    }

    /// Whether the partition's log is still the one whose records were applied.
    fn judge(&self, partition: i32, low: i64, high: i64) -> Result<Verdict, PipelineError> {
        let remembered = self.runtime.block_on(self.store.remembered(&self.log, self.topic, partition))?;
        let Some((first, last)) = remembered else { return Ok(judge(None, None)) };
        let find = |known: Fingerprint| -> Result<Finding, PipelineError> {
            let is_inside = (low..high).contains(&known.offset);
            let found = if is_inside { record_at(&self.cluster, self.topic, partition, known.offset)? } else { None };
            Ok(known.find(low, high, found))
        };
        let last = find(last)?;
        // The first one is asked for only when it decides.
        match judge(Some(last), None) {
            Verdict::GoOn => Ok(Verdict::GoOn),
            _ => Ok(judge(Some(last), Some(find(first)?))),
        }
    }

    /// Looks whether all partitions that are held are still what they were.
    ///
    /// # Errors
    /// No broker answered, or the database did not.
    pub(super) fn still_holds(&self, consumer: &BaseConsumer<Self>) -> Result<bool, PipelineError> {
        for (partition, _) in self.all_held() {
            let (low, high) = consumer.fetch_watermarks(self.topic.name(), partition, REQUEST_TIMEOUT)?;
            if self.judge(partition, low, high)? != Verdict::GoOn {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl ClientContext for Assignment {}

impl ConsumerContext for Assignment {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, event: RDKafkaRespErr, partitions: &mut TopicPartitionList) {
        let result = if event == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.assign(consumer, partitions)
        } else {
            self.state().held.clear();
            consumer.unassign().map_err(PipelineError::from)
        };
        let mut state = self.state();
        state.epoch += 1;
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
