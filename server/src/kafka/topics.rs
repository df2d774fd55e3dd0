//! Topics: created when they are missing, used as they are when they are there.

use crate::kafka::{Cluster, Probe, REQUEST_TIMEOUT};
use domain::Topic;
use rdkafka::admin::{AdminOptions, NewTopic, TopicReplication};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::collections::BTreeMap;

/// How many partitions each topic has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partitions {
    counts: BTreeMap<Topic, i32>,
}

impl Partitions {
    /// Every partition of every topic.
    pub(crate) fn all(&self) -> Vec<(Topic, i32)> {
        self.counts.iter().flat_map(|(topic, count)| (0..*count).map(|partition| (*topic, partition))).collect()
    }
}

/// The names of the topics and of their dead letter topics.
fn names() -> Vec<String> {
    Topic::ALL.iter().flat_map(|topic| [topic.name().to_owned(), topic.dead_letter_name().to_owned()]).collect()
}

impl Probe {
    /// Creates the topics that are missing, and tells how many partitions each has.
    pub(crate) async fn ensure_topics(&self, cluster: &Cluster) -> Result<Partitions, KafkaError> {
        let known = self.describe(names()).await?;
        for (name, partitions, replicas) in &known {
            warn_about_shape(cluster, name, *partitions, *replicas);
        }
        let missing: Vec<String> =
            names().into_iter().filter(|name| !known.iter().any(|(other, ..)| other == name)).collect();
        if !missing.is_empty() {
            self.create(cluster, &missing).await?;
        }
        self.partitions().await
    }

    /// How many partitions each topic has now; an error when one is missing.
    pub(crate) async fn partitions(&self) -> Result<Partitions, KafkaError> {
        let described = self.describe(names()).await?;
        let mut counts = BTreeMap::new();
        for topic in Topic::ALL {
            let found = described.iter().find(|(name, ..)| name == topic.name());
            let unknown = KafkaError::MetadataFetch(RDKafkaErrorCode::UnknownTopicOrPartition);
            counts.insert(topic, found.ok_or(unknown)?.1);
        }
        match described.len() == names().len() {
            true => Ok(Partitions { counts }),
            false => Err(KafkaError::MetadataFetch(RDKafkaErrorCode::UnknownTopicOrPartition)),
        }
    }

    async fn create(&self, cluster: &Cluster, missing: &[String]) -> Result<(), KafkaError> {
        let new = missing
            .iter()
            .map(|name| NewTopic::new(name, cluster.partitions, TopicReplication::Fixed(cluster.replication)));
        let options =
            AdminOptions::new().request_timeout(Some(REQUEST_TIMEOUT)).operation_timeout(Some(REQUEST_TIMEOUT));
        let new: Vec<NewTopic<'_>> = new.collect();
        for result in self.admin().create_topics(&new, &options).await? {
            match result {
                Ok(name) => tracing::info!(topic = name, partitions = cluster.partitions, "topic created"),
                Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((name, code)) => {
                    tracing::error!(topic = name, error = %code, "cannot create the topic");
                    return Err(KafkaError::AdminOp(code));
                }
            }
        }
        Ok(())
    }
}

fn warn_about_shape(cluster: &Cluster, topic: &str, partitions: i32, replicas: i32) {
    if partitions < cluster.partitions {
        let asked = cluster.partitions;
        tracing::warn!(topic, partitions, asked, "the topic has fewer partitions than asked; it is used as it is");
    }
    if replicas != cluster.replication {
        let asked = cluster.replication;
        tracing::warn!(topic, replicas, asked, "the topic has another replication than asked; it is used as it is");
    }
}
