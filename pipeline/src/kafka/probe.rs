//! Questions to the cluster: who is it, where do its partitions end, which record stands at an offset. Blocking calls
//! are moved off the runtime, but for the last, which the consumer asks on its own thread.

use crate::kafka::reasons::{Asking, Reasons};
use crate::kafka::{Cluster, Partitions, REQUEST_TIMEOUT};
use domain::{Fingerprint, Timestamp, record_hash};
use rdkafka::TopicPartitionList;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message};
use record_headers::RecordHeader;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use streams::{Streams, Topic};

/// How long one poll for a record waits.
const POLL: Duration = Duration::from_millis(50);

/// The id of the cluster that answers now.
///
/// # Errors
/// None answered in time.
pub(crate) fn cluster_id<C: ConsumerContext>(client: &BaseConsumer<C>) -> Result<String, KafkaError> {
    // The id itself is cached; metadata from a broker brings it up to date.
    client.fetch_metadata(None, REQUEST_TIMEOUT)?;
    client.client().fetch_cluster_id(REQUEST_TIMEOUT).ok_or(KafkaError::Canceled)
}

/// The first record at or after this offset, which must lie inside the log; `None` when there is none.
///
/// # Errors
/// No broker answered in time.
pub(crate) fn record_from(
    cluster: &Cluster,
    topic: Topic,
    partition: i32,
    offset: i64,
) -> Result<Option<Fingerprint>, KafkaError> {
    let client: BaseConsumer = cluster.consumer_config("pantry-probe").create()?;
    let mut place = TopicPartitionList::new();
    place.add_partition_offset(topic.name(), partition, rdkafka::Offset::Offset(offset))?;
    client.assign(&place)?;
    let deadline = Instant::now() + REQUEST_TIMEOUT;
    while Instant::now() < deadline {
        match client.poll(POLL) {
            None => {}
            // A rebalance asks from within librdkafka, which no panic may cross. A record that cannot be read proves
            // nothing.
            Some(Ok(message)) => {
                let read = || fingerprint(&message, &record_headers::of(&message));
                return Ok(catch_unwind(AssertUnwindSafe(read)).ok());
            }
            Some(Err(KafkaError::PartitionEOF(_))) => return Ok(None),
            Some(Err(error)) => match error.rdkafka_error_code() {
                Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange) => return Ok(None),
                // Brokers that do not answer yet; librdkafka goes on trying.
                _ => tracing::debug!(%error, %topic, partition, "a record is looked for"),
            },
        }
    }
    Err(KafkaError::ConsumerQueueClose(RDKafkaErrorCode::OperationTimedOut))
}

/// What is remembered of a record with these headers to know its log again.
pub(crate) fn fingerprint(message: &BorrowedMessage<'_>, headers: &[RecordHeader<'_>]) -> Fingerprint {
    Fingerprint {
        offset: message.offset(),
        timestamp_millis: message.timestamp().to_millis().unwrap_or(-1),
        hash: record_hash(message.key(), message.payload(), headers.iter().map(|header| (header.name, header.value))),
    }
}

/// A client that only asks. It reads nothing and joins no group; it asks for ends with the consumer's isolation level.
#[derive(Clone)]
pub(crate) struct Probe {
    client: Arc<BaseConsumer<Asking>>,
    admin: Arc<AdminClient<DefaultClientContext>>,
    pub(super) streams: Streams,
}

