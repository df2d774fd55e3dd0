//! Reads the records of the tutorial's producer: bare numbers, page paths, orders of four fields, and feedback.
//!
//! Numbers are read from their text, never through a float. Called by `decode` alone, for records without `source`.

use super::{Members, ORDER_AMOUNT_MAX, ORDER_PRICE_CENTS_MAX, REQUESTS_PER_RECORD_MAX, Reason, present};
use domain::{ForeignRecord, Money, Stars, Timestamp};
use serde_json::value::RawValue;

/// What a record stands for, and its own event time when it carries one.
type Read = (Option<Timestamp>, ForeignRecord);

/// A record of `web_requests`: a bare number of requests, or an object that names the path of one.
pub(super) fn requests(json: &RawValue, members: Option<&Members<'_>>) -> Result<Read, Reason> {
    if let Some(members) = members {
        let path = required(members, "path")?;
        if !path.get().starts_with('"') {
            return Err(Reason::Malformed { field: "path", expected: "a text" });
        }
        return Ok((event_time(members)?, ForeignRecord::requests(1)));
    }
    let is_number = json.get().starts_with(|first: char| first == '-' || first.is_ascii_digit());
    if !is_number {
        return Err(Reason::WrongShape("a number or an object with the field path"));
    }
    let count = whole_number(json.get()).filter(|count| (0..=REQUESTS_PER_RECORD_MAX).contains(count));
    let count = count.ok_or(Reason::WrongShape("a whole number from 0 to 1000000"))?;
    Ok((None, ForeignRecord::requests(count)))
}

/// A record of `new_orders`: an object with the tutorial's four fields.
pub(super) fn order(members: Option<&Members<'_>>) -> Result<Read, Reason> {
    let members = members.ok_or(Reason::WrongShape("an object"))?;
    let order_id = required(members, "order_id")?;
    let order_amount = required(members, "order_amount")?;
    let order_total_price = required(members, "order_total_price")?;
    let is_paid = required(members, "is_paid")?;

    let order_id =
        whole_number(order_id.get()).ok_or(Reason::Malformed { field: "order_id", expected: "a whole number" })?;
    let amount = whole_number(order_amount.get())
        .filter(|amount| (0..=ORDER_AMOUNT_MAX).contains(amount))
        .ok_or(Reason::Malformed { field: "order_amount", expected: "a whole number from 0 to 1000000000" })?;
    let price = Money::parse_decimal(order_total_price.get())
        .filter(|price| (0..=ORDER_PRICE_CENTS_MAX).contains(&price.cents()))
        .ok_or(Reason::Malformed {
            field: "order_total_price",
            expected: "a decimal from 0 to 1000000000 with at most two digits after the point",
        })?;
    let is_paid = match is_paid.get() {
        "true" => true,
        "false" => false,
        _ => return Err(Reason::Malformed { field: "is_paid", expected: "true or false" }),
    };
    let record = ForeignRecord::Order { order_id, order_amount: amount, order_total_price: price, is_paid };
    Ok((event_time(members)?, record))
}

/// A record of `feedback`: an object with the order's number and its stars. Its text is not kept: only figures are.
pub(super) fn feedback(members: Option<&Members<'_>>) -> Result<Read, Reason> {
    let members = members.ok_or(Reason::WrongShape("an object"))?;
    let order_id = required(members, "order_id")?;
    let stars = required(members, "stars")?;
    let order_id =
        whole_number(order_id.get()).ok_or(Reason::Malformed { field: "order_id", expected: "a whole number" })?;
    let stars = whole_number(stars.get())
        .and_then(Stars::from_number)
        .ok_or(Reason::Malformed { field: "stars", expected: "a whole number from 1 to 5" })?;
    Ok((event_time(members)?, ForeignRecord::Feedback { order_id, stars }))
}

fn required<'a>(members: &Members<'a>, field: &'static str) -> Result<&'a RawValue, Reason> {
    members.get(field).copied().ok_or(Reason::Missing(field))
}

fn event_time(members: &Members<'_>) -> Result<Option<Timestamp>, Reason> {
    let Some(value) = present(members, "event_time") else {
        return Ok(None);
    };
    let text = serde_json::from_str::<String>(value.get()).ok();
    match text.as_deref().and_then(Timestamp::parse_rfc3339) {
        Some(at) => Ok(Some(at)),
        None => Err(Reason::Malformed { field: "event_time", expected: "a time as RFC 3339 writes it, 1970 to 9999" }),
    }
}

/// The whole number that a JSON text stands for: `3`, also `3.0` as Python writes a float. `None` for an exponent.
fn whole_number(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if fraction.bytes().all(|digit| digit == b'0') { whole.parse().ok() } else { None }
}
