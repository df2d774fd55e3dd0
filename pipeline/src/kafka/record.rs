//! The record that names an outbox row, as the producer and a trial send it.

use domain::Timestamp;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::BaseRecord;
use streams::Event;

/// Sends an event's record. `now` caps its timestamp: brokers refuse stamps from the future.
pub(super) fn with_record<T>(
    event: &Event,
    source: &str,
    now: Timestamp,
    send: impl FnOnce(BaseRecord<'_, str, str, usize>) -> T,
) -> T {
    let value = event.value(source);
    let event_id = event.event_id.to_string();
    let headers = OwnedHeaders::new()
        .insert(Header { key: "source", value: Some(source) })
        .insert(Header { key: "event_id", value: Some(&event_id) });
    let mut record: BaseRecord<'_, str, str, usize> =
        BaseRecord::with_opaque_to(event.body.topic.name(), event.event_id as usize)
            .payload(value.as_str())
            .headers(headers)
            .timestamp(event.event_time.min(now).millis());
    if let Some(key) = &event.body.key {
        record = record.key(key.as_str());
    }
    send(record)
}
