//! Subscriptions to the shop's newsletter: the tokens of the links by which one is confirmed and ended, and where these
//! links lead. Called by the pages, the mails and the store.

use crate::order::is_128_bits_hex;
use std::fmt;

/// How long a link confirms a subscription, in hours.
pub const CONFIRM_WITHIN_HOURS: i64 = 48;

/// The page with the form, and where the form posts to.
pub const FORM_ADDRESS: &str = "/newsletter";
/// The page that follows the form.
pub const ASKED_ADDRESS: &str = "/newsletter/asked";
/// The page on which a subscription is confirmed, and where its button posts to.
pub const CONFIRM_ADDRESS: &str = "/newsletter/confirm";
/// The page that follows a confirmation.
pub const JOINED_ADDRESS: &str = "/newsletter/joined";
/// The page on which a subscription is ended, and where its button posts to.
pub const LEAVE_ADDRESS: &str = "/newsletter/leave";
/// The page that follows the end.
pub const LEFT_ADDRESS: &str = "/newsletter/left";

/// Proves, to the shop, that its holder reads the mail of a subscriber. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SubscriptionToken(String);

impl SubscriptionToken {
    /// A token of this form, or `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<SubscriptionToken> {
        is_128_bits_hex(text).then(|| SubscriptionToken(text.to_owned()))
    }

    /// A new token from 128 random bits.
    #[must_use]
    pub fn from_random(bits: u128) -> SubscriptionToken {
        SubscriptionToken(format!("{bits:032x}"))
    }

    /// As it stands in an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// One of the addresses above, with this token.
    #[must_use]
    pub fn at(&self, address: &str) -> String {
        format!("{address}?token={}", self.0)
    }
}

impl fmt::Debug for SubscriptionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubscriptionToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_text_and_is_never_printed() {
        let token = SubscriptionToken::from_random(0xab);
        assert_eq!(SubscriptionToken::parse(token.as_str()), Some(token.clone()));
        assert_eq!(token.at(LEAVE_ADDRESS), format!("/newsletter/leave?token={}ab", "0".repeat(30)));
        assert!(!format!("{token:?}").contains("ab"));
        for text in ["", "ab", &"A".repeat(32), &"0".repeat(33), &format!("{}\r\n", "0".repeat(30))] {
            assert_eq!(SubscriptionToken::parse(text), None, "{text}");
        }
    }
}
