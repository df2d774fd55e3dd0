//! How the shop's own data travels: as bytes without names. Reading it needs far less code than reading JSON does, and
//! every page carries that code. The bytes begin with the number of their format: a page that was loaded before the
//! shop was renewed is told apart by it, and reads or orders nothing wrong.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why something could not be written or read.
pub type CompactError = postcard::Error;

/// The number of the format, to be raised whenever a type that travels gains, loses or moves a field or a variant.
const FORMAT: u8 = 2;

/// Writes a value.
///
/// # Errors
/// For a value that says it cannot be written.
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, CompactError> {
    postcard::to_extend(value, vec![FORMAT])
}

/// Reads a value that fills these bytes.
///
/// # Errors
/// Where they are something else.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CompactError> {
    let bytes = bytes.strip_prefix(&[FORMAT]).ok_or(CompactError::DeserializeBadEncoding)?;
    match postcard::take_from_bytes(bytes)? {
        (value, []) => Ok(value),
        _ => Err(CompactError::DeserializeBadEncoding),
    }
}

/// Each byte as a character, for a text inside a script: none of them is `<`, nor the zero that a script would write
/// together with a digit after it.
#[must_use]
pub fn as_text(bytes: &[u8]) -> String {
    let character = |byte: &u8| match byte {
        0 => '\u{100}',
        b'<' => '\u{13c}',
        _ => char::from(*byte),
    };
    bytes.iter().map(character).collect()
}

/// The bytes of such a text.
#[must_use]
pub fn of_text(text: &str) -> Vec<u8> {
    text.chars().map(|character| u32::from(character) as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::{OwnersData, ShopData};
    use crate::{FormState, Submission};
    use domain::{Field, FieldError, Money, OrderToken, Problem};

    #[track_caller]
    fn survives<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
        let text = as_text(&to_bytes(value).unwrap());
        assert!(!text.contains(['<', '\0']), "{text}");
        assert_eq!(from_bytes::<T>(&of_text(&text)).as_ref(), Ok(value));
    }

    #[test]
    fn what_is_written_is_read_back() {
        survives(&(0..=u8::MAX).collect::<Vec<_>>());
        // Also where a page uses none of it: a field that is left out would shift all that follow.
        survives(&ShopData::default());
        survives(&OwnersData::default());
        survives(&FormState::empty());
        let mut form = FormState::empty();
        form.input.email = Some("<é>".to_owned());
        form.input.quantity.insert("rice".to_owned(), "2".to_owned());
        form.errors
            .push(FieldError::new(Field::Quantity("rice".to_owned()), Problem::PriceChanged(Money::from_cents(7))));
        survives(&form);
        survives(&Submission::Ordered(OrderToken::from_random(1)));
    }

    /// Where this fails, a type that travels has changed: raise `FORMAT`, then write down what is written now.
    #[test]
    fn the_format_is_the_one_that_its_number_names() {
        let mut form = domain::OrderForm { email: Some("a@b.c".to_owned()), ..domain::OrderForm::default() };
        form.quantity.insert("tea".to_owned(), "1".to_owned());
        form.price.insert("tea".to_owned(), "295".to_owned());
        let order = to_bytes(&crate::api::PlaceOrder { form }).unwrap();
        assert_eq!(order, b"\x02\0\x01\x05a@b.c\0\x01\x03tea\x011\x01\x03tea\x03295");
        let errors = vec![FieldError::new(Field::Email, Problem::QuantityOutOfRange)];
        let submission_key = domain::SubmissionKey::from_random(0);
        let rejected = to_bytes(&Ok::<_, crate::ShopError>(Submission::Rejected { errors, submission_key })).unwrap();
        assert_eq!(&rejected[..6], b"\x02\0\x01\x01\0\x04", "{rejected:?}");
    }

    #[test]
    fn what_is_something_else_is_not_read() {
        let bytes = to_bytes(&Some("rice".to_owned())).unwrap();
        let longer: Vec<u8> = bytes.iter().copied().chain([0]).collect();
        let mut older = bytes.clone();
        older[0] -= 1;
        for wrong in [&bytes[..bytes.len() - 1], &longer, &older, b"{\"other\":1}", b""] {
            assert!(from_bytes::<Option<String>>(wrong).is_err(), "{wrong:?}");
        }
    }
}
