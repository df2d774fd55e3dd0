//! Says what a record of Kafka is: our own, another shop's, one as the tutorial's producer sends it, or unreadable.
//!
//! Pure: asks no clock and does no IO. It never takes figures from an own record: those come from the outbox row
//! that the record names. Called by the consumer, and by the redrive of dead letters.

mod record;
mod tutorial;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use record::{Decoded, RawRecord, Reason};

use domain::{Minute, Timestamp, Topic};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The longest value that is read; a longer one is a bad record, unless its headers say whose it is.
pub const VALUE_BYTES_MAX: usize = 1024 * 1024;
/// The most requests that one record may stand for.
pub const REQUESTS_PER_RECORD_MAX: i64 = 1_000_000;
/// The most goods in one order of the tutorial's.
pub const ORDER_AMOUNT_MAX: i64 = 1_000_000_000;
/// The highest price of one order of the tutorial's: a thousand million euros. Sums stay far from the end of `i64`.
pub const ORDER_PRICE_CENTS_MAX: i64 = 100_000_000_000;
/// How far ahead of the clock a tutorial record may lie and still be counted.
pub const AHEAD_MICROS_MAX: i64 = 60_000_000;

/// The members of a JSON object. A key that stands twice has its last value, as Python and JavaScript read it.
type Members<'a> = BTreeMap<String, &'a RawValue>;

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

/// Whether a tutorial record's time may be counted: not before the first minute, not too far ahead of `now`.
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
            Err(_) => Err(Reason::Malformed { field: "source", expected: "a text" }),
        };
    }
    let (event_time, foreign) = match record.topic {
        Topic::WebRequests => tutorial::requests(json, members.as_ref())?,
        Topic::NewOrders => tutorial::order(members.as_ref())?,
        Topic::Feedback => tutorial::feedback(members.as_ref())?,
    };
    let stamped = || record.timestamp_millis.and_then(Timestamp::from_millis);
    let at = event_time.or_else(stamped).ok_or(Reason::NoTimestamp)?;
    Ok(Decoded::Tutorial { at, record: foreign })
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

/// A member that is there and not `null`.
fn present<'a>(members: &Members<'a>, field: &str) -> Option<&'a RawValue> {
    members.get(field).copied().filter(|value| value.get() != "null")
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
