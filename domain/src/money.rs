//! Money: whole cents in an `i64`, exact. A decimal exists only where an amount is shown or serialised.

use crate::decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Digits after the point.
const DIGITS: u8 = 2;

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
        decimal::parse(text, DIGITS).map(Money)
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
        f.write_str(&decimal::show(self.0, DIGITS))
    }
}
