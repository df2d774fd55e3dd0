//! What brokers did not take, by topic, so that a topic that takes nothing is tried again now and then instead of with
//! all that waits for it, and an event that is too large keeps none of the others. The outbox still holds all of it.

use crate::kafka::refusal::{Request, Tell, code_of, refusal};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a topic that took nothing is left alone before one event is tried.
const TOPIC_PAUSE: Duration = Duration::from_secs(5);
/// How long an event that was too large is left alone before it is tried again.
const EVENT_PAUSE: Duration = Duration::from_secs(10);
/// Events of one topic that are known to be too large; what is beyond it is tried with every sweep.
const TOO_LARGE_EVENTS_MAX: usize = 10_000;
/// How long records are sent one by one after a batch of them was too large for its topic.
const SINGLE_FOR: Duration = Duration::from_secs(600);

/// What was refused of every topic.
pub(crate) struct Refused {
    tell: Tell,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    topics: BTreeMap<&'static str, Topic>,
    batch_at: Option<Instant>,
}

#[derive(Default)]
struct Topic {
    /// When it last refused an event that others would fare no better than.
    closed_at: Option<Instant>,
    /// Events that alone are too large for it, and when each was last tried.
    too_large: BTreeMap<i64, Instant>,
    /// The largest of them.
    bytes_max: usize,
}

