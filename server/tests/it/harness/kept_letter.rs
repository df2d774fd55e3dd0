//! A dead letter as a version of Pantry may have kept it, put into the database without a record.

use domain::Timestamp;
use store::DeadLetter;

/// One of `web_requests` in a log that is gone.
pub(crate) fn kept_letter(offset: i64, reason: &str, value: &[u8], seen_at: Timestamp) -> DeadLetter {
    DeadLetter {
        log: "an older log".to_owned(),
        generation: 0,
        topic: streams::Topic::web_requests(),
        partition: 0,
        offset,
        reason: reason.to_owned(),
        key: None,
        value: Some(value.to_vec()),
        headers: Vec::new(),
        timestamp_millis: Some(seen_at.millis()),
        seen_at,
    }
}
