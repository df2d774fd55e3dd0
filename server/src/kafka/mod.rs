//! The only place that spells librdkafka's configuration: clients, topics, the log's ends, the embedded broker.
//! Knows nothing of outbox, minutes or orders; the pipeline calls it.

mod client;
#[cfg(feature = "embedded-broker")]
pub mod embedded;
mod kept;
mod probe;
mod producer;
mod topics;

pub use client::Cluster;
pub(crate) use kept::Kept;
pub(crate) use probe::{Probe, cluster_id, fingerprint, record_from};
pub(crate) use producer::{Outgoing, Producer, SendError};
pub(crate) use topics::Partitions;

/// How long a blocking question to the cluster may take.
pub(crate) const REQUEST_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(3);
