//! From event to figure: each part is a step that returns an outcome, and a loop that only waits.
//!
//! `link` keeps the connection to one life of the cluster; `relay` and `sweeper` publish what waits in the outbox;
//! `consumer` counts; `closer` closes minutes; `files` renders them; `live` takes the dashboard's snapshots; `verifier`
//! checks that all of it agrees; `alerts` looks at the owner's rules, and `deliveries` sends what is told.

pub(crate) mod address_retention;
pub(crate) mod alerts;
pub(crate) mod batch;
pub(crate) mod closer;
pub(crate) mod consumer;
pub mod decode;
pub(crate) mod deliveries;
pub(crate) mod files;
pub(crate) mod letter_retention;
pub(crate) mod link;
pub(crate) mod live;
pub(crate) mod page_views;
pub(crate) mod relay;
pub(crate) mod sweeper;
pub(crate) mod trimmer;
mod unanswered;
pub(crate) mod verifier;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::time::Duration;
use store::StoreError;

/// How long a loop waits after a step that failed.
pub(crate) const RETRY_PAUSE: Duration = Duration::from_millis(500);

/// Why a step of the pipeline did not get through. It is tried again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PipelineError {
    #[error("database: {0}")]
    Store(#[from] StoreError),
    #[error("Kafka: {0}")]
    Kafka(#[from] KafkaError),
    #[error("file: {0}")]
    File(#[from] std::io::Error),
}

impl PipelineError {
    /// What Kafka refuses, in a sentence about `what`; `None` for an error that passes by itself, such as a broker that
    /// does not answer.
    pub(crate) fn refusal(&self, what: &str) -> Option<String> {
        match self {
            PipelineError::Kafka(error) => refusal(error, what),
            PipelineError::Store(_) | PipelineError::File(_) => None,
        }
    }
}

/// Like [`PipelineError::refusal`].
pub(crate) fn refusal(error: &KafkaError, what: &str) -> Option<String> {
    use RDKafkaErrorCode as Code;
    let code = error.rdkafka_error_code()?;
    match code {
        // Brokers and leaders that are away or change, and what this process makes anew.
        Code::BrokerTransportFailure
        | Code::AllBrokersDown
        | Code::Resolve
        | Code::OperationTimedOut
        | Code::RequestTimedOut
        | Code::MessageTimedOut
        | Code::TimedOutQueue
        | Code::LeaderNotAvailable
        | Code::NotLeaderForPartition
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
        | Code::NoError => None,
        _ => Some(format!("Kafka refuses {what}: {code}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kafka_refuses_is_told_and_what_passes_is_not() {
        let refused = |code| refusal(&KafkaError::MessageConsumption(code), "to read web_requests, partition 1");
        for code in [
            RDKafkaErrorCode::TopicAuthorizationFailed,
            RDKafkaErrorCode::GroupAuthorizationFailed,
            RDKafkaErrorCode::BadCompression,
            RDKafkaErrorCode::NotImplemented,
            RDKafkaErrorCode::BadMessage,
        ] {
            let words = refused(code).unwrap();
            assert!(words.starts_with("Kafka refuses to read web_requests, partition 1: "), "{words}");
        }
        for code in [
            RDKafkaErrorCode::BrokerTransportFailure,
            RDKafkaErrorCode::LeaderNotAvailable,
            RDKafkaErrorCode::OffsetOutOfRange,
            RDKafkaErrorCode::RebalanceInProgress,
        ] {
            assert_eq!(refused(code), None, "{code}");
        }
    }
}
