//! What clients say of themselves beside their answers: why no connection came about, and how long a quota made them
//! wait. Shared by the clients of one link; the link looks into it.

use crate::kafka::Request;
use crate::kafka::refusal::{Tell, refusal};
use rdkafka::ClientContext;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use rdkafka::statistics::Statistics;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a reason holds that is not given again. Clients try to connect at least once a second.
const HOLDS_FOR: Duration = Duration::from_secs(10);
/// What a reason may take, in characters: it comes from libraries and servers.
const REASON_CHARS_MAX: usize = 300;
/// Answers that wait less for a quota are not worth a word.
const THROTTLED_MS_MIN: i64 = 100;

/// The last reasons.
#[derive(Debug, Default)]
pub(crate) struct Reasons {
    refused: Mutex<Option<(Instant, String)>>,
    unreachable: Mutex<Option<String>>,
}

impl Reasons {
    /// What a client says of itself.
    pub(crate) fn note(&self, error: &KafkaError, reason: &str) {
        tracing::debug!(target: "librdkafka", "{error}: {reason}");
        let reason = one_line(reason);
        match refusal(error, Request::Connect, "") {
            Some(words) => {
                let words = format!("{} ({reason}).", words.trim_end_matches('.'));
                *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), words));
            }
            None => *self.unreachable.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason),
        }
    }

    /// Why the cluster does not let a client in, in a sentence; `None` when no client said so lately.
    pub(crate) fn refused(&self) -> Option<String> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        *refused = refused.take().filter(|(at, _)| at.elapsed() < HOLDS_FOR);
        refused.as_ref().map(|(_, words)| words.clone())
    }

    /// Why no broker was reached, the last time that one was not; nothing while none was missed.
    pub(crate) fn unreachable(&self) -> String {
        self.unreachable.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default()
    }
}

fn one_line(text: &str) -> String {
    let is_plain = |letter: char| !letter.is_control();
    text.chars().map(|letter| if is_plain(letter) { letter } else { ' ' }).take(REASON_CHARS_MAX).collect()
}

/// Tells whether a quota makes this client wait: `producer`, or the topic that a consumer reads.
pub(crate) fn tell_throttling(tell: &Tell, client: &'static str, statistics: &Statistics) {
    let averages = statistics.brokers.values().filter_map(|broker| broker.throttle.as_ref().map(|wait| wait.avg));
    let millis = averages.max().unwrap_or(0);
    let words = format!("A quota of Kafka's makes the {client} wait: its answers come {millis} ms late.");
    tell(Request::Hurry(client), (millis >= THROTTLED_MS_MIN).then_some(words));
}

/// The context of a client that only asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asking(pub(crate) Arc<Reasons>);

impl ClientContext for Asking {
    fn error(&self, error: KafkaError, reason: &str) {
        self.0.note(&error, reason);
    }
}

impl ConsumerContext for Asking {}
