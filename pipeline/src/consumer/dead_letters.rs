//! Dead letters on their way to their own topics: the record as it was, with why it could not be read and where it was.

use crate::kafka::Outgoing;
use crate::link::Link;
use std::time::Duration;
use store::DeadLetter;

/// How long a dead letter may take to reach its topic before the table alone keeps it.
const PUBLISHED_WITHIN: Duration = Duration::from_secs(5);

/// To the dead letter topics, before the commit, so that a crash publishes twice rather than never.
pub(super) fn publish(link: &Link, letters: &[DeadLetter]) {
    let producer = link.producer();
    // A producer would look for a topic that is missing until its letters are too old.
    let there = |letter: &&DeadLetter| link.partitions.takes_dead_letters(letter.topic.dead_letter_name());
    for letter in letters.iter().filter(there) {
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
