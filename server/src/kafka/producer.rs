//! The producer: takes records without waiting, and knows which outbox rows are in flight until the broker answers.

use crate::kafka::{Cluster, Kept};
use domain::{Event, Timestamp};
use rdkafka::ClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, DeliveryResult, Header, Message, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, PurgeConfig, ThreadedProducer};
use record_headers::RecordHeader;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The delivery mark of a record that names no outbox row.
const NO_EVENT: usize = 0;

/// Outbox rows that are handed to the producer and not answered yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight {
    ids: Arc<Mutex<BTreeSet<i64>>>,
}

impl InFlight {
    fn ids(&self) -> std::sync::MutexGuard<'_, BTreeSet<i64>> {
        // A set of numbers is whole after any panic.
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lowest id in flight.
    pub(crate) fn lowest(&self) -> Option<i64> {
        self.ids().first().copied()
    }

    pub(crate) fn contains(&self, id: i64) -> bool {
        self.ids().contains(&id)
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

struct Deliveries {
    in_flight: InFlight,
    /// Of the embedded broker alone.
    kept: Option<Arc<Kept>>,
}

impl Deliveries {
    /// Nobody reads a dead-letter topic in this process, so what it holds is known from here.
    fn note_dead_letter(&self, message: &BorrowedMessage<'_>) {
        if let Some(kept) = &self.kept {
            let headers: usize = record_headers::of(message).iter().map(RecordHeader::bytes).sum();
            let bytes = message.key_len() + message.payload_len() + headers;
            kept.add(message.topic(), message.partition(), message.offset() + 1, 1, bytes);
        }
    }
}

impl ClientContext for Deliveries {}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, event_id: usize) {
        match result {
            Ok(message) if event_id == NO_EVENT => self.note_dead_letter(message),
            Ok(_) => {}
            // Not lost: the row is still in the outbox, and out of flight the sweeper publishes it again.
            Err((error, message)) => {
                tracing::warn!(%error, topic = message.topic(), event_id, "a record was not delivered");
            }
        }
        crash::step("after_ack");
        if event_id != NO_EVENT {
            self.in_flight.ids().remove(&(event_id as i64));
        }
    }
}

/// Publishes events of one database to one life of a cluster.
pub(crate) struct Producer {
    producer: ThreadedProducer<Deliveries>,
    in_flight: InFlight,
    source: String,
}

impl Producer {
    /// A producer whose dead letters are noted in `kept` where the cluster is the embedded broker.
    pub(crate) fn new(cluster: &Cluster, source: &str, kept: &Arc<Kept>) -> Result<Producer, KafkaError> {
        let in_flight = InFlight::default();
        let kept = cluster.is_embedded.then(|| Arc::clone(kept));
        let context = Deliveries { in_flight: in_flight.clone(), kept };
        let producer = cluster.producer_config().create_with_context(context)?;
        Ok(Producer { producer, in_flight, source: source.to_owned() })
    }

    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// Hands an event over without waiting. `now` caps the record's timestamp: brokers refuse stamps from the future.
    pub(crate) fn send(&self, event: &Event, now: Timestamp) -> Result<(), SendError> {
        let value = event.value(&self.source);
        let key = event.key();
        let event_id = event.event_id.to_string();
        let headers = OwnedHeaders::new()
            .insert(Header { key: "source", value: Some(&self.source) })
            .insert(Header { key: "event_id", value: Some(&event_id) });
        let mut record: BaseRecord<'_, str, str, usize> =
            BaseRecord::with_opaque_to(event.topic().name(), event.event_id as usize)
                .payload(value.as_str())
                .headers(headers)
                .timestamp(event.event_time.min(now).millis());
        if let Some(key) = &key {
            record = record.key(key.as_str());
        }
        self.in_flight.ids().insert(event.event_id);
        self.producer.send(record).map_err(|(error, _)| {
            self.in_flight.ids().remove(&event.event_id);
            error.into()
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

    /// Waits until everything is answered. False when that took too long.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        self.producer.flush(timeout).is_ok()
    }

    /// An error after which this producer sends nothing more; it must be replaced.
    pub(crate) fn fatal_error(&self) -> Option<String> {
        self.producer.client().fatal_error().map(|(_, reason)| reason)
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        // What is still queued waits in the outbox; without this a drop waits for a broker that may be gone.
        self.producer.purge(PurgeConfig::default().queue().inflight());
    }
}
