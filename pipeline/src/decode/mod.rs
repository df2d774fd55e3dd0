//! Says what a record of Kafka is: our own, another shop's, one of another producer, or unreadable.
//!
//! Pure: asks no clock and does no IO. It never takes figures from an own record: those come from the outbox row
//! that the record names. Called by the consumer, and by the redrive of dead letters.

mod record;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use record::{Decoded, RawRecord, Reason};

use domain::{Minute, Timestamp};
use serde_json::value::RawValue;
use streams::{Members, present};

/// The longest value that is read; a longer one is a bad record, unless its headers say whose it is.
pub const VALUE_BYTES_MAX: usize = 1024 * 1024;
/// How far ahead of the clock a record of another producer may lie and still be counted.
pub const AHEAD_MICROS_MAX: i64 = 60_000_000;

/// Says what `record` is, for the database whose uuid is `own_source`.
#[must_use]
pub fn decode(own_source: &str, record: &RawRecord<'_>) -> Decoded {
    if let Some(source) = record.source {
        if source != own_source.as_bytes() {
            return Decoded::OtherShop;
        }
        return Decoded::Own { event_id: record.event_id.and_then(header_id).or_else(|| value_id(record)) };
    }
    match without_source_header(own_source, record) {
        Ok(decoded) => decoded,
        Err(reason) => Decoded::Bad(reason),
    }
}

/// Whether another producer's time may be counted: not before the first minute, not too far ahead of `now`.
#[must_use]
pub fn is_in_range(at: Timestamp, first_minute: Minute, now: Timestamp) -> bool {
    first_minute.start() <= at && at.micros_since(now) <= AHEAD_MICROS_MAX
}

fn without_source_header(own_source: &str, record: &RawRecord<'_>) -> Result<Decoded, Reason> {
    let text = readable(record.value)?;
    let json: &RawValue = serde_json::from_str(text).map_err(|_| Reason::NotJson)?;
    let members = members(json)?;
    if let Some(source) = members.as_ref().and_then(|members| present(members, "source")) {
        return match serde_json::from_str::<String>(source.get()) {
            Ok(source) if source == own_source => {
                let event_id = record.event_id.and_then(header_id);
                Ok(Decoded::Own { event_id: event_id.or_else(|| members.as_ref().and_then(member_id)) })
            }
            Ok(_) => Ok(Decoded::OtherShop),
            Err(_) => Err(malformed("source", "a text")),
        };
    }
    let values = record.topic.stream().read(json, members.as_ref())?;
    let stamped = || record.timestamp_millis.and_then(Timestamp::from_millis);
    let at = members.as_ref().map_or(Ok(None), event_time)?.or_else(stamped).ok_or(Reason::NoTimestamp)?;
    Ok(Decoded::Foreign { at, values })
}

fn readable(value: Option<&[u8]>) -> Result<&str, Reason> {
    let bytes = value.ok_or(Reason::NullValue)?;
    if bytes.len() > VALUE_BYTES_MAX {
        return Err(Reason::ValueTooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Reason::NotUtf8)?;
    if text.trim().is_empty() { Err(Reason::EmptyValue) } else { Ok(text) }
}

/// The members of an object, `None` for other JSON. Members are kept as text, so depth and size of numbers do not
/// matter.
fn members(json: &RawValue) -> Result<Option<Members<'_>>, Reason> {
    if !json.get().starts_with('{') {
        return Ok(None);
    }
    serde_json::from_str(json.get()).map(Some).map_err(|_| Reason::NotJson)
}

fn event_time(members: &Members<'_>) -> Result<Option<Timestamp>, Reason> {
    let Some(value) = present(members, "event_time") else { return Ok(None) };
    let text = serde_json::from_str::<String>(value.get()).ok();
    match text.as_deref().and_then(Timestamp::parse_rfc3339) {
        Some(at) => Ok(Some(at)),
        None => Err(malformed("event_time", "a time as RFC 3339 writes it, 1970 to 9999")),
    }
}

fn malformed(field: &str, expected: &str) -> Reason {
    Reason::Fields(streams::Reason::Malformed { field: field.to_owned(), expected: expected.to_owned() })
}

fn header_id(bytes: &[u8]) -> Option<i64> {
    std::str::from_utf8(bytes).ok().and_then(issued_id)
}

fn member_id(members: &Members<'_>) -> Option<i64> {
    members.get("event_id").and_then(|value| issued_id(value.get()))
}

fn value_id(record: &RawRecord<'_>) -> Option<i64> {
    let json: &RawValue = serde_json::from_str(readable(record.value).ok()?).ok()?;
    members(json).ok()?.as_ref().and_then(member_id)
}

/// Ids are issued from 1 on.
fn issued_id(text: &str) -> Option<i64> {
    text.parse().ok().filter(|id| *id >= 1)
}
