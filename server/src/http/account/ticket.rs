//! Between the two steps of a sign-in: what the first step found, in a text that the browser brings back with the code.
//! Whoever reads it cannot tell whether the password was right: a right one's ticket ends in a tag made with the shop's
//! key, a wrong one's in as many random bytes. Nothing is stored, so any server takes the second step.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use store::{CookieKeys, SigningKey};

/// The second step has to come within this time.
const AGE_MICROS_MAX: i64 = 5 * 60 * 1_000_000;
const NONCE_BYTES: usize = 16;
const TAG_BYTES: usize = 32;
/// What is signed begins with it, so that no other text under the same key can pass for a ticket.
const PURPOSE: &[u8] = b"pantry_sign_in 1\n";
/// No longer text is looked at.
const CHARS_MAX: usize = 128;

/// What a ticket says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ticket {
    /// The password was right.
    Right,
    /// It was not, or the text is no ticket.
    Wrong,
    /// It is too old.
    TooLate,
}

/// The ticket of a first step.
///
/// # Errors
/// When the machine has no randomness.
pub(super) fn issue(
    is_right: bool,
    generation: i64,
    now: Timestamp,
    key: &SigningKey,
) -> Result<String, getrandom::Error> {
    let (mut nonce, mut tag) = ([0; NONCE_BYTES], [0; TAG_BYTES]);
    getrandom::fill(&mut nonce)?;
    getrandom::fill(&mut tag)?;
    let ends_at = now.plus_micros(AGE_MICROS_MAX).micros();
    let signed = key.sign(PURPOSE, &message(ends_at, &nonce, generation));
    if is_right {
        tag = signed;
    }
    Ok(format!("{ends_at}.{}.{}", URL_SAFE_NO_PAD.encode(nonce), URL_SAFE_NO_PAD.encode(tag)))
}

/// What a ticket says under this generation of the owner.
pub(super) fn read(text: &str, generation: i64, now: Timestamp, keys: &CookieKeys) -> Ticket {
    let mut parts = text.get(..text.len().min(CHARS_MAX)).unwrap_or_default().split('.');
    let (Some(ends_at), Some(nonce), Some(tag), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Ticket::Wrong;
    };
    let Ok(ends_at) = ends_at.parse::<i64>() else { return Ticket::Wrong };
    let (Ok(nonce), Ok(tag)) = (URL_SAFE_NO_PAD.decode(nonce), URL_SAFE_NO_PAD.decode(tag)) else {
        return Ticket::Wrong;
    };
    if ends_at <= now.micros() {
        return Ticket::TooLate;
    }
    // By every key: how long it takes says nothing.
    let message = message(ends_at, &nonce, generation);
    let signed = keys.readable().filter(|key| key.has_signed(PURPOSE, &message, &tag));
    if signed.count() > 0 { Ticket::Right } else { Ticket::Wrong }
}

fn message(ends_at: i64, nonce: &[u8], generation: i64) -> Vec<u8> {
    [&ends_at.to_be_bytes()[..], &generation.to_be_bytes(), nonce].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(current: char, previous: Option<char>) -> CookieKeys {
        let key = |hex: char| SigningKey::from_hex(&hex.to_string().repeat(64)).unwrap();
        CookieKeys { current: key(current), previous: previous.map(key), renewed_at: None }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn only_the_ticket_of_a_right_password_is_right_and_only_for_its_time_and_generation() {
        let a = keys('a', None);
        let right = issue(true, 3, at(0), &a.current).unwrap();
        let wrong = issue(false, 3, at(0), &a.current).unwrap();
        assert_eq!(right.len(), wrong.len());
        for (ticket, generation, now, keys, expected) in [
            (&right, 3, at(1), &a, Ticket::Right),
            (&right, 3, at(299), &keys('b', Some('a')), Ticket::Right),
            (&right, 3, at(300), &a, Ticket::TooLate),
            (&right, 4, at(1), &a, Ticket::Wrong),
            (&right, 3, at(1), &keys('b', None), Ticket::Wrong),
            (&wrong, 3, at(1), &a, Ticket::Wrong),
            (&wrong, 3, at(300), &a, Ticket::TooLate),
        ] {
            assert_eq!(read(ticket, generation, now, keys), expected, "{generation} {now:?}");
        }
    }

    #[test]
    fn what_was_changed_is_wrong() {
        let a = keys('a', None);
        let right = issue(true, 3, at(0), &a.current).unwrap();
        let (_, signed) = right.split_once('.').unwrap();
        for text in [
            String::new(),
            "..".to_owned(),
            format!("900000000.{signed}"),
            format!("x.{signed}"),
            format!("{right}.x"),
            format!("{right}x"),
            "é".repeat(100),
            "1.".repeat(5_000),
        ] {
            assert_eq!(read(&text, 3, at(1), &a), Ticket::Wrong, "{text}");
        }
    }
}
