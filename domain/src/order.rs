//! Orders: what a customer asks for, parsed into types that cannot hold anything else, and what was ordered.

use crate::catalog::picture_of;
use crate::{Feedback, Field, FieldError, Money, OrderForm, Problem, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest e-mail address, in bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const EMAIL_BYTES_MAX: usize = 254;
/// The highest quantity of one good in one order.
pub const QUANTITY_MAX: u8 = 99;
/// The highest number of goods in one order.
pub const GOODS_PER_ORDER_MAX: i64 = 500;
/// The most goods that a form may name; the catalog is far smaller.
pub const FORM_LINES_MAX: usize = 100;

/// An e-mail address that looks like one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Trims, then demands `local@host.tld` without blanks or control characters.
    ///
    /// # Errors
    /// The broken rule, for the field's message.
    pub fn parse(text: &str) -> Result<Email, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::EmailMissing);
        }
        if text.len() > EMAIL_BYTES_MAX {
            return Err(Problem::EmailTooLong);
        }
        let looks_right = text.split_once('@').is_some_and(|(local, host)| {
            let host_is_dotted = host.split('.').count() >= 2 && host.split('.').all(|label| !label.is_empty());
            !local.is_empty() && !host.contains('@') && host_is_dotted
        });
        let has_blank = text.chars().any(|c| c.is_whitespace() || c.is_control());
        if looks_right && !has_blank { Ok(Email(text.to_owned())) } else { Err(Problem::EmailMalformed) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How many of one good: a whole number from 0 to [`QUANTITY_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(u8);

impl Quantity {
    /// Reads what was typed; an emptied field is zero.
    ///
    /// # Errors
    /// [`Problem::QuantityOutOfRange`] for anything but a whole number from 0 to 99.
    pub fn parse(text: &str) -> Result<Quantity, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Quantity(0));
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Problem::QuantityOutOfRange);
        }
        match text.parse::<u8>() {
            Ok(number) if number <= QUANTITY_MAX => Ok(Quantity(number)),
            _ => Err(Problem::QuantityOutOfRange),
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0 as i64
    }
}

/// 128 random bits as 32 lower-case hexadecimal digits.
pub(crate) fn is_128_bits_hex(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The unguessable name of an order in addresses; the numeric id is never in one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderToken(String);

impl OrderToken {
    /// A token of this form, or `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<OrderToken> {
        is_128_bits_hex(text).then(|| OrderToken(text.to_owned()))
    }

    /// A new token from 128 random bits.
    #[must_use]
    pub fn from_random(bits: u128) -> OrderToken {
        OrderToken(format!("{bits:032x}"))
    }

    /// As it stands in an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of the order's page.
    #[must_use]
    pub fn address(&self) -> String {
        format!("/order-new-complete?order={}", self.0)
    }
}

impl fmt::Display for OrderToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The hidden key of one rendered form: whatever is sent with it makes one order at most.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SubmissionKey(String);

impl SubmissionKey {
    /// A key of this form, or `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<SubmissionKey> {
        is_128_bits_hex(text).then(|| SubmissionKey(text.to_owned()))
    }

    /// A new key from 128 random bits.
    #[must_use]
    pub fn from_random(bits: u128) -> SubmissionKey {
        SubmissionKey(format!("{bits:032x}"))
    }

    /// As it stands in the form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One good of a new order; its quantity is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrderLine {
    /// Which good.
    pub slug: String,
    /// How many, 1 to 99.
    pub quantity: i64,
    /// The price that the form showed; compared with the database's, never used as a price.
    pub shown_price: Money,
}

/// An order that keeps every rule that can be checked without the catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// The form's key.
    pub submission_key: SubmissionKey,
    /// Who orders.
    pub email: Email,
    /// "Pay now" was ticked.
    pub is_paid: bool,
    /// The goods with a quantity above zero, in the order of their slugs; at least one.
    pub lines: Vec<NewOrderLine>,
}

impl NewOrder {
    /// The only way in: reads what was posted and checks every rule, so that all errors are shown at once.
    ///
    /// # Errors
    /// All broken rules, quantities in the form's order first, then the e-mail address, then the order as a whole.
    pub fn parse(form: &OrderForm) -> Result<NewOrder, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut lines = Vec::new();
        for slug in form.slugs() {
            match form.line(slug) {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => {}
                Err(problem) => errors.push(FieldError::new(Field::Quantity(slug.to_owned()), problem)),
            }
        }
        let quantities_are_valid = errors.is_empty();
        let email = Email::parse(form.email.as_deref().unwrap_or_default());
        if let Err(problem) = &email {
            errors.push(FieldError::new(Field::Email, problem.clone()));
        }
        let amount: i64 = lines.iter().map(|line| line.quantity).sum();
        if amount > GOODS_PER_ORDER_MAX {
            errors.push(FieldError::new(Field::Order, Problem::TooManyGoods(amount)));
        }
        if quantities_are_valid && amount == 0 {
            errors.push(FieldError::new(Field::Order, Problem::NothingOrdered));
        }
        let submission_key = form.submission_key();
        if submission_key.is_none() || form.slugs().count() > FORM_LINES_MAX {
            errors.push(FieldError::new(Field::Order, Problem::SubmissionKeyMalformed));
        }
        match (submission_key, email) {
            (Some(submission_key), Ok(email)) if errors.is_empty() => {
                Ok(NewOrder { submission_key, email, is_paid: form.is_paid(), lines })
            }
            _ => Err(errors),
        }
    }
}

/// One line of an order that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    /// Which good.
    pub slug: String,
    /// Its name when it was ordered.
    pub name: String,
    /// Its unit when it was ordered.
    pub unit: String,
    /// How many.
    pub quantity: i64,
    /// The price of one when it was ordered.
    pub price: Money,
    /// `quantity * price`.
    pub total: Money,
}

impl ReceiptLine {
    /// The address of the good's picture.
    #[must_use]
    pub fn picture(&self) -> String {
        picture_of(&self.slug)
    }
}

/// An order that was made, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The order's number.
    pub order_id: i64,
    /// Its name in addresses.
    pub token: OrderToken,
    /// Who ordered; `None` once the address was deleted.
    pub email: Option<Email>,
    /// Paid at once, or on credit.
    pub is_paid: bool,
    /// When.
    pub event_time: Timestamp,
    /// What, in the order of their slugs.
    pub lines: Vec<ReceiptLine>,
    /// Goods in all.
    pub amount: i64,
    /// The price of all.
    pub total: Money,
    /// What its customer said of it.
    pub feedback: Option<Feedback>,
}

impl Receipt {
    /// Whether `order` asks for exactly what this receipt shows; shown prices do not matter, and neither does an
    /// address that was deleted here.
    #[must_use]
    pub fn has_content_of(&self, order: &NewOrder) -> bool {
        let lines = |line: &ReceiptLine| (line.slug.clone(), line.quantity);
        self.email.as_ref().is_none_or(|email| *email == order.email)
            && self.is_paid == order.is_paid
            && self.lines.iter().map(lines).eq(order.lines.iter().map(|line| (line.slug.clone(), line.quantity)))
    }
}
