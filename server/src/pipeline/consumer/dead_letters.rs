//! Dead letters on their way to their own topics: the record as it was, with why it could not be read and where it was.

use crate::kafka::{Outgoing, Producer};
use std::time::Duration;
use store::DeadLetter;

/// How long a dead letter may take to reach its topic before the table alone keeps it.
const PUBLISHED_WITHIN: Duration = Duration::from_secs(5);

/// To the dead letter topics, before the commit, so that a crash publishes twice rather than never.
pub(super) fn publish(producer: &Producer, letters: &[DeadLetter]) {
    for letter in letters {
        let outgoing = Outgoing {
            topic: letter.topic.dead_letter_name(),
            key: letter.key.as_deref(),
            value: letter.value.as_deref(),
            headers: headers(letter),
        };
        if let Err(error) = producer.send_dead_letter(&outgoing) {
            tracing::warn!(%error, topic = outgoing.topic, "a dead letter is kept in the table only");
        }
    }
    if !letters.is_empty() && !producer.flush(PUBLISHED_WITHIN) {
        tracing::warn!("dead letters have not reached their topic yet");
    }
}

/// The record's own headers, then why it could not be read and where it was.
fn headers(letter: &DeadLetter) -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
    let place = [
        ("reason", letter.reason.clone()),
        ("topic", letter.topic.name().to_owned()),
        ("partition", letter.partition.to_string()),
        ("offset", letter.offset.to_string()),
    ];
    let place = place.into_iter().map(|(name, value)| (name.as_bytes().to_vec(), Some(value.into_bytes())));
    letter.headers.iter().cloned().chain(place).collect()
}
