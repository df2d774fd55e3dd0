//! One try to publish an event, for its error: the producer tries for ever and tells nobody why it has to. An event
//! that is published twice counts once, so the try does no harm.

use crate::kafka::Cluster;
use crate::kafka::record::with_record;
use domain::Timestamp;
use rdkafka::ClientContext;
use rdkafka::error::KafkaError;
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, Producer as _, ProducerContext};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use streams::Event;

/// Longer than the try may take, `Cluster::trial_config`.
const ANSWERED_WITHIN: Duration = Duration::from_secs(12);

#[derive(Default)]
struct Trial(Arc<Mutex<Option<Result<(), KafkaError>>>>);

impl ClientContext for Trial {}

impl ProducerContext for Trial {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, _event_id: usize) {
        let result = match result {
            Ok(_) => Ok(()),
            Err((error, _)) => Err(error.clone()),
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    }
}

/// Publishes the event with a client of its own that tries once. Blocks until it is answered.
///
/// # Errors
/// Why it was not taken.
pub(crate) fn try_once(cluster: &Cluster, source: &str, event: &Event, now: Timestamp) -> Result<(), KafkaError> {
    let trial = Trial::default();
    let answer = Arc::clone(&trial.0);
    let producer: BaseProducer<Trial> = cluster.trial_config().create_with_context(trial)?;
    with_record(event, source, now, |record| producer.send(record).map_err(|(error, _)| error))?;
    producer.flush(ANSWERED_WITHIN)?;
    let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
    answer.unwrap_or(Err(KafkaError::Canceled))
}
