//! Topics: created when they are missing, used as they are when they are there. What is refused of one topic keeps
//! nobody from the others.

use crate::kafka::probe::{Absent, Seen, Shape};
use crate::kafka::refusal::{Request, refusal};
use crate::kafka::{Cluster, Probe, REQUEST_TIMEOUT};
use rdkafka::admin::{AdminOptions, NewTopic, TopicReplication};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::collections::{BTreeMap, BTreeSet};
use streams::{Streams, Topic};

/// Which topics there are, and how many partitions each has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Partitions {
    counts: BTreeMap<Topic, i32>,
    /// How many there should be.
    declared: usize,
    dead_letter_topics: BTreeSet<&'static str>,
}

impl Partitions {
    /// Every partition of every topic that is there.
    pub(crate) fn all(&self) -> Vec<(Topic, i32)> {
        self.counts.iter().flat_map(|(topic, count)| (0..*count).map(|partition| (*topic, partition))).collect()
    }

    /// Whether this topic is there.
    pub(crate) fn has(&self, topic: Topic) -> bool {
        self.counts.contains_key(&topic)
    }

    /// Whether a topic of `other` is missing here.
    pub(crate) fn lacks_of(&self, other: &Partitions) -> bool {
        other.counts.keys().any(|topic| !self.has(*topic))
            || !other.dead_letter_topics.is_subset(&self.dead_letter_topics)
    }

    /// The topics that are there.
    pub(crate) fn topics(&self) -> Vec<Topic> {
        self.counts.keys().copied().collect()
    }

    /// Whether no topic of events is missing.
    pub(crate) fn has_all_topics(&self) -> bool {
        self.counts.len() == self.declared
    }

    /// Whether this topic of dead letters is there.
    pub(crate) fn takes_dead_letters(&self, topic: &str) -> bool {
        self.dead_letter_topics.contains(topic)
    }

    /// Whether no topic is missing, dead letters' neither.
    pub(crate) fn is_complete(&self) -> bool {
        self.has_all_topics() && self.dead_letter_topics.len() == self.declared
    }

    fn of(streams: &Streams, seen: &BTreeMap<&'static str, Shape>) -> Partitions {
        let topics = || streams.all().iter().copied();
        let count = |topic: Topic| seen.get(topic.name()).map(|shape| (topic, shape.partitions));
        let letters = topics().map(Topic::dead_letter_name).filter(|name| seen.contains_key(name));
        Partitions {
            counts: topics().filter_map(count).collect(),
            declared: streams.all().len(),
            dead_letter_topics: letters.collect(),
        }
    }
}

/// The topics of a cluster, once what was missing was created where that is allowed.
pub(crate) struct Topics {
    pub(crate) partitions: Partitions,
    /// What is refused of the others, each in a sentence.
    pub(crate) refused: BTreeMap<Request, String>,
}

/// The names of the topics and of their dead letter topics.
fn names(streams: &Streams) -> Vec<&'static str> {
    streams.all().iter().flat_map(|topic| [topic.name(), topic.dead_letter_name()]).collect()
}

impl Probe {
    /// Creates the topics that are missing, and tells what there is then.
    ///
    /// # Errors
    /// No broker answers, or does not know yet what was created.
    pub(crate) async fn ensure_topics(&self, cluster: &Cluster) -> Result<Topics, KafkaError> {
        let seen = self.look(names(&self.streams)).await?.topics;
        for (name, shape) in &seen {
            warn_about_shape(cluster, name, *shape);
        }
        let mut refused = BTreeMap::new();
        let mut missing = Vec::new();
        for name in names(&self.streams).into_iter().filter(|name| !seen.contains_key(name)) {
            match self.why_absent(name).await? {
                Absent::Missing | Absent::Unclear => missing.push(name),
                Absent::Hidden(code) => note(&mut refused, Request::Describe(name), code),
            }
        }
        if missing.is_empty() {
            return Ok(Topics { partitions: Partitions::of(&self.streams, &seen), refused });
        }
        let mut created = Vec::new();
        for (name, code) in self.create(cluster, &missing).await? {
            match code {
                None => created.push(name),
                Some(code) => note(&mut refused, Request::Create(name), code),
            }
        }
        let seen = self.look(names(&self.streams)).await?.topics;
        for name in created.into_iter().filter(|name| !seen.contains_key(name)) {
            match self.why_absent(name).await? {
                Absent::Hidden(code) => note(&mut refused, Request::Describe(name), code),
                // The broker that answers does not know of it yet.
                Absent::Missing | Absent::Unclear => {
                    return Err(KafkaError::MetadataFetch(RDKafkaErrorCode::UnknownTopicOrPartition));
                }
            }
        }
        Ok(Topics { partitions: Partitions::of(&self.streams, &seen), refused })
    }

    /// Who answers, and which topics it names.
    pub(crate) async fn look_at_topics(&self) -> Result<(String, Partitions), KafkaError> {
        let Seen { cluster_id, topics } = self.look(names(&self.streams)).await?;
        Ok((cluster_id, Partitions::of(&self.streams, &topics)))
    }

    /// Whether a topic that `known` has and `seen` lacks is gone, or hidden; an answer on the way to that proves
    /// nothing.
    pub(crate) async fn has_lost(&self, known: &Partitions, seen: &Partitions) -> Result<bool, KafkaError> {
        let events = known.counts.keys().filter(|topic| !seen.counts.contains_key(topic)).map(|topic| topic.name());
        let letters = known.dead_letter_topics.difference(&seen.dead_letter_topics).copied();
        for name in events.chain(letters) {
            if self.why_absent(name).await? != Absent::Unclear {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Creates topics; answers for each why it was not.
    async fn create(
        &self,
        cluster: &Cluster,
        missing: &[&'static str],
    ) -> Result<Vec<(&'static str, Option<RDKafkaErrorCode>)>, KafkaError> {
        let new = missing
            .iter()
            .map(|name| NewTopic::new(name, cluster.partitions, TopicReplication::Fixed(cluster.replication)));
        let options =
            AdminOptions::new().request_timeout(Some(REQUEST_TIMEOUT)).operation_timeout(Some(REQUEST_TIMEOUT));
        let new: Vec<NewTopic<'_>> = new.collect();
        let mut answers = Vec::new();
        for result in self.admin().create_topics(&new, &options).await? {
            let (name, code) = match result {
                Ok(name) => {
                    tracing::info!(topic = name, partitions = cluster.partitions, "topic created");
                    (name, None)
                }
                Err((name, RDKafkaErrorCode::TopicAlreadyExists)) => (name, None),
                Err((name, code)) => (name, Some(code)),
            };
            answers.extend(missing.iter().find(|asked| **asked == name).map(|asked| (*asked, code)));
        }
        Ok(answers)
    }
}

fn note(refused: &mut BTreeMap<Request, String>, request: Request, code: RDKafkaErrorCode) {
    let words = refusal(&KafkaError::AdminOp(code), request, "");
    // What passes by itself keeps the topic away all the same, so it is told too.
    let words = words.unwrap_or_else(|| format!("Kafka does not do it yet, {}: {code}.", request.words()));
    refused.insert(request, words);
}

fn warn_about_shape(cluster: &Cluster, topic: &str, Shape { partitions, replicas }: Shape) {
    if partitions < cluster.partitions {
        let asked = cluster.partitions;
        tracing::warn!(topic, partitions, asked, "the topic has fewer partitions than asked; it is used as it is");
    }
    if replicas != cluster.replication {
        let asked = cluster.replication;
        tracing::warn!(topic, replicas, asked, "the topic has another replication than asked; it is used as it is");
    }
}
