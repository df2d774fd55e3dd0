//! What became of an order form that its island sent, as the browser is told.

use domain::{Money, OrderToken, SubmissionKey};
use serde::{Deserialize, Serialize};

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Submission {
    /// It made an order, now or the first time that it was sent.
    Ordered(OrderToken),
    /// It made none.
    Rejected(Rejection),
}

/// Why a form made no order, in the words and places of its page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The list above the form, as HTML.
    pub summary: String,
    /// What is wrong with single fields.
    pub messages: Vec<FieldMessage>,
    /// Goods whose price is another one today.
    pub prices: Vec<NewPrice>,
    /// The id of the field to begin with.
    pub first: Option<String>,
    /// The key for the next try: the same one, unless that one is used up or unreadable.
    pub submission_key: Option<SubmissionKey>,
}

/// What is wrong with a field, and stands beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldMessage {
    /// The id of the field: `email`, `goods` or `quantity-rice`.
    pub field: String,
    /// The words.
    pub text: String,
}

/// A good's price of today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPrice {
    /// The good.
    pub slug: String,
    /// Its price.
    pub price: Money,
}
