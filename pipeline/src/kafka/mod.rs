//! The only place that spells librdkafka's configuration: clients, topics, the log's ends, the embedded broker.
//! Knows nothing of outbox, minutes or orders; the pipeline calls it.

mod client;
#[cfg(feature = "embedded-broker")]
pub mod embedded;
mod group;
mod kept;
mod probe;
mod producer;
mod reasons;
mod record;
mod refusal;
mod refused;
mod refused_letters;
mod topics;
mod trial;

pub use client::Cluster;
pub(crate) use group::group_of;
pub(crate) use kept::Kept;
pub(crate) use probe::{Probe, cluster_id, fingerprint, record_from};
pub(crate) use producer::{Batches, Outgoing, Producer, SendError, Shared};
pub(crate) use reasons::{Reasons, tell_throttling};
pub use refusal::Request;
pub(crate) use refusal::{Tell, group_refusal, refusal};
pub(crate) use refused::Refused;
pub(crate) use topics::{Partitions, Topics};
pub(crate) use trial::try_once;

/// How long a blocking question to the cluster may take.
pub(crate) const REQUEST_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(3);
