//! Dead letters as the owner looks at them: where a record lay, what is in it, what became of it.
//!
//! The bytes come from strangers. They are told as text only where a person sees all of it, else as a hex dump.

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// The longest reason for a discard, in characters.
pub const DISCARD_REASON_CHARS_MAX: usize = 200;
/// The longest value that an owner may write in place of one that cannot be read. Three times as long, as a form
/// encodes it at worst, it still fits into what one request may bring.
pub const CORRECTION_BYTES_MAX: usize = 16 * 1024;

/// Everything that the list of dead letters shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letters {
    /// Letters that wait for the owner, latest first; the beginning of each.
    pub open: Vec<Letter>,
    /// How many wait in all.
    pub open_total: i64,
    /// Letters that were sent back or discarded last.
    pub handled: Vec<LetterHead>,
    /// Runs of bad records of which only the offsets are kept.
    pub ranges: Vec<LetterRange>,
    /// How many records all such runs hold.
    pub range_records: i64,
    /// The letter that was just handled, where one was asked for.
    pub done: Option<LetterHead>,
}

/// A dead letter with what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Which one it is.
    pub head: LetterHead,
    /// The record's key.
    pub key: Option<Content>,
    /// The record's value.
    pub value: Option<Content>,
    /// The record's headers; `None` where there are too many for a list.
    pub headers: Option<Vec<(String, Option<Content>)>>,
}

impl Letter {
    /// Whether everything that is kept of it is shown.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let all = |content: &Option<Content>| content.as_ref().is_none_or(|content| content.is_whole);
        let headers = self.headers.as_ref();
        all(&self.key) && all(&self.value) && headers.is_some_and(|headers| headers.iter().all(|(_, value)| all(value)))
    }

    /// The value as it can be edited in a form; empty where it cannot.
    #[must_use]
    pub fn editable(&self) -> &str {
        match &self.value {
            Some(Content { form: ContentForm::Text, shown, is_whole: true, is_cut: false, .. })
                if shown.len() <= CORRECTION_BYTES_MAX =>
            {
                shown
            }
            _ => "",
        }
    }
}

/// Where a dead letter lay and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterHead {
    /// Its number.
    pub id: i64,
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The record's offset.
    pub offset: i64,
    /// Why it could not be read.
    pub reason: String,
    /// When it was read.
    pub seen_at: Timestamp,
    /// The record's own timestamp, where it has a sensible one.
    pub recorded_at: Option<Timestamp>,
    /// Whether key, value and headers were deleted, because the record held the address of a customer who was
    /// forgotten. Then it cannot be sent back.
    pub is_erased: bool,
    /// What became of it.
    pub handling: Handling,
}

/// What became of a dead letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Handling {
    /// Nothing yet.
    Open,
    /// It was sent back to its topic.
    SentBack {
        /// When.
        at: Timestamp,
        /// Whether with another value than its own.
        is_corrected: bool,
        /// Whether it is counted; until then it waits in the outbox.
        is_counted: bool,
    },
    /// It was put aside for good.
    Discarded {
        /// When.
        at: Timestamp,
        /// Why, in the owner's words.
        reason: String,
    },
}

/// A run of bad records of which only the offsets are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterRange {
    /// The topic.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The first one's offset.
    pub first_offset: i64,
    /// The last one's offset.
    pub last_offset: i64,
    /// How many.
    pub records: i64,
}

/// How bytes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContentForm {
    /// As the text that they are.
    Text,
    /// As a hex dump.
    Hex,
}

/// Bytes as a person can look at them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// How they are shown.
    pub form: ContentForm,
    /// What is shown.
    pub shown: String,
    /// How many bytes the record had there.
    pub bytes: i64,
    /// Whether some of them were cut off when the letter was kept.
    pub is_cut: bool,
    /// Whether all that is kept is shown.
    pub is_whole: bool,
}

impl Content {
    /// Shows `bytes`, the beginning of `kept_bytes` that are kept of `true_bytes`.
    #[must_use]
    pub fn of(bytes: &[u8], kept_bytes: i64, true_bytes: i64) -> Content {
        let is_whole = bytes.len() as i64 >= kept_bytes;
        let is_cut = kept_bytes < true_bytes;
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Some(text),
            // The last character may be one that the end of what is shown runs through.
            Err(error) if error.error_len().is_none() && (is_cut || !is_whole) => {
                bytes.get(..error.valid_up_to()).and_then(|whole| std::str::from_utf8(whole).ok())
            }
            Err(_) => None,
        };
        let (form, shown) = match text.filter(|text| text.chars().all(is_plain)) {
            Some(text) => (ContentForm::Text, text.to_owned()),
            None => (ContentForm::Hex, hex_dump(bytes)),
        };
        Content { form, shown, bytes: true_bytes, is_cut, is_whole }
    }
}

/// Whether a person sees this character as what it is: no control characters, and none that turns the direction of
/// what follows.
fn is_plain(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => true,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        _ => !character.is_control(),
    }
}

/// A header's name as a person can look at it: as it is where it is one line of plain text, else escaped, such as
/// `trace\xff` or `a\u{1b}b`, with a backslash of its own doubled.
#[must_use]
pub fn shown_name(name: &[u8]) -> String {
    let is_shown = |character: char| is_plain(character) && !character.is_control();
    if let Ok(text) = std::str::from_utf8(name)
        && text.chars().all(is_shown)
    {
        return text.to_owned();
    }
    let mut shown = String::new();
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\\' => shown.push_str(r"\\"),
                _ if is_shown(character) => shown.push(character),
                _ => shown.extend(character.escape_unicode()),
            }
        }
        for byte in chunk.invalid() {
            // Writing into a string cannot fail.
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    shown
}

/// Sixteen bytes a line: the place of the first, the bytes, and the printable ones of them.
fn hex_dump(bytes: &[u8]) -> String {
    let mut dump = String::with_capacity(bytes.len() * 5);
    for (line, bytes) in bytes.chunks(16).enumerate() {
        // Writing into a string cannot fail.
        let _ = write!(dump, "{:08x} ", line * 16);
        for index in 0..16 {
            let _ = match bytes.get(index) {
                Some(byte) => write!(dump, " {byte:02x}"),
                None => write!(dump, "   "),
            };
        }
        let printable = |byte: &u8| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '.' };
        let _ = writeln!(dump, "  {}", bytes.iter().map(printable).collect::<String>());
    }
    dump
}

/// Why a letter was discarded, in the owner's words: 1 to [`DISCARD_REASON_CHARS_MAX`] characters, none of them a
/// control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscardReason(String);

/// What is wrong with a reason for a discard. Displays in the words that the owner reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscardReasonError {
    /// Nothing but blanks.
    #[error("Say why, so that whoever looks later knows.")]
    Empty,
    /// Too many characters.
    #[error("Say it in at most {DISCARD_REASON_CHARS_MAX} characters.")]
    TooLong,
    /// A control character, such as a line's end.
    #[error("Say it in one line of plain text.")]
    NotPlain,
}

impl DiscardReason {
    /// Reads what was typed; blanks around it do not matter.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn parse(typed: &str) -> Result<DiscardReason, DiscardReasonError> {
        let reason = typed.trim();
        if reason.is_empty() {
            return Err(DiscardReasonError::Empty);
        }
        if reason.chars().count() > DISCARD_REASON_CHARS_MAX {
            return Err(DiscardReasonError::TooLong);
        }
        if reason.chars().any(char::is_control) {
            return Err(DiscardReasonError::NotPlain);
        }
        Ok(DiscardReason(reason.to_owned()))
    }

    /// The reason.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
