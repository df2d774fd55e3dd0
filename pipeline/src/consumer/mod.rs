//! The consumer of one topic: fetches records, counts them in one transaction, and only then tells Kafka so.
//!
//! It runs on a thread of its own, because librdkafka's calls block, and never has two batches under way. The
//! positions in the database decide where it reads; whatever goes wrong, it ends and begins again from them.

use crate::PipelineError;
use crate::batch::{Gathering, Shop};
use crate::health::HealthBoard;
use crate::kafka::{cluster_id, group_of};
use crate::link::Link;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Advance, Store, StoreError};
use streams::Topic;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

mod assignment;
mod dead_letters;
mod gaps;

use assignment::Assignment;

/// Records counted in one transaction.
const BATCH_RECORDS_MAX: usize = 2_000;
/// Bytes of them.
const BATCH_BYTES_MAX: usize = 8 * 1024 * 1024;
/// How long one poll waits, and so how fast shutdown is noticed.
const POLL: Duration = Duration::from_millis(100);
/// How often group offsets are committed; they only save work.
const COMMIT_EVERY: Duration = Duration::from_secs(5);
/// How often it is checked that the log is still the same.
const CHECK_EVERY: Duration = Duration::from_secs(60);
/// How soon after the first batch: a log that was empty had no record to know it by.
const FIRST_CHECK_AFTER: Duration = Duration::from_secs(1);
/// The pause before a batch is counted again that the database could not take.
const BUSY_PAUSE: Duration = Duration::from_millis(250);
/// How often that is tried before the consumer begins anew; stays far below `max.poll.interval.ms`.
const BUSY_TRIES_MAX: u32 = 20;

/// Reads until it is stopped.
///
/// # Errors
/// Whatever makes it necessary to begin again from the positions.
pub(crate) fn run(
    topic: Topic,
    link: &Link,
    store: Store,
    runtime: Handle,
    health: HealthBoard,
    revised: &Notify,
    stop: &CancellationToken,
) -> Result<(), PipelineError> {
    let assignment = Assignment::new(link, topic, store.clone(), runtime.clone());
    let group = group_of(store.source());
    let kafka: BaseConsumer<Assignment> = link.cluster.reader_config(&group).create_with_context(assignment)?;
    kafka.subscribe(&[topic.name()])?;
    let shop = Shop { source: store.source().to_owned(), first_minute: store.first_minute_of(topic) };
    let mut consumer = Consumer {
        kafka,
        link,
        store,
        runtime,
        health,
        shop,
        group,
        gathering: Gathering::new(topic, &link.log),
        epoch: 0,
        expected_ends: BTreeMap::new(),
        last_record_at: Instant::now(),
        last_commit_at: Instant::now(),
        last_check_at: Instant::now(),
        stalled_since: None,
        stuck: Vec::new(),
        refusal: gaps::Refusal::default(),
        is_new: true,
    };
    let ended = consumer.run(revised, stop);
    if let Ok(place) = Arc::clone(&link.leaving).try_acquire_owned()
        && !stop.is_cancelled()
    {
        // To leave the group takes long when an answer was lost on the way. The next one does not wait for it.
        let kafka = consumer.kafka;
        std::thread::spawn(move || drop((kafka, place)));
    }
    ended
}

/// What one step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Consumed {
    Nothing,
    Counted,
    /// Counted, and closed minutes were changed by it.
    Revised,
}

struct Consumer<'a> {
    kafka: BaseConsumer<Assignment>,
    link: &'a Link,
    store: Store,
    runtime: Handle,
    health: HealthBoard,
    shop: Shop,
    group: String,
    gathering: Gathering,
    /// The assignment under which `gathering` was fetched.
    epoch: u64,
    /// Ends up to which nothing is to be read, if the next thing that a partition says is that it is at its end.
    expected_ends: BTreeMap<i32, i64>,
    last_record_at: Instant,
    last_commit_at: Instant,
    last_check_at: Instant,
    /// Since when it is in no group, or the log has more and nothing of it comes.
    stalled_since: Option<Instant>,
    /// Partitions that had more to read than came, at the last look.
    stuck: Vec<i32>,
    refusal: gaps::Refusal,
    /// Nothing was counted yet.
    is_new: bool,
}

