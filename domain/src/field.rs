//! What can be wrong with an order, field by field, in the words that a customer reads.

use crate::Money;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The part of the order form that a problem belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// The e-mail address.
    Email,
    /// The quantity of the good with this slug.
    Quantity(String),
    /// The order as a whole.
    Order,
}

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// No e-mail address.
    EmailMissing,
    /// Longer than [`crate::order::EMAIL_BYTES_MAX`].
    EmailTooLong,
    /// Not of the form `name@host.tld`.
    EmailMalformed,
    /// The post carries no quantity for a good that it carries a price for.
    QuantityMissing,
    /// Not a whole number from 0 to [`crate::order::QUANTITY_MAX`].
    QuantityOutOfRange,
    /// Every quantity is zero.
    NothingOrdered,
    /// More than [`crate::order::GOODS_PER_ORDER_MAX`] goods; carries how many.
    TooManyGoods(i64),
    /// The good is not sold any more.
    GoodVanished,
    /// The good's price is another than the one it was shown at; carries today's.
    PriceChanged(Money),
    /// The post carries no readable price for a good that it orders.
    PriceMissing,
    /// The form's submission key is missing or malformed.
    SubmissionKeyMalformed,
    /// The form's submission key already ordered something else.
    SubmissionKeyReused,
}

/// A problem beside its field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Where it is shown.
    pub field: Field,
    /// What is wrong.
    pub problem: Problem,
}

impl FieldError {
    /// A problem of one field.
    #[must_use]
    pub const fn new(field: Field, problem: Problem) -> Self {
        FieldError { field, problem }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::EmailMissing => f.write_str("Enter your e-mail address: the receipt goes with it."),
            Problem::EmailTooLong => f.write_str("This e-mail address is too long: at most 254 characters."),
            Problem::EmailMalformed => f.write_str("Enter an e-mail address like name@example.com."),
            Problem::QuantityMissing => f.write_str("The quantity is missing: enter a whole number from 0 to 99."),
            Problem::QuantityOutOfRange => f.write_str("Enter a whole number from 0 to 99."),
            Problem::NothingOrdered => f.write_str("Choose at least one good: enter how many you want."),
            Problem::TooManyGoods(amount) => {
                write!(f, "At most 500 goods fit in one order; this one has {amount}.")
            }
            Problem::GoodVanished => {
                f.write_str("This good is no longer sold. Nothing was ordered: set it to 0 and order again.")
            }
            Problem::PriceChanged(price) => {
                write!(f, "The price is now {}. Nothing was ordered: check the total and order again.", price.euros())
            }
            Problem::PriceMissing => {
                f.write_str("The price that you were shown did not arrive. Nothing was ordered: check it and order again.")
            }
            Problem::SubmissionKeyMalformed => {
                f.write_str("This form was incomplete. Nothing was ordered: check it and order again.")
            }
            Problem::SubmissionKeyReused => f.write_str(
                "This form already made an order, with other content. Nothing more was ordered: check it and order again.",
            ),
        }
    }
}