impl Refused {
    /// Nothing is refused yet; what is will be told.
    pub(crate) fn new(tell: Tell) -> Arc<Refused> {
        Arc::new(Refused { tell, state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A callback that panicked has left times and numbers, whole ones.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether to hand this event over now. Of a topic that takes nothing, true for one event now and then.
    pub(crate) fn may_send(&self, topic: &'static str, event_id: i64, now: Instant) -> bool {
        let mut state = self.state();
        let Some(topic) = state.topics.get_mut(topic) else { return true };
        // An event that is too large must not take the place of one that the topic is tried with.
        let is_due = |at: Option<&Instant>, pause| at.is_none_or(|at| now.duration_since(*at) >= pause);
        let may_send =
            is_due(topic.too_large.get(&event_id), EVENT_PAUSE) && is_due(topic.closed_at.as_ref(), TOPIC_PAUSE);
        if may_send {
            topic.closed_at = topic.closed_at.map(|_| now);
            topic.too_large.entry(event_id).and_modify(|at| *at = now);
        }
        may_send
    }

    /// Whether this topic takes nothing, and has been tried lately.
    pub(crate) fn takes_nothing(&self, topic: &str, now: Instant) -> bool {
        let closed_at = self.state().topics.get(topic).and_then(|topic| topic.closed_at);
        closed_at.is_some_and(|at| now.duration_since(at) < TOPIC_PAUSE)
    }

    /// A broker, or the client, did not take a record of `bytes` bytes. `is_single`: it was in no batch with others.
    /// Answers whether that is a refusal, and nothing that passes by itself.
    pub(crate) fn note_refused(
        &self,
        topic: &'static str,
        event_id: Option<i64>,
        error: &KafkaError,
        bytes: usize,
        is_single: bool,
    ) -> bool {
        use RDKafkaErrorCode as Code;
        let now = Instant::now();
        let is_too_large = matches!(
            code_of(error),
            Some(Code::MessageSizeTooLarge | Code::MessageBatchTooLarge | Code::InvalidMessageSize)
        );
        let words = match (is_too_large, event_id) {
            (true, Some(_)) if !is_single => {
                self.state().batch_at = Some(now);
                return true;
            }
            (true, Some(event_id)) => {
                let mut state = self.state();
                state.batch_at = state.batch_at.map(|_| now);
                let kept = state.topics.entry(topic).or_default();
                kept.bytes_max = kept.bytes_max.max(bytes);
                if kept.too_large.len() < TOO_LARGE_EVENTS_MAX {
                    kept.too_large.insert(event_id, now);
                }
                too_large(topic, kept.bytes_max)
            }
            _ => {
                let Some(words) = refusal(error, Request::Publish(topic), "") else { return false };
                self.state().topics.entry(topic).or_default().closed_at = Some(now);
                words
            }
        };
        (self.tell)(Request::Publish(topic), Some(words));
        true
    }

    /// A broker took a record.
    pub(crate) fn note_taken(&self, topic: &'static str, event_id: Option<i64>) {
        let words = {
            let mut state = self.state();
            let Some(kept) = state.topics.get_mut(topic) else { return };
            if let Some(event_id) = event_id {
                kept.too_large.remove(&event_id);
            }
            let was_closed = kept.closed_at.take().is_some();
            match kept.too_large.is_empty() {
                true => {
                    state.topics.remove(topic);
                    None
                }
                false if was_closed => Some(too_large(topic, kept.bytes_max)),
                false => return,
            }
        };
        (self.tell)(Request::Publish(topic), words);
    }

    /// Why a topic takes nothing, as a trial found out that the producer's own tries did not tell.
    pub(crate) fn note_trial(&self, topic: &'static str, error: &KafkaError) {
        let Some(words) = refusal(error, Request::Publish(topic), "") else { return };
        self.state().topics.entry(topic).or_default();
        (self.tell)(Request::Publish(topic), Some(words));
    }

    /// Nothing waits to be published, so nothing of it is refused.
    pub(crate) fn forget(&self, topics: &[&'static str]) {
        for topic in topics {
            if self.state().topics.remove(topic).is_some() {
                (self.tell)(Request::Publish(topic), None);
            }
        }
    }

    /// Whether batches were too large for a topic lately, so that records are better sent one by one.
    pub(crate) fn wants_single(&self, now: Instant) -> bool {
        self.state().batch_at.is_some_and(|at| now.duration_since(at) < SINGLE_FOR)
    }
}

fn too_large(topic: &str, bytes: usize) -> String {
    format!(
        "Kafka refuses to publish to {topic}: an event of {bytes} bytes is too large for it; raise max.message.bytes \
         of topic {topic}."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = Arc<Mutex<BTreeMap<Request, String>>>;

    fn refused() -> (Arc<Refused>, Told) {
        let told = Told::default();
        let noted = Arc::clone(&told);
        let tell: Tell = Arc::new(move |request, words| {
            let mut noted = noted.lock().unwrap();
            match words {
                Some(words) => noted.insert(request, words),
                None => noted.remove(&request),
            };
        });
        (Refused::new(tell), told)
    }

    fn error(code: RDKafkaErrorCode) -> KafkaError {
        KafkaError::MessageProduction(code)
    }

    #[test]
    fn a_topic_that_takes_nothing_is_tried_with_one_event_now_and_then() {
        let (refused, told) = refused();
        let now = Instant::now();
        assert!(refused.may_send("a", 1, now));
        refused.note_refused("a", Some(1), &error(RDKafkaErrorCode::TopicAuthorizationFailed), 10, false);
        assert!(told.lock().unwrap()[&Request::Publish("a")].contains("the right Write on topic a"));
        let at = Instant::now();
        assert!(!refused.may_send("a", 1, at));
        assert!(refused.may_send("b", 2, at), "another topic's");
        assert_eq!([refused.takes_nothing("a", at), refused.takes_nothing("b", at)], [true, false]);
        let later = at + TOPIC_PAUSE;
        assert!(!refused.takes_nothing("a", later), "it is to be tried again");
        assert_eq!([refused.may_send("a", 1, later), refused.may_send("a", 2, later)], [true, false]);
        assert!(refused.takes_nothing("a", later));
        refused.note_taken("a", Some(1));
        assert!(!refused.takes_nothing("a", later));
        assert!(refused.may_send("a", 2, later));
        assert!(told.lock().unwrap().is_empty());
    }

    #[test]
    fn an_event_that_is_too_large_keeps_none_of_the_others() {
        let (refused, told) = refused();
        let size = error(RDKafkaErrorCode::MessageSizeTooLarge);
        refused.note_refused("a", Some(1), &size, 500, false);
        assert!(refused.wants_single(Instant::now()), "a batch of small ones may have been too large");
        assert!(told.lock().unwrap().is_empty() && refused.may_send("a", 1, Instant::now()));
        refused.note_refused("a", Some(1), &size, 1_500, true);
        let at = Instant::now();
        assert_eq!([refused.may_send("a", 1, at), refused.may_send("a", 2, at)], [false, true]);
        refused.note_taken("a", Some(2));
        let words = told.lock().unwrap()[&Request::Publish("a")].clone();
        assert!(words.contains("1500 bytes") && words.contains("raise max.message.bytes of topic a"), "{words}");
        assert!(refused.may_send("a", 1, at + EVENT_PAUSE));
        refused.note_taken("a", Some(1));
        assert!(told.lock().unwrap().is_empty());
    }
}
