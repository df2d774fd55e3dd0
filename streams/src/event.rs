//! An event of this shop: a row of its outbox, and the record of Kafka that names the row.

use crate::record::members;
use crate::{Of, Stream, Topic};
use domain::{EventBody, Timestamp};
use std::fmt::Write as _;

/// What happened, on its way into the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// The stream that it belongs to.
    pub topic: Topic,
    /// The record's key.
    pub key: Option<String>,
    /// The stream's fields as a JSON object, private ones included; or a bare number, where the stream has them.
    pub payload: String,
}

/// An own event: one row of the outbox, and the record that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The id of its outbox row; never used twice.
    pub event_id: i64,
    /// When it happened, read inside the transaction that wrote it.
    pub event_time: Timestamp,
    /// What happened.
    pub body: NewEvent,
}

impl From<&EventBody> for NewEvent {
    fn from(body: &EventBody) -> NewEvent {
        let topic = match body {
            EventBody::Order { .. } => Topic::new_orders(),
            EventBody::PageView { .. } => Topic::web_requests(),
            EventBody::Feedback { .. } => Topic::feedback(),
            EventBody::Subscription { .. } => Topic::subscriptions(),
            EventBody::SystemStats { .. } => Topic::system_stats(),
        };
        NewEvent { topic, key: body.key(), payload: body.payload() }
    }
}

impl Event {
    /// The record's value, JSON in UTF-8: the public fields, and what every event has. `source` is the uuid of the
    /// database that issued it.
    #[must_use]
    pub fn value(&self, source: &str) -> String {
        let NewEvent { topic, payload, .. } = &self.body;
        let mut value = topic.stream().public(payload);
        if value.len() > 1 {
            value.push(',');
        }
        let (id, time) = (self.event_id, self.event_time);
        let _ = write!(value, "\"event_id\":{id},\"source\":\"{source}\",\"event_time\":\"{time}\"}}");
        value
    }
}

impl Stream {
    /// An object with the public members of a payload, still without its end.
    fn public(&self, payload: &str) -> String {
        let has_private = self.fields.iter().any(|field| field.is_private);
        match payload.strip_suffix('}') {
            Some(open) if !has_private => open.to_owned(),
            Some(_) => {
                let members = members(payload).unwrap_or_default();
                let mut object = "{".to_owned();
                for field in self.fields.iter().filter(|field| !field.is_private) {
                    if let Some(value) = members.get(field.name.as_str()) {
                        let comma = if object.len() > 1 { "," } else { "" };
                        let _ = write!(object, "{comma}\"{}\":{}", field.name, value.get());
                    }
                }
                object
            }
            // A bare number says how many events it stands for.
            None => {
                let count = self.measures.iter().find(|measure| measure.of == Of::Count && measure.only.is_none());
                count.map_or_else(|| "{".to_owned(), |count| format!("{{\"{}\":{payload}", count.name))
            }
        }
    }
}
