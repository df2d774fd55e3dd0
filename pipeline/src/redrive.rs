//! Sends dead letters back: reads them once more by the rules of the consumer, and hands what can be read to the store,
//! which marks the letter and puts its event into the outbox in one transaction. Called by the owner's routes.

use crate::decode::{Decoded, RawRecord, decode, is_in_range};
use domain::Timestamp;
use domain::dead_letter::CORRECTION_BYTES_MAX;
use futures::future::try_join_all;
use serde_json::value::RawValue;
use store::{Handled, KeptLetter, Store, StoreError};
use streams::NewEvent;

/// Letters that one call looks at.
const LETTERS_PER_CALL_MAX: usize = 1_000;
/// Letters that are in memory at once; each may be a megabyte.
const LETTERS_PER_PAGE: i64 = 20;

/// Why a letter that was cleared cannot go back, with a correction either: what it stood for is not known any more.
const ERASED: &str = "It held the e-mail address of a customer who was forgotten, so what was in it was deleted. It cannot \
     be sent back.";

/// What became of one letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redriven {
    /// It is on its way.
    Sent,
    /// It was sent back or discarded before.
    Before,
    /// There is no such letter.
    Unknown,
    /// It cannot go back, for this reason.
    Refused(String),
}

/// What became of all letters that one call looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AllRedriven {
    /// Letters that went back.
    pub sent: i64,
    /// Letters that cannot.
    pub unreadable: i64,
    /// Letters below this number were not looked at; `None` when none is left.
    pub below: Option<i64>,
}

/// Sends one letter back, with `correction` in place of its value where there is one.
///
/// # Errors
/// What the database says.
pub async fn redrive(store: &Store, id: i64, correction: Option<&str>) -> Result<Redriven, StoreError> {
    let Some(letter) = store.kept_letter(id).await? else { return Ok(Redriven::Unknown) };
    if !letter.is_open {
        return Ok(Redriven::Before);
    }
    let (event_time, event) = match read(store, &letter, correction) {
        Ok(read) => read,
        Err(why) => return Ok(Redriven::Refused(why)),
    };
    Ok(match store.redrive(id, event_time, event, correction.map(str::to_owned)).await? {
        Handled::Now => Redriven::Sent,
        Handled::Before => Redriven::Before,
        Handled::Unknown => Redriven::Unknown,
        Handled::Erased => Redriven::Refused(ERASED.to_owned()),
    })
}

/// Sends back every open letter below `below` that can be read now, latest first. Looks at
/// [`LETTERS_PER_CALL_MAX`] at most, and says where to go on.
///
/// # Errors
/// What the database says.
pub async fn redrive_all(store: &Store, below: Option<i64>) -> Result<AllRedriven, StoreError> {
    let mut all = AllRedriven { below: Some(below.unwrap_or(i64::MAX)), ..AllRedriven::default() };
    let mut looked_at = 0;
    while let Some(below) = all.below
        && looked_at < LETTERS_PER_CALL_MAX
    {
        let page = store.open_letters_below(below, LETTERS_PER_PAGE).await?;
        let readable = page.iter().filter_map(|letter| Some((letter.id, read(store, letter, None).ok()?)));
        // At once, so that they share a transaction.
        let sending = readable.map(|(id, (event_time, event))| store.redrive(id, event_time, event, None));
        let handled = try_join_all(sending).await?;
        all.unreadable += (page.len() - handled.len()) as i64;
        all.sent += handled.iter().filter(|handled| **handled == Handled::Now).count() as i64;
        looked_at += page.len();
        all.below = page.last().filter(|_| page.len() as i64 == LETTERS_PER_PAGE).map(|letter| letter.id);
    }
    Ok(all)
}

/// What a letter stands for, and when it happened; or why it cannot go back.
fn read(store: &Store, letter: &KeptLetter, correction: Option<&str>) -> Result<(Timestamp, NewEvent), String> {
    if letter.is_erased {
        return Err(ERASED.to_owned());
    }
    let kept_bytes = letter.value.as_ref().map_or(0, Vec::len);
    if correction.is_none() && (kept_bytes as i64) < letter.value_bytes {
        return Err(format!(
            "Of its {} bytes only the first {kept_bytes} were kept, so it cannot go back as it was. A correction can.",
            letter.value_bytes
        ));
    }
    if correction.is_some_and(|correction| correction.len() > CORRECTION_BYTES_MAX) {
        return Err(format!("A correction has at most {CORRECTION_BYTES_MAX} bytes; this one has more."));
    }
    let header = |name: &str| letter.headers.iter().find(|(header, _)| header == name.as_bytes())?.1.as_deref();
    let Some(topic) = store.streams().of(&letter.topic) else {
        return Err(format!("The stream {} is not declared any more, so nothing of it is counted.", letter.topic));
    };
    let first_minute = store.first_minute_of(topic);
    let value = correction.map(str::as_bytes).or(letter.value.as_deref());
    let record = RawRecord {
        topic,
        value,
        source: header("source"),
        event_id: header("event_id"),
        timestamp_millis: letter.timestamp_millis,
    };
    match decode(store.source(), &record) {
        Decoded::Foreign { at, values } if is_in_range(at, first_minute, store.now()) => {
            let json: Option<&RawValue> = value.and_then(|value| serde_json::from_slice(value).ok());
            let json = json.ok_or_else(|| "It still cannot be read.".to_owned())?;
            Ok((at, topic.adopt(json, &values)))
        }
        Decoded::Foreign { at, .. } => Err(format!(
            "Its time, {at}, lies before the shop's first minute, {first_minute}, or more than 60 seconds ahead. Such \
             records are not counted.",
        )),
        Decoded::Own { .. } | Decoded::OtherShop => {
            Err("It names a source, so it is a shop's own record. Only records without one can be sent back."
                .to_owned())
        }
        Decoded::Bad(reason) => Err(format!("It still cannot be read: {reason}.")),
    }
}