impl Consumer<'_> {
    fn run(&mut self, revised: &Notify, stop: &CancellationToken) -> Result<(), PipelineError> {
        let topic = self.gathering.topic;
        while !stop.is_cancelled() {
            if self.consume_once()? == Consumed::Revised {
                revised.notify_one();
            }
            if !self.is_same_log()? {
                tracing::warn!(%topic, "the log is another one than it was");
                return Ok(());
            }
            self.look_at_refusal();
            if self.has_stalled() {
                tracing::warn!(%topic, "nothing has come for too long; making a new consumer");
                return Ok(());
            }
        }
        self.commit_offsets(CommitMode::Sync);
        Ok(())
    }

    /// Fetches what is there, up to a batch, and counts it.
    fn consume_once(&mut self) -> Result<Consumed, PipelineError> {
        let mut wait = POLL;
        while self.gathering.records < BATCH_RECORDS_MAX && self.gathering.bytes < BATCH_BYTES_MAX {
            if !self.poll_once(wait)? {
                break;
            }
            // The first record was worth waiting for; the others are there already or come with the next batch.
            wait = Duration::ZERO;
        }
        if self.gathering.batch.advances.is_empty() {
            self.look_into_gaps()?;
            return Ok(Consumed::Nothing);
        }
        self.count()
    }

    /// Once a minute: a topic that was made anew, and has grown beyond the position since, is no error to Kafka.
    fn is_same_log(&mut self) -> Result<bool, PipelineError> {
        // The embedded broker's log dies with the broker, whose next life has another id.
        if self.link.cluster.is_embedded || self.last_check_at.elapsed() < CHECK_EVERY {
            return Ok(true);
        }
        self.last_check_at = Instant::now();
        self.kafka.context().still_holds(&self.kafka)
    }

    /// One poll; false when nothing more is there.
    fn poll_once(&mut self, wait: Duration) -> Result<bool, PipelineError> {
        let polled = self.kafka.poll(wait);
        let epoch = self.kafka.context().epoch()?;
        if epoch != self.epoch {
            // Partitions were taken or given: what was fetched under the old assignment is fetched again.
            self.gathering.begin_anew();
            self.expected_ends.clear();
            self.epoch = epoch;
        }
        match polled {
            None => Ok(false),
            Some(Ok(message)) => {
                crash::step("after_poll");
                self.expected_ends.remove(&message.partition());
                if let Some(held) = self.kafka.context().held(message.partition()) {
                    self.gathering.take(&message, held, &self.shop, self.store.now());
                }
                self.last_record_at = Instant::now();
                Ok(true)
            }
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                self.reached_end(partition);
                Ok(true)
            }
            Some(Err(error)) => match error.rdkafka_error_code() {
                // The log does not hold our position any more, or the topic is gone: begin anew from what is there.
                Some(
                    RDKafkaErrorCode::AutoOffsetReset
                    | RDKafkaErrorCode::OffsetOutOfRange
                    | RDKafkaErrorCode::UnknownTopicOrPartition
                    | RDKafkaErrorCode::UnknownTopic
                    | RDKafkaErrorCode::UnknownPartition
                    | RDKafkaErrorCode::Fatal,
                ) => Err(error.into()),
                // Brokers that do not answer, or refuse; librdkafka goes on trying, and the dashboard says so.
                _ => {
                    tracing::debug!(%error, "poll");
                    self.note_refusal(&error);
                    Ok(false)
                }
            },
        }
    }

    /// Counts what was gathered, then moves on.
    fn count(&mut self) -> Result<Consumed, PipelineError> {
        // Records of other producers count by their place in this log. The id is asked after they were fetched: within
        // the second before the link notices, another cluster may answer at the same address.
        if !self.gathering.batch.foreign.is_empty() && cluster_id(&self.kafka)? != self.link.log {
            return Err(KafkaError::Canceled.into());
        }
        dead_letters::publish(self.link, &self.gathering.batch.dead_letters);
        // Shared, not copied: it may hold megabytes of dead letters.
        let batch = Arc::new(self.gathering.take_batch());
        let mut tries = 0;
        let counted = loop {
            match self.runtime.block_on(self.store.count(Arc::clone(&batch))) {
                Ok(counted) => break counted,
                Err(error @ (StoreError::Busy | StoreError::DiskFull | StoreError::Unreachable(_)))
                    if tries < BUSY_TRIES_MAX =>
                {
                    tracing::warn!(%error, "the batch waits to be counted");
                    tries += 1;
                    self.runtime.block_on(tokio::time::sleep(BUSY_PAUSE));
                }
                Err(error) => return Err(error.into()),
            }
        };
        if std::mem::take(&mut self.is_new)
            && let Some(checked) = Instant::now().checked_sub(CHECK_EVERY - FIRST_CHECK_AFTER)
        {
            self.last_check_at = checked;
        }
        tracing::debug!(records = self.gathering.records, own = counted.own_events, counted.duplicates, "counted");
        self.kafka.context().moved(&batch.advances);
        self.note_kept(&batch.advances);
        self.gathering.clear();
        self.stalled_since = None;
        if self.last_commit_at.elapsed() >= COMMIT_EVERY {
            self.commit_offsets(CommitMode::Async);
        }
        Ok(if counted.revised.is_empty() { Consumed::Counted } else { Consumed::Revised })
    }

    /// For the trimmer, which alone forgets it.
    fn note_kept(&self, advances: &[Advance]) {
        if !self.link.cluster.is_embedded {
            return;
        }
        for (partition, (records, bytes)) in &self.gathering.read {
            if let Some(advance) = advance_of(advances, *partition) {
                self.link.shared.kept.add(self.gathering.topic.name(), *partition, advance.to, *records, *bytes);
            }
        }
    }

    /// After the database's commit, and never read back as truth.
    fn commit_offsets(&mut self, mode: CommitMode) {
        self.last_commit_at = Instant::now();
        let mut offsets = TopicPartitionList::new();
        for (partition, held) in self.kafka.context().all_held() {
            let offset = Offset::Offset(held.next_offset);
            if offsets.add_partition_offset(self.gathering.topic.name(), partition, offset).is_err() {
                return;
            }
        }
        if offsets.count() == 0 {
            return;
        }
        crash::step("before_group_commit");
        if let Err(error) = self.kafka.commit(&offsets, mode) {
            tracing::debug!(%error, "group offsets were not committed");
        }
        crash::step("after_group_commit");
    }
}

/// Unused partitions of an advance list keep their position.
fn advance_of(advances: &[Advance], partition: i32) -> Option<&Advance> {
    advances.iter().find(|advance| advance.partition == partition)
}
