//! Questions to the cluster: who is it, where do its partitions end, which record stands at an offset. Blocking calls
//! are moved off the runtime, but for the last, which the consumer asks on its own thread.

use crate::kafka::{Cluster, Partitions, REQUEST_TIMEOUT};
use domain::{Fingerprint, Timestamp, Topic, record_hash};
use rdkafka::TopicPartitionList;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Message};
use record_headers::RecordHeader;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    client: Arc<BaseConsumer>,
    admin: Arc<AdminClient<DefaultClientContext>>,
}

impl Probe {
    pub(crate) fn new(cluster: &Cluster) -> Result<Probe, KafkaError> {
        let client = Arc::new(cluster.consumer_config("pantry-probe").create()?);
        let admin = Arc::new(cluster.config().create()?);
        Ok(Probe { client, admin })
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&BaseConsumer) -> Result<T, KafkaError> + Send + 'static,
    ) -> Result<T, KafkaError> {
        let client = Arc::clone(&self.client);
        tokio::task::spawn_blocking(move || question(&client)).await.unwrap_or(Err(KafkaError::Canceled))
    }

    /// The cluster's id, asked anew. It names one life of the cluster's data.
    pub(crate) async fn cluster_id(&self) -> Result<String, KafkaError> {
        self.ask(cluster_id).await
    }

    /// The end of every partition: the offset of the next record to come.
    pub(crate) async fn ends(&self, partitions: &Partitions) -> Result<Vec<(Topic, i32, i64)>, KafkaError> {
        let partitions = partitions.all();
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

    /// Which of these topics exist, with their partitions and the replicas of the first one.
    pub(crate) async fn describe(&self, names: Vec<String>) -> Result<Vec<(String, i32, i32)>, KafkaError> {
        self.ask(move |client| {
            let metadata = client.fetch_metadata(None, REQUEST_TIMEOUT)?;
            let wanted = metadata.topics().iter().filter(|topic| names.iter().any(|name| name == topic.name()));
            let described = wanted.filter(|topic| !topic.partitions().is_empty()).map(|topic| {
                let replicas = topic.partitions().first().map_or(0, |partition| partition.replicas().len());
                (topic.name().to_owned(), topic.partitions().len() as i32, replicas as i32)
            });
            Ok(described.collect())
        })
        .await
    }
}