impl Probe {
    /// One that tells `reasons` why it cannot connect.
    pub(crate) fn new(cluster: &Cluster, reasons: Arc<Reasons>) -> Result<Probe, KafkaError> {
        let client = Arc::new(cluster.consumer_config("pantry-probe").create_with_context(Asking(reasons))?);
        let admin = Arc::new(cluster.config().create()?);
        Ok(Probe { client, admin, streams: cluster.streams.clone() })
    }

    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&BaseConsumer<Asking>) -> Result<T, KafkaError> + Send + 'static,
    ) -> Result<T, KafkaError> {
        let client = Arc::clone(&self.client);
        tokio::task::spawn_blocking(move || question(&client)).await.unwrap_or(Err(KafkaError::Canceled))
    }

    /// The cluster's id, asked anew. It names one life of the cluster's data.
    pub(crate) async fn cluster_id(&self) -> Result<String, KafkaError> {
        self.ask(cluster_id).await
    }

    /// The end of every partition of these topics: the offset of the next record to come.
    pub(crate) async fn ends(
        &self,
        partitions: &Partitions,
        topics: &BTreeSet<Topic>,
    ) -> Result<Vec<(Topic, i32, i64)>, KafkaError> {
        let partitions: Vec<_> = partitions.all().into_iter().filter(|(topic, _)| topics.contains(topic)).collect();
        self.ask(move |client| {
            let end = |(topic, partition): (Topic, i32)| {
                let (_, high) = client.fetch_watermarks(topic.name(), partition, REQUEST_TIMEOUT)?;
                Ok((topic, partition, high))
            };
            partitions.into_iter().map(end).collect()
        })
        .await
    }

    /// The offset of each partition's first record at or after `since`; a partition without one is left out.
    pub(crate) async fn offsets_at(
        &self,
        partitions: &Partitions,
        since: Timestamp,
    ) -> Result<Vec<(Topic, i32, i64)>, KafkaError> {
        let partitions = partitions.all();
        self.ask(move |client| {
            let mut wanted = TopicPartitionList::new();
            for (topic, partition) in &partitions {
                let at = rdkafka::Offset::Offset(since.millis());
                wanted.add_partition_offset(topic.name(), *partition, at)?;
            }
            let found = client.offsets_for_times(wanted, REQUEST_TIMEOUT)?;
            let offset = |(topic, partition): (Topic, i32)| {
                let element = found.find_partition(topic.name(), partition)?;
                Some((topic, partition, element.offset().to_raw().filter(|raw| *raw >= 0)?))
            };
            Ok(partitions.into_iter().filter_map(offset).collect())
        })
        .await
    }

    /// Deletes every record before these offsets. Only ever asked of the embedded broker.
    pub(crate) async fn trim(&self, before: &BTreeMap<(String, i32), i64>) -> Result<(), KafkaError> {
        let mut list = TopicPartitionList::new();
        for ((topic, partition), offset) in before {
            list.add_partition_offset(topic, *partition, rdkafka::Offset::Offset(*offset))?;
        }
        let options = AdminOptions::new().request_timeout(Some(REQUEST_TIMEOUT));
        self.admin.delete_records(&list, &options).await.map(drop)
    }

    pub(crate) fn admin(&self) -> &AdminClient<DefaultClientContext> {
        &self.admin
    }

    /// Who answers, and which of these topics it names: one request for all of them. A topic that this client has no
    /// right to is left out as one that does not exist is.
    pub(crate) async fn look(&self, names: Vec<&'static str>) -> Result<Seen, KafkaError> {
        self.ask(move |client| {
            let metadata = client.fetch_metadata(None, REQUEST_TIMEOUT)?;
            let cluster_id = client.client().fetch_cluster_id(REQUEST_TIMEOUT).ok_or(KafkaError::Canceled)?;
            let shape = |name: &'static str| {
                let topic = metadata.topics().iter().find(|topic| topic.name() == name)?;
                let replicas = topic.partitions().first()?.replicas().len();
                Some((name, Shape { partitions: topic.partitions().len() as i32, replicas: replicas as i32 }))
            };
            Ok(Seen { cluster_id, topics: names.into_iter().filter_map(shape).collect() })
        })
        .await
    }

    /// Why a look did not name this topic.
    pub(crate) async fn why_absent(&self, name: &'static str) -> Result<Absent, KafkaError> {
        self.ask(move |client| {
            let metadata = client.fetch_metadata(Some(name), REQUEST_TIMEOUT)?;
            let error = metadata.topics().iter().find(|topic| topic.name() == name).and_then(|topic| topic.error());
            Ok(match error.map(RDKafkaErrorCode::from) {
                Some(code @ RDKafkaErrorCode::TopicAuthorizationFailed) => Absent::Hidden(code),
                Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => Absent::Missing,
                None | Some(_) => Absent::Unclear,
            })
        })
        .await
    }
}

/// A topic as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) partitions: i32,
    /// Of the first partition.
    pub(crate) replicas: i32,
}

/// What one look at the cluster saw.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// One life of the cluster's data.
    pub(crate) cluster_id: String,
    /// Those of the topics asked for that it names.
    pub(crate) topics: BTreeMap<&'static str, Shape>,
}

/// Why a topic is not there to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It does not exist.
    Missing,
    /// It may exist: the right to describe it is missing.
    Hidden(RDKafkaErrorCode),
    /// It is about to be, or a leader is being looked for.
    Unclear,
}
