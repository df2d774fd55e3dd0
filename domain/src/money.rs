//! Money: whole cents in an `i64`, exact. A decimal exists only where an amount is shown or serialised.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in euro cents. Displays as a decimal with two digits: `45.50`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// From whole cents.
    #[must_use]
    pub const fn from_cents(cents: i64) -> Self {
        Money(cents)
    }

    /// In whole cents.
    #[must_use]
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// `self * count`, or `None` where it would leave `i64`.
    #[must_use]
    pub fn times(self, count: i64) -> Option<Money> {
        self.0.checked_mul(count).map(Money)
    }

    /// `self + other`, or `None` where it would leave `i64`.
    #[must_use]
    pub fn plus(self, other: Money) -> Option<Money> {
        self.0.checked_add(other.0).map(Money)
    }

    /// Reads a plain decimal such as `45`, `45.5`, `-3.20` or `45.500` exactly. `None` for anything else: an
    /// exponent, a fraction of a cent, an amount beyond `i64` cents.
    #[must_use]
    pub fn parse_decimal(text: &str) -> Option<Money> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let (kept, rest) = fraction.split_at(fraction.len().min(2));
        if rest.bytes().any(|byte| byte != b'0') {
            return None;
        }
        let part_cents: i64 = format!("{kept:0<2}").parse().ok()?;
        // The sign comes first: the lowest amount has no positive counterpart.
        let sign = if negative { -1 } else { 1 };
        let cents = whole.parse::<i64>().ok()?.checked_mul(100 * sign)?.checked_add(part_cents * sign)?;
        Some(Money(cents))
    }

    /// As a customer reads it: `€45.50`.
    #[must_use]
    pub fn euros(self) -> String {
        let text = self.to_string();
        match text.strip_prefix('-') {
            Some(amount) => format!("−€{amount}"),
            None => format!("€{text}"),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}
