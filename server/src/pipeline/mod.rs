//! From event to figure: each part is a step that returns an outcome, and a loop that only waits.
//!
//! `link` is the connection to one life of the cluster, `supervisor` keeps one; `relay` and `sweeper` publish what
//! waits in the outbox; `consumer` counts; `closer` closes minutes; `files` renders them; `live` takes the dashboard's
//! snapshots; `verifier` checks that all of it agrees; `alerts` looks at the owner's rules, and `deliveries` sends what
//! is told; `mails` sends what customers are written.

pub(crate) mod address_retention;
pub(crate) mod alerts;
pub(crate) mod batch;
pub(crate) mod closer;
pub(crate) mod consumer;
pub mod decode;
pub(crate) mod deliveries;
pub(crate) mod files;
pub(crate) mod ingest_retention;
pub(crate) mod letter_retention;
pub(crate) mod link;
pub(crate) mod live;
pub(crate) mod mails;
pub(crate) mod page_views;
mod producer_watch;
pub(crate) mod relay;
pub(crate) mod subscriber_retention;
pub(crate) mod supervisor;
pub(crate) mod sweeper;
pub(crate) mod trimmer;
mod unanswered;
pub(crate) mod verifier;

use crate::kafka::{Request, refusal};
use rdkafka::error::KafkaError;
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
    /// Servers of a copy of this database count from the cluster; in a sentence.
    #[error("{0}")]
    Copied(String),
}

impl PipelineError {
    /// What Kafka refuses of this request, in a sentence; `None` for an error that passes by itself, such as a broker
    /// that does not answer.
    pub(crate) fn refusal(&self, request: Request) -> Option<String> {
        match self {
            PipelineError::Kafka(error) => refusal(error, request, ""),
            PipelineError::Store(_) | PipelineError::File(_) | PipelineError::Copied(_) => None,
        }
    }
}
