//! The producer: takes records without waiting, and knows which outbox rows are in flight until the broker answers.

use crate::kafka::reasons::{Reasons, tell_throttling};
use crate::kafka::record::with_record;
use crate::kafka::refusal::Tell;
use crate::kafka::refused::Refused;
use crate::kafka::refused_letters::{RefusedLetter, RefusedLetters};
use crate::kafka::{Cluster, Kept};
use domain::Timestamp;
use rdkafka::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, DeliveryResult, Message, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, PurgeConfig, ThreadedProducer};
use rdkafka::statistics::Statistics;
use record_headers::RecordHeader;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use streams::{Event, Streams, Topic};

/// The delivery mark of a record that names no outbox row.
const NO_EVENT: usize = 0;

/// Outbox rows that are handed to the producer and not answered yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight {
    ids: Arc<Mutex<BTreeMap<Topic, BTreeSet<i64>>>>,
}

impl InFlight {
    fn ids(&self) -> MutexGuard<'_, BTreeMap<Topic, BTreeSet<i64>>> {
        // A set of numbers is whole after any panic.
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lowest id in flight.
    pub(crate) fn lowest(&self) -> Option<i64> {
        self.ids().values().filter_map(|ids| ids.first().copied()).min()
    }

    /// The lowest id of this topic in flight.
    pub(crate) fn lowest_of(&self, topic: Topic) -> Option<i64> {
        self.ids().get(&topic).and_then(|ids| ids.first().copied())
    }

    pub(crate) fn contains(&self, event: &Event) -> bool {
        self.ids().get(&event.body.topic).is_some_and(|ids| ids.contains(&event.event_id))
    }

    fn insert(&self, topic: Topic, id: i64) {
        self.ids().entry(topic).or_default().insert(id);
    }

    fn remove(&self, topic: Topic, id: i64) {
        if let Some(ids) = self.ids().get_mut(&topic) {
            ids.remove(&id);
        }
    }
}

/// A record for a dead letter topic.
pub(crate) struct Outgoing<'a> {
    pub(crate) topic: &'a str,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) value: Option<&'a [u8]>,
    pub(crate) headers: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

/// Why a record was not taken. The outbox still holds its event.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error("the producer's queue is full")]
    QueueFull,
    #[error("its topic refused it a moment ago")]
    HeldBack,
    #[error(transparent)]
    Kafka(KafkaError),
}

impl From<KafkaError> for SendError {
    fn from(error: KafkaError) -> Self {
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::QueueFull) => SendError::QueueFull,
            _ => SendError::Kafka(error),
        }
    }
}

/// How records travel to a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Batches {
    /// Many in one request.
    Whole,
    /// Each in one of its own, since a topic that takes small messages only measures the whole batch.
    Single,
}

/// What a producer shares with those that come before and after it on the same link.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) refused: Arc<Refused>,
    pub(crate) reasons: Arc<Reasons>,
    pub(crate) tell: Tell,
    pub(crate) kept: Arc<Kept>,
    pub(crate) letters: Arc<RefusedLetters>,
}

struct Deliveries {
    in_flight: InFlight,
    shared: Shared,
    batches: Batches,
    is_embedded: bool,
    streams: Streams,
}

impl Deliveries {
    /// The topic's name as it is known here.
    fn known(&self, topic: &str) -> Option<&'static str> {
        let topics = self.streams.all().iter();
        topics.flat_map(|known| [known.name(), known.dead_letter_name()]).find(|name| *name == topic)
    }

    /// Nobody reads a dead-letter topic in this process, so what it holds is known from here.
    fn note_dead_letter(&self, message: &BorrowedMessage<'_>) {
        if self.is_embedded {
            let bytes = bytes_of(message);
            self.shared.kept.add(message.topic(), message.partition(), message.offset() + 1, 1, bytes);
        }
    }
}

fn bytes_of(message: &BorrowedMessage<'_>) -> usize {
    let headers: usize = record_headers::of(message).iter().map(RecordHeader::bytes).sum();
    message.key_len() + message.payload_len() + headers
}

impl ClientContext for Deliveries {
    fn error(&self, error: KafkaError, reason: &str) {
        self.shared.reasons.note(&error, reason);
    }

