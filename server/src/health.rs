//! What the pipeline knows of its own state. Written by `pipeline::link`, read by `pipeline::live` and the readiness
//! check.

use domain::{Timestamp, Topic};
use std::collections::BTreeMap;
use tokio::sync::watch;

/// The state of the way from outbox to figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Since when no broker answers; `None` while one does.
    pub unreachable_since: Option<Timestamp>,
    /// The topics are there.
    pub topics_exist: bool,
    /// Consumers that run; one for each topic when all is well.
    pub consumers_running: usize,
    /// Records between the positions and the ends of the log; `None` while not known.
    pub consumer_lag: Option<i64>,
    /// What Kafka refuses or cannot deliver, by what was asked of it; each in a sentence.
    pub kafka_errors: BTreeMap<&'static str, String>,
}

impl Health {
    /// Whether events can be counted now.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.unreachable_since.is_none() && self.topics_exist && self.consumers_running == Topic::ALL.len()
    }
}

/// The writing end, shared by all who learn something.
#[derive(Clone, Debug)]
pub(crate) struct HealthBoard(pub(crate) std::sync::Arc<watch::Sender<Health>>);

impl HealthBoard {
    /// Nothing is reachable before it was reached: since `now`.
    pub(crate) fn new(now: Timestamp) -> (HealthBoard, watch::Receiver<Health>) {
        let health = Health { unreachable_since: Some(now), ..Health::default() };
        let (sender, receiver) = watch::channel(health);
        (HealthBoard(std::sync::Arc::new(sender)), receiver)
    }

    /// Notes what Kafka refuses of `what`, or that it no longer does. Logged when it changes, not each time.
    pub(crate) fn note_kafka_error(&self, what: &'static str, error: Option<String>) {
        self.0.send_if_modified(|health| {
            if health.kafka_errors.get(what) == error.as_ref() {
                return false;
            }
            match error {
                Some(error) => {
                    tracing::warn!(error, "Kafka refuses");
                    health.kafka_errors.insert(what, error);
                }
                None => {
                    tracing::info!(what, "Kafka no longer refuses");
                    health.kafka_errors.remove(what);
                }
            }
            true
        });
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut Health)) {
        self.0.send_modify(change);
    }
}
