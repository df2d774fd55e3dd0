//! What the pipeline knows of its own state. Written by `pipeline::link`, read by `pipeline::live` and the readiness
//! check.

pub use crate::kafka::Request;
use domain::Timestamp;
use std::collections::BTreeMap;
use tokio::sync::watch;

/// The state of the way from outbox to figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Since when no broker answers; `None` while one does.
    pub unreachable_since: Option<Timestamp>,
    /// The topics are there.
    pub topics_exist: bool,
    /// How many topics of events there are to be.
    pub topics_num: usize,
    /// Consumers that run; one for each topic when all is well.
    pub consumers_running: usize,
    /// Records between the positions and the ends of the log; `None` while not known.
    pub consumer_lag: Option<i64>,
    /// What Kafka refuses or cannot deliver, by what was asked of it; each in a sentence.
    pub kafka_errors: BTreeMap<Request, String>,
}

impl Health {
    /// Whether events can be counted now.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.unreachable_since.is_none() && self.topics_exist && self.consumers_running == self.topics_num
    }
}

/// Whether that changed anything.
fn note(health: &mut Health, request: Request, error: Option<String>) -> bool {
    if health.kafka_errors.get(&request) == error.as_ref() {
        return false;
    }
    let topic = request.topic();
    match error {
        Some(error) => {
            tracing::warn!(request = request.name(), topic, "{error}");
            health.kafka_errors.insert(request, error);
        }
        None => {
            tracing::info!(request = request.name(), topic, "Kafka no longer refuses this");
            health.kafka_errors.remove(&request);
        }
    }
    true
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

    /// Notes what Kafka refuses of a request, in a sentence, or that it no longer does. Logged when it changes, not
    /// each time.
    pub(crate) fn note_kafka_error(&self, request: Request, error: Option<String>) {
        self.0.send_if_modified(|health| note(health, request, error));
    }

    /// Whether this is refused, as far as is known.
    pub(crate) fn tells(&self, request: Request) -> bool {
        self.0.borrow().kafka_errors.contains_key(&request)
    }

    /// Notes what is refused of the topics themselves, and that nothing else of them is any more.
    pub(crate) fn note_topics(&self, refused: &BTreeMap<Request, String>) {
        self.0.send_if_modified(|health| {
            let is_of_topics = |request: &&Request| matches!(request, Request::Describe(_) | Request::Create(_));
            let gone: Vec<Request> = health.kafka_errors.keys().filter(is_of_topics).copied().collect();
            let gone = gone.into_iter().filter(|request| !refused.contains_key(request)).map(|request| (request, None));
            let there = refused.iter().map(|(request, words)| (*request, Some(words.clone())));
            // All of them are noted, whatever the first ones changed.
            there.chain(gone).fold(false, |changed, (request, words)| note(health, request, words) | changed)
        });
    }

    pub(crate) fn update(&self, change: impl FnOnce(&mut Health)) {
        self.0.send_modify(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_that_are_granted_leave_and_other_refusals_stay() {
        let (board, health) = HealthBoard::new(Timestamp::from_micros(0));
        let errors = || health.borrow().kafka_errors.keys().copied().collect::<Vec<_>>();
        board.note_kafka_error(Request::Read("a"), Some("Kafka refuses to read a.".to_owned()));
        let of = |requests: &[Request]| requests.iter().map(|request| (*request, "no.".to_owned())).collect();
        board.note_topics(&of(&[Request::Create("a"), Request::Describe("b")]));
        assert_eq!(errors(), [Request::Describe("b"), Request::Create("a"), Request::Read("a")]);
        board.note_topics(&of(&[Request::Create("a")]));
        assert_eq!(errors(), [Request::Create("a"), Request::Read("a")]);
        board.note_topics(&of(&[]));
        assert_eq!(errors(), [Request::Read("a")]);
    }
}
