//! Dead letters that a broker refused, kept for a while and sent again, so that they reach their topic once that is
//! granted. Beyond the limits the oldest are kept in the database alone, where all of them are.

use rdkafka::message::{BorrowedMessage, Message};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Letters that are kept.
const LETTERS_MAX: usize = 200;
/// Bytes of their keys and values.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// How long they are left alone after one was refused.
const PAUSE: Duration = Duration::from_secs(5);

/// A record for a dead-letter topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefusedLetter {
    pub(crate) topic: &'static str,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) headers: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl RefusedLetter {
    /// A copy of a record that was not delivered.
    pub(super) fn of(topic: &'static str, message: &BorrowedMessage<'_>) -> RefusedLetter {
        let headers = record_headers::of(message);
        let headers = headers.iter().map(|header| (header.name.to_vec(), header.value.map(<[u8]>::to_vec)));
        RefusedLetter {
            topic,
            key: message.key().map(<[u8]>::to_vec),
            value: message.payload().map(<[u8]>::to_vec),
            headers: headers.collect(),
        }
    }

    fn bytes(&self) -> usize {
        let length = |part: &Option<Vec<u8>>| part.as_ref().map_or(0, Vec::len);
        let headers: usize = self.headers.iter().map(|(name, value)| name.len() + length(value)).sum();
        length(&self.key) + length(&self.value) + headers
    }
}

/// Letters that wait.
#[derive(Debug, Default)]
pub(crate) struct RefusedLetters(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    letters: VecDeque<RefusedLetter>,
    bytes: usize,
    refused_at: Option<Instant>,
    /// The last one that was tried went through, or none was refused since.
    is_open: bool,
}

impl RefusedLetters {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A letter was refused: it is kept, and the oldest ones go that there is no room for.
    pub(super) fn keep(&self, letter: RefusedLetter, now: Instant) {
        let mut waiting = self.waiting();
        (waiting.refused_at, waiting.is_open) = (Some(now), false);
        waiting.bytes += letter.bytes();
        waiting.letters.push_back(letter);
        while waiting.letters.len() > LETTERS_MAX || waiting.bytes > BYTES_MAX {
            let Some(oldest) = waiting.letters.pop_front() else { break };
            waiting.bytes -= oldest.bytes();
        }
    }

    /// A letter arrived.
    pub(super) fn note_taken(&self) {
        self.waiting().is_open = true;
    }

    /// What to send now: one letter now and then, and all of them after one has arrived.
    pub(crate) fn due(&self, now: Instant) -> Vec<RefusedLetter> {
        let mut waiting = self.waiting();
        if waiting.is_open {
            waiting.bytes = 0;
            return waiting.letters.drain(..).collect();
        }
        if waiting.refused_at.is_some_and(|at| now.duration_since(at) < PAUSE) {
            return Vec::new();
        }
        waiting.refused_at = Some(now);
        let oldest = waiting.letters.pop_front();
        waiting.bytes -= oldest.as_ref().map_or(0, RefusedLetter::bytes);
        oldest.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(bytes: usize) -> RefusedLetter {
        RefusedLetter { topic: "a.dlq", key: None, value: Some(vec![0; bytes]), headers: Vec::new() }
    }

    #[test]
    fn one_letter_is_tried_now_and_then_and_all_after_it_arrived() {
        let (letters, now) = (RefusedLetters::default(), Instant::now());
        assert_eq!(letters.due(now), []);
        for bytes in 1..=3 {
            letters.keep(letter(bytes), now);
        }
        assert_eq!(letters.due(now), []);
        let later = now + PAUSE;
        assert_eq!(letters.due(later), [letter(1)]);
        assert_eq!(letters.due(later), []);
        letters.keep(letter(1), later);
        assert_eq!(letters.due(later + PAUSE), [letter(2)]);
        letters.note_taken();
        assert_eq!(letters.due(later + PAUSE), [letter(3), letter(1)]);
        assert_eq!(letters.due(later + PAUSE), []);
    }

    #[test]
    fn the_oldest_go_when_there_is_no_room() {
        let (letters, now) = (RefusedLetters::default(), Instant::now());
        letters.keep(letter(7), now);
        letters.keep(letter(BYTES_MAX), now);
        letters.note_taken();
        assert_eq!(letters.due(now), [letter(BYTES_MAX)]);
        for _ in 0..=LETTERS_MAX {
            letters.keep(letter(1), now);
        }
        letters.note_taken();
        assert_eq!(letters.due(now).len(), LETTERS_MAX);
    }
}
