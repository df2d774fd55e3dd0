//! Minds the producer of a link: puts a new one in its place when it failed for good, when an answer does not come, or
//! when its batches are too large for a topic; and finds out why a record is not taken that the producer tries for
//! ever.

use crate::health::HealthBoard;
use crate::kafka::{Batches, Producer, Request, refusal, try_once};
use crate::link::Link;
use crate::unanswered::Unanswered;
use rdkafka::error::KafkaError;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::time::Instant;

/// How soon a new producer that failed for good, too, is replaced.
const RENEW_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How long a producer must have stood to be taken for one that is let publish: it asks for its id at once.
const STANDS_AFTER: Duration = Duration::from_secs(4);
/// How long a record waits for its answer before it is asked why.
const TRIAL_AFTER: Duration = Duration::from_secs(10);
/// How soon that is asked again.
const TRIAL_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// What is known of the producer's troubles.
pub(super) struct ProducerWatch {
    store: Store,
    health: HealthBoard,
    unanswered: Unanswered,
    renewed_at: Option<Instant>,
    tried_at: Option<Instant>,
}

impl ProducerWatch {
    pub(super) fn new(store: Store, health: HealthBoard) -> ProducerWatch {
        ProducerWatch { store, health, unanswered: Unanswered::default(), renewed_at: None, tried_at: None }
    }

    /// Looks whether it failed for good, or should send otherwise. Asks no broker.
    pub(super) fn mind(&mut self, link: &Link) {
        let producer = link.producer();
        let wanted = match link.shared.refused.wants_single(std::time::Instant::now()) {
            true => Batches::Single,
            false => Batches::Whole,
        };
        if let Some((error, reason)) = producer.fatal_error() {
            self.note_fatal(&error, &reason);
            if self.renewed_at.is_none_or(|at| at.elapsed() >= RENEW_AGAIN_AFTER) {
                tracing::warn!(reason, "the producer failed for good; making a new one");
                self.renew(link, wanted);
            }
        } else if producer.batches != wanted {
            match wanted {
                Batches::Single => {
                    tracing::warn!("a batch of records is too large for its topic; sending them one by one")
                }
                Batches::Whole => tracing::info!("sending records in batches again"),
            }
            self.renew(link, wanted);
        } else {
            producer.send_refused_letters(&link.shared.letters);
            if stands(&producer) {
                self.health.note_kafka_error(Request::Produce, None);
            }
        }
    }

    /// Told once, it is a producer's mishap; a right that is missing, or one that fails again, is the cluster's.
    fn note_fatal(&self, error: &KafkaError, reason: &str) {
        let is_again = self.renewed_at.is_some_and(|at| at.elapsed() < STANDS_AFTER + RENEW_AGAIN_AFTER);
        let words = refusal(error, Request::Produce, "").filter(|words| is_again || words.contains("the right"));
        let again = || is_again.then(|| format!("Kafka refuses to publish: {reason}."));
        if let Some(words) = words.or_else(again) {
            self.health.note_kafka_error(Request::Produce, Some(words));
        }
    }

    fn renew(&mut self, link: &Link, batches: Batches) {
        self.renewed_at = Some(Instant::now());
        self.unanswered = Unanswered::default();
        if let Err(error) = link.renew_producer(batches) {
            tracing::error!(%error, "a new producer cannot be made");
        }
    }

    /// While no broker answers, nobody waits for an answer.
    pub(super) fn forget_waiting(&mut self) {
        self.unanswered = Unanswered::default();
    }

    /// Looks, when a broker has answered another question, whether a record waits for its answer for too long.
    pub(super) fn mind_waiting(&mut self, link: &Arc<Link>) {
        let now = Instant::now();
        let lowest = link.producer().in_flight().lowest();
        if self.unanswered.is_too_long(lowest, now) {
            tracing::warn!("the producer waits for an answer that does not come; making a new one");
            self.renew(link, link.producer().batches);
            return;
        }
        if let Some((event_id, waits)) = self.unanswered.waits(now)
            && waits >= TRIAL_AFTER
            && self.tried_at.is_none_or(|at| at.elapsed() >= TRIAL_AGAIN_AFTER)
        {
            self.tried_at = Some(now);
            tokio::spawn(ask_why(Arc::clone(link), self.store.clone(), event_id));
        }
    }
}

fn stands(producer: &Producer) -> bool {
    producer.made_at.elapsed() >= STANDS_AFTER
}

/// Publishes the event once more, with a client that tells why it is not taken.
async fn ask_why(link: Arc<Link>, store: Store, event_id: i64) {
    let Ok(page) = store.outbox_page(event_id - 1, event_id, 1).await else { return };
    let Some(event) = page.events.into_iter().next() else { return };
    let topic = event.body.topic.name();
    let (now, source, tried_by) = (store.now(), store.source().to_owned(), Arc::clone(&link));
    let tried = tokio::task::spawn_blocking(move || try_once(&tried_by.cluster, &source, &event, now)).await;
    if let Ok(Err(error)) = tried {
        tracing::debug!(%error, topic, event_id, "a record that waits was tried once");
        link.shared.refused.note_trial(topic, &error);
    }
}
