//! Dead letters in words: where one lay, when, and what became of it. Called by the views of dead letters.

use crate::number::{counted, grouped};
use domain::{Handling, LetterHead, Timestamp};

/// What a press of "Send all back" did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllSent {
    /// Letters that went back.
    pub sent: i64,
    /// Letters that still cannot be read.
    pub unreadable: i64,
    /// Letters below this number were not looked at yet; `None` when all were.
    pub below: Option<i64>,
}

impl AllSent {
    /// What it did, in words.
    #[must_use]
    pub fn text(self) -> String {
        let went =
            if self.sent == 1 { "1 letter was".to_owned() } else { format!("{} letters were", grouped(self.sent)) };
        let more = match self.below {
            Some(_) => " More wait: press “Send all back” again to go on with them.",
            None => "",
        };
        format!("{went} sent back; {} still cannot be read.{more}", counted(self.unreadable, "letter"))
    }
}

/// A date and a time, to the second.
#[must_use]
pub fn date_time(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} {} UTC", text.get(..10).unwrap_or_default(), at.hour_minute_second())
}

/// Where it lay.
#[must_use]
pub fn place(head: &LetterHead) -> String {
    format!("{}, partition {}, offset {}", head.topic, head.partition, head.offset)
}

/// What became of it; `None` while it waits.
#[must_use]
pub fn handled_words(head: &LetterHead) -> Option<String> {
    match &head.handling {
        Handling::Open => None,
        Handling::SentBack { at, is_corrected, is_counted } => {
            let how = if *is_corrected { "Corrected and sent back" } else { "Sent back" };
            let then = if *is_counted { "counted" } else { "waits to be counted" };
            Some(format!("{how} at {}; {then}.", date_time(*at)))
        }
        Handling::Discarded { at, reason } => Some(format!("Discarded at {}: {reason}", date_time(*at))),
    }
}

/// What to tell of a letter that was just handled.
#[must_use]
pub fn letter_done(head: &LetterHead) -> Option<String> {
    handled_words(head).map(|words| format!("No. {}: {words}", head.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(handling: Handling) -> LetterHead {
        LetterHead {
            id: 7,
            topic: "new_orders".to_owned(),
            partition: 2,
            offset: 41,
            reason: "the value is not JSON".to_owned(),
            seen_at: Timestamp::default(),
            recorded_at: None,
            is_erased: false,
            handling,
        }
    }

    #[test]
    fn what_became_of_a_letter_is_said() {
        let at = Timestamp::from_micros(1_795_348_805_000_000);
        let sent = |is_corrected, is_counted| Handling::SentBack { at, is_corrected, is_counted };
        for (handling, words) in [
            (sent(true, true), "No. 7: Corrected and sent back at 2026-11-22 12:00:05 UTC; counted."),
            (sent(false, false), "No. 7: Sent back at 2026-11-22 12:00:05 UTC; waits to be counted."),
            (
                Handling::Discarded { at, reason: "a test".to_owned() },
                "No. 7: Discarded at 2026-11-22 12:00:05 UTC: a test",
            ),
        ] {
            assert_eq!(letter_done(&head(handling)).as_deref(), Some(words));
        }
        assert_eq!(letter_done(&head(Handling::Open)), None);
        assert_eq!(place(&head(Handling::Open)), "new_orders, partition 2, offset 41");
    }

    #[test]
    fn sending_all_says_what_is_left() {
        let all_sent = |sent, unreadable, below| AllSent { sent, unreadable, below }.text();
        assert_eq!(all_sent(1, 0, None), "1 letter was sent back; 0 letters still cannot be read.");
        assert_eq!(
            all_sent(0, 1_000, Some(5)),
            "0 letters were sent back; 1,000 letters still cannot be read. More wait: press “Send all back” again to go \
             on with them."
        );
    }
}
