//! From event to figure: each part is a step that returns an outcome, and a loop that only waits.
//!
//! `start` puts it together. `link` is the connection to one life of the cluster, `supervisor` keeps one; `relay` and
//! `sweeper` publish what waits in the outbox; `consumer` counts; `closer` closes minutes; `files` renders them; `live`
//! takes the dashboard's snapshots; `verifier` checks that all of it agrees; `alerts` looks at the owner's rules and
//! `alert_measures` at those on measures, and `deliveries` sends what is told; `mails` sends what customers are
//! written. `kafka` is what they all know of Kafka.

mod address_retention;
mod alert_measures;
mod alerts;
mod batch;
mod closer;
mod consumer;
pub mod decode;
mod deliveries;
mod files;
pub mod health;
mod ingest_retention;
pub mod kafka;
mod letter_retention;
mod link;
mod live;
mod mails;
mod page_views;
mod producer_watch;
pub mod redrive;
mod relay;
mod start;
mod subscriber_retention;
mod supervisor;
mod sweeper;
mod tasks;
mod trimmer;
mod unanswered;
pub mod verification;
mod verifier;

pub use relay::QUEUE_EVENTS_MAX;
pub use start::{Pipeline, Settings};
pub use tasks::Tasks;

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
