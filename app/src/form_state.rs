//! The order form between two showings: its key, what was typed, and what was wrong with it.
//!
//! The server's form post provides it in leptos' context to show a rejected form again.

use domain::{Field, FieldError, Good, OrderForm, Problem, SubmissionKey};

use crate::ShopError;
use crate::submission::{FieldMessage, NewPrice};

/// The id of the e-mail field.
pub const EMAIL_ID: &str = "email";
/// The id of the goods' fields together.
pub const GOODS_ID: &str = "goods";

/// What the order form starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormState {
    /// The key of the next submission.
    pub submission_key: SubmissionKey,
    /// What was typed.
    pub input: OrderForm,
    /// What was wrong with it.
    pub errors: Vec<FieldError>,
    /// Why it could not even be looked at.
    pub failure: Option<ShopError>,
}

impl FormState {
    /// A form that nobody has typed into, with a key of its own.
    #[must_use]
    pub fn empty() -> FormState {
        FormState {
            submission_key: new_submission_key(),
            input: OrderForm::default(),
            errors: Vec::new(),
            failure: None,
        }
    }

    /// Whether it is not one that is shown again.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.input == OrderForm::default() && self.errors.is_empty() && self.failure.is_none()
    }
}

/// 128 bits nobody can guess, from the operating system.
#[must_use]
pub fn new_submission_key() -> SubmissionKey {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("an operating system without randomness cannot run a shop");
    SubmissionKey::from_random(u128::from_ne_bytes(bits))
}

/// The id of a good's field.
#[must_use]
pub fn quantity_id(slug: &str) -> String {
    format!("quantity-{slug}")
}

/// What is wrong, in the order in which the fields stand on a page with these goods.
#[must_use]
pub fn as_on_page(errors: &[FieldError], goods: &[Good]) -> Vec<FieldError> {
    let place = |field: &Field| match field {
        Field::Order => 0,
        Field::Quantity(slug) => 1 + goods.iter().take_while(|good| good.slug != *slug).count(),
        Field::Email => usize::MAX,
    };
    let mut sorted = errors.to_vec();
    sorted.sort_by_key(|error| place(&error.field));
    sorted
}

/// The message beside this field, when something is wrong with it.
#[must_use]
pub fn message_of(errors: &[FieldError], field: &Field) -> Option<String> {
    errors.iter().find(|error| error.field == *field).map(|error| error.problem.to_string())
}

/// The id of the field that a customer has to look at first.
#[must_use]
pub fn first_to_mend(errors: &[FieldError], goods: &[Good]) -> Option<String> {
    let is_wrong = |field: &Field| errors.iter().any(|error| error.field == *field);
    goods
        .iter()
        .find(|good| is_wrong(&Field::Quantity(good.slug.clone())))
        .or_else(|| goods.first().filter(|_| is_wrong(&Field::Order)))
        .map(|good| quantity_id(&good.slug))
        .or_else(|| is_wrong(&Field::Email).then(|| EMAIL_ID.to_owned()))
}

/// The messages beside the fields, one for each.
#[must_use]
pub fn messages(errors: &[FieldError]) -> Vec<FieldMessage> {
    let id = |field: &Field| match field {
        Field::Order => GOODS_ID.to_owned(),
        Field::Email => EMAIL_ID.to_owned(),
        Field::Quantity(slug) => quantity_id(slug),
    };
    errors.iter().map(|error| FieldMessage { field: id(&error.field), text: error.problem.to_string() }).collect()
}

/// The prices that have changed since the form was shown.
#[must_use]
pub fn new_prices(errors: &[FieldError]) -> Vec<NewPrice> {
    let changed = |error: &FieldError| match (&error.field, &error.problem) {
        (Field::Quantity(slug), Problem::PriceChanged(price)) => Some(NewPrice { slug: slug.clone(), price: *price }),
        _ => None,
    };
    errors.iter().filter_map(changed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Money;

    fn goods() -> Vec<Good> {
        let good = |slug: &str| Good {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            description: String::new(),
            unit: String::new(),
            price: Money::from_cents(100),
        };
        ["rice", "beans"].map(good).to_vec()
    }

    fn quantity(slug: &str) -> Field {
        Field::Quantity(slug.to_owned())
    }

    fn errors(wrong: &[Field]) -> Vec<FieldError> {
        wrong.iter().map(|field| FieldError::new(field.clone(), Problem::QuantityOutOfRange)).collect()
    }

    #[test]
    fn the_page_decides_which_field_comes_first() {
        let cases = [
            (vec![], None),
            (vec![Field::Email], Some("email")),
            (vec![quantity("beans"), quantity("rice")], Some("quantity-rice")),
            (vec![Field::Email, quantity("beans")], Some("quantity-beans")),
            (vec![Field::Email, Field::Order], Some("quantity-rice")),
            (vec![Field::Order, quantity("beans")], Some("quantity-beans")),
            (vec![quantity("vanished"), Field::Email], Some("email")),
        ];
        for (wrong, expected) in cases {
            assert_eq!(first_to_mend(&errors(&wrong), &goods()).as_deref(), expected, "{wrong:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_in_the_order_of_the_page() {
        let wrong = errors(&[Field::Email, quantity("gone"), quantity("beans"), quantity("rice"), Field::Order]);
        let told: Vec<String> = messages(&as_on_page(&wrong, &goods())).into_iter().map(|told| told.field).collect();
        assert_eq!(told, ["goods", "quantity-rice", "quantity-beans", "quantity-gone", "email"]);
    }

    #[test]
    fn only_new_prices_are_shown() {
        let mut wrong = errors(&[quantity("rice")]);
        wrong.push(FieldError::new(quantity("beans"), Problem::PriceChanged(Money::from_cents(7))));
        assert_eq!(new_prices(&wrong), [NewPrice { slug: "beans".to_owned(), price: Money::from_cents(7) }]);
    }
}
