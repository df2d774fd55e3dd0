//! What the pipeline knows of its own state. Written by `pipeline::link`, read by `pipeline::live` and the readiness
//! check.

use domain::{Timestamp, Topic};
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

    pub(crate) fn update(&self, change: impl FnOnce(&mut Health)) {
        self.0.send_modify(change);
    }
}
