//! What Pantry asks of a cluster, and what the cluster refuses of it, in words that name the right or the setting that
//! has to be changed. Pure; the clients and the pipeline call it.

use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use std::sync::Arc;

/// What Pantry asks of a cluster. Topics are by name, since dead-letter topics are among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Request {
    /// To let the clients in.
    Connect,
    /// To be this shop's in its consumer group.
    Join,
    /// To take records at all: the id of a producer.
    Produce,
    /// To say whether a topic exists, and its partitions.
    Describe(&'static str),
    /// To create a topic.
    Create(&'static str),
    /// To take a topic's records.
    Publish(&'static str),
    /// To hand out a topic's records, and a share in the consumer group.
    Read(&'static str),
    /// To answer at once.
    Hurry(&'static str),
}

/// Takes note of what is refused, in a sentence, or that it no longer is.
pub(crate) type Tell = Arc<dyn Fn(Request, Option<String>) + Send + Sync>;

impl Request {
    /// What is asked, as one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Request::Connect => "connect",
            Request::Join => "join",
            Request::Produce => "produce",
            Request::Describe(_) => "describe",
            Request::Create(_) => "create",
            Request::Publish(_) => "publish",
            Request::Read(_) => "read",
            Request::Hurry(_) => "hurry",
        }
    }

    /// The topic that it is about.
    #[must_use]
    pub const fn topic(self) -> Option<&'static str> {
        match self {
            Request::Connect | Request::Join | Request::Produce | Request::Hurry(_) => None,
            Request::Describe(topic) | Request::Create(topic) | Request::Publish(topic) | Request::Read(topic) => {
                Some(topic)
            }
        }
    }

    pub(super) fn words(self) -> String {
        match self {
            Request::Connect => "the connection".to_owned(),
            Request::Join => "to join the consumer group".to_owned(),
            Request::Produce => "to publish".to_owned(),
            Request::Describe(topic) => format!("to describe the topic {topic}"),
            Request::Create(topic) => format!("to create the topic {topic}"),
            Request::Publish(topic) => format!("to publish to {topic}"),
            Request::Read(topic) => format!("to read {topic}"),
            Request::Hurry(client) => format!("to answer the {client} at once"),
        }
    }

    /// The missing right, where the error is about rights.
    fn right(self, code: Code) -> Option<String> {
        if !matches!(
            code,
            Code::TopicAuthorizationFailed | Code::GroupAuthorizationFailed | Code::ClusterAuthorizationFailed
        ) {
            return None;
        }
        Some(match (self, code) {
            (Request::Produce | Request::Publish(_), Code::ClusterAuthorizationFailed) => {
                "Write on the topics, or IdempotentWrite on the cluster,".to_owned()
            }
            (_, Code::GroupAuthorizationFailed) => "Read on the consumer group".to_owned(),
            (Request::Describe(topic), _) => format!("Describe on topic {topic}"),
            (Request::Create(topic), _) => format!("Create on topic {topic}"),
            (Request::Publish(topic), _) => format!("Write on topic {topic}"),
            (Request::Read(topic), _) => format!("Read on topic {topic}"),
            (Request::Connect | Request::Join | Request::Produce | Request::Hurry(_), _) => "for it".to_owned(),
        })
    }

    /// What to change, where it is a topic's setting.
    fn advice(self, code: Code) -> Option<String> {
        let Request::Publish(topic) = self else { return None };
        Some(match code {
            Code::MessageSizeTooLarge => {
                format!("an event is too large for it; raise max.message.bytes of topic {topic}")
            }
            Code::NotEnoughReplicas | Code::NotEnoughReplicasAfterAppend => {
                format!(
                    "fewer replicas are in sync than min.insync.replicas of topic {topic} asks for; lower it or add replicas"
                )
            }
            Code::InvalidTimestamp => {
                format!(
                    "the time of an event is outside what message.timestamp.before.max.ms and message.timestamp.after.max.ms of topic {topic} allow, by the broker's clock"
                )
            }
            // What a broker answers to a record without a key in a compacted topic.
            Code::InvalidRecord => {
                format!("the topic takes no such record; set cleanup.policy of topic {topic} to delete")
            }
            Code::UnknownTopic | Code::UnknownTopicOrPartition => "the topic does not exist".to_owned(),
            _ => return None,
        })
    }
}

/// What Kafka refuses, in a sentence; `place` follows what was asked, such as `, partition 1`. `None` for an error that
/// passes by itself, such as a broker that does not answer.
pub(crate) fn refusal(error: &KafkaError, request: Request, place: &str) -> Option<String> {
    let code = code_of(error)?;
    let words = request.words();
    if let Some(right) = request.right(code) {
        return Some(format!("Kafka refuses {words}{place}: the right {right} is missing."));
    }
    if let Some(advice) = request.advice(code) {
        return Some(format!("Kafka refuses {words}{place}: {advice}."));
    }
    (!passes(code)).then(|| format!("Kafka refuses {words}{place}: {code}."))
}

/// What a consumer of this topic is told that may not join its group.
pub(crate) fn group_refusal(topic: &str, group: &str) -> String {
    format!("Kafka refuses to read {topic}: the right Read on the consumer group {group} is missing.")
}

/// The error's code, also of those of which librdkafka's wrapper tells none.
pub(crate) fn code_of(error: &KafkaError) -> Option<Code> {
    match error {
        KafkaError::AdminOp(code) => Some(*code),
        _ => error.rdkafka_error_code(),
    }
}

/// Brokers and leaders that are away or change, and what this process makes anew.
fn passes(code: Code) -> bool {
    matches!(
        code,
        Code::BrokerTransportFailure
            | Code::AllBrokersDown
            | Code::Resolve
            | Code::OperationTimedOut
            | Code::RequestTimedOut
            | Code::MessageTimedOut
            | Code::TimedOutQueue
            | Code::PurgeQueue
            | Code::PurgeInflight
            | Code::LeaderNotAvailable
            | Code::NotLeaderForPartition
            | Code::NotController
            | Code::BrokerNotAvailable
            | Code::ReplicaNotAvailable
            | Code::NetworkException
            | Code::NotCoordinator
            | Code::CoordinatorNotAvailable
            | Code::CoordinatorLoadInProgress
            | Code::WaitingForCoordinator
            | Code::RebalanceInProgress
            | Code::UnknownMemberId
            | Code::IllegalGeneration
            | Code::PollExceeded
            | Code::AssignmentLost
            | Code::AutoOffsetReset
            | Code::OffsetOutOfRange
            | Code::UnknownTopicOrPartition
            | Code::UnknownTopic
            | Code::UnknownPartition
            | Code::FencedLeaderEpoch
            | Code::UnknownLeaderEpoch
            | Code::PartitionEOF
            | Code::Fatal
            | Code::NoError
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kafka_refuses_is_told_with_the_missing_right_and_what_passes_is_not() {
        let refused = |code, request| refusal(&KafkaError::MessageConsumption(code), request, "");
        let (read, publish) = (Request::Read("web_requests"), Request::Publish("new_orders"));
        for (code, request, expected) in [
            (Code::TopicAuthorizationFailed, read, "to read web_requests: the right Read on topic web_requests"),
            (Code::GroupAuthorizationFailed, read, "to read web_requests: the right Read on the consumer group"),
            (Code::BadCompression, read, "to read web_requests: "),
            (Code::BadMessage, read, "to read web_requests: "),
            (Code::TopicAuthorizationFailed, publish, "to publish to new_orders: the right Write on topic new_orders"),
            (Code::MessageSizeTooLarge, publish, "to publish to new_orders: an event is too large for it; raise"),
            (Code::NotEnoughReplicas, publish, "to publish to new_orders: fewer replicas are in sync than"),
            (Code::ClusterAuthorizationFailed, Request::Produce, "to publish: the right Write on the topics, or Idem"),
            (
                Code::TopicAuthorizationFailed,
                Request::Create("a"),
                "to create the topic a: the right Create on topic a",
            ),
            (Code::TopicAuthorizationFailed, Request::Describe("a"), "to describe the topic a: the right Describe on"),
            (Code::Authentication, Request::Connect, "the connection: "),
        ] {
            let words = refused(code, request).unwrap();
            assert!(words.starts_with(&format!("Kafka refuses {expected}")), "{words}");
        }
        for code in
            [Code::BrokerTransportFailure, Code::LeaderNotAvailable, Code::OffsetOutOfRange, Code::RebalanceInProgress]
        {
            assert_eq!(refused(code, read), None, "{code}");
        }
    }
}