    fn stats(&self, statistics: Statistics) {
        tell_throttling(&self.shared.tell, "producer", &statistics);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, event_id: usize) {
        let (Ok(message) | Err((_, message))) = result;
        let event = (event_id != NO_EVENT).then_some(event_id as i64);
        if let Some(topic) = self.known(message.topic()) {
            match result {
                Ok(message) => {
                    if event.is_none() {
                        self.note_dead_letter(message);
                        self.shared.letters.note_taken();
                    }
                    self.shared.refused.note_taken(topic, event);
                }
                // Not lost: the row is still in the outbox, and out of flight the sweeper publishes it again.
                Err((error, message)) => {
                    tracing::debug!(%error, topic, event_id, "a record was not delivered");
                    let is_single = self.batches == Batches::Single;
                    let is_refused =
                        self.shared.refused.note_refused(topic, event, error, bytes_of(message), is_single);
                    if event.is_none() && is_refused {
                        self.shared.letters.keep(RefusedLetter::of(topic, message), Instant::now());
                    }
                }
            }
        }
        crash::step("after_ack");
        if let (Some(event), Some(topic)) = (event, self.streams.of(message.topic())) {
            self.in_flight.remove(topic, event);
        }
    }
}

/// Publishes events of one database to one life of a cluster.
pub(crate) struct Producer {
    producer: ThreadedProducer<Deliveries>,
    in_flight: InFlight,
    source: String,
    refused: Arc<Refused>,
    pub(crate) batches: Batches,
    pub(crate) made_at: Instant,
}

impl Producer {
    /// A producer that tells what is refused, and why it cannot connect.
    pub(crate) fn new(
        cluster: &Cluster,
        source: &str,
        shared: &Shared,
        batches: Batches,
    ) -> Result<Producer, KafkaError> {
        let in_flight = InFlight::default();
        let (shared, refused) = (shared.clone(), Arc::clone(&shared.refused));
        let (is_embedded, streams) = (cluster.is_embedded, cluster.streams.clone());
        let context = Deliveries { in_flight: in_flight.clone(), shared, batches, is_embedded, streams };
        let producer = cluster.producer_config(batches).create_with_context(context)?;
        Ok(Producer { producer, in_flight, source: source.to_owned(), refused, batches, made_at: Instant::now() })
    }

    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// Hands an event over without waiting. `now` caps the record's timestamp: brokers refuse stamps from the future.
    ///
    /// # Errors
    /// Why it was not taken; the outbox still holds it.
    pub(crate) fn send(&self, event: &Event, now: Timestamp) -> Result<(), SendError> {
        let topic = event.body.topic.name();
        if !self.refused.may_send(topic, event.event_id, Instant::now()) {
            return Err(SendError::HeldBack);
        }
        self.in_flight.insert(event.body.topic, event.event_id);
        let sent = with_record(event, &self.source, now, |record| {
            let bytes = record.payload.map_or(0, str::len);
            self.producer.send(record).map_err(|(error, _)| (error, bytes))
        });
        sent.map_err(|(error, bytes)| {
            self.in_flight.remove(event.body.topic, event.event_id);
            let error = SendError::from(error);
            if let SendError::Kafka(error) = &error {
                // The client itself measures the record alone.
                self.refused.note_refused(topic, Some(event.event_id), error, bytes, true);
            }
            error
        })
    }

    /// Hands a dead letter over without waiting.
    pub(crate) fn send_dead_letter(&self, letter: &Outgoing<'_>) -> Result<(), SendError> {
        let mut headers = OwnedHeaders::new();
        for (name, value) in &letter.headers {
            if !record_headers::add(&mut headers, name, value.as_deref()) {
                return Err(SendError::Kafka(KafkaError::MessageProduction(RDKafkaErrorCode::MessageSizeTooLarge)));
            }
        }
        let mut record: BaseRecord<'_, [u8], [u8], usize> =
            BaseRecord::with_opaque_to(letter.topic, NO_EVENT).headers(headers);
        if let Some(key) = letter.key {
            record = record.key(key);
        }
        if let Some(value) = letter.value {
            record = record.payload(value);
        }
        self.producer.send(record).map_err(|(error, _)| error.into())
    }

    /// Hands over again what was refused of the dead letters and is due.
    pub(crate) fn send_refused_letters(&self, letters: &RefusedLetters) {
        for letter in letters.due(Instant::now()) {
            let RefusedLetter { topic, key, value, headers } = letter;
            let outgoing = Outgoing { topic, key: key.as_deref(), value: value.as_deref(), headers };
            if let Err(error) = self.send_dead_letter(&outgoing) {
                tracing::debug!(%error, topic, "a dead letter is kept in the table only");
            }
        }
    }

    /// Waits until everything is answered. False when that took too long.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        self.producer.flush(timeout).is_ok()
    }

    /// An error after which this producer sends nothing more; it must be replaced.
    pub(crate) fn fatal_error(&self) -> Option<(KafkaError, String)> {
        let (code, reason) = self.producer.client().fatal_error()?;
        Some((KafkaError::Global(code), reason))
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        // What is still queued waits in the outbox; without this a drop waits for a broker that may be gone.
        self.producer.purge(PurgeConfig::default().queue().inflight());
    }
}
