//! Questions to the cluster: who is it, where do its partitions end. Blocking calls are moved off the runtime.

use crate::kafka::{Cluster, Partitions, REQUEST_TIMEOUT};
use domain::{Timestamp, Topic};
use rdkafka::TopicPartitionList;
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use std::sync::Arc;

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
        self.ask(|client| {
            // The id itself is cached; metadata from a broker brings it up to date.
            client.fetch_metadata(None, REQUEST_TIMEOUT)?;
            client.client().fetch_cluster_id(REQUEST_TIMEOUT).ok_or(KafkaError::Canceled)
        })
        .await
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
    pub(crate) async fn trim(&self, before: &[(Topic, i32, i64)]) -> Result<(), KafkaError> {
        let mut list = TopicPartitionList::new();
        for (topic, partition, offset) in before {
            list.add_partition_offset(topic.name(), *partition, rdkafka::Offset::Offset(*offset))?;
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
