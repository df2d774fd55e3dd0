//! The fields of the order form as the browser has them: what stands in them, and which of them to mend first.

use domain::{Field, FieldError, OrderForm, SubmissionKey};
use leptos::prelude::*;

use crate::browser;
use crate::components::OrderLine;

/// The id of the form itself.
pub(super) const FORM_ID: &str = "order-form";
/// The id of the e-mail field.
pub(super) const EMAIL_ID: &str = "email";
/// The id of the "pay now" box.
pub(super) const PAY_NOW_ID: &str = "pay-now";

/// The id of the field that a customer has to look at first, in the order in which the fields stand on the page.
pub(super) fn first_to_mend(errors: &[FieldError], lines: &[OrderLine]) -> Option<String> {
    let is_wrong = |field: &Field| errors.iter().any(|error| error.field == *field);
    lines
        .iter()
        .find(|line| is_wrong(&Field::Quantity(line.good.slug.clone())))
        .or_else(|| lines.first().filter(|_| is_wrong(&Field::Order)))
        .map(OrderLine::field_id)
        .or_else(|| is_wrong(&Field::Email).then(|| EMAIL_ID.to_owned()))
}

/// Takes over what stands in the fields already: typed before hydration, or restored by Back.
pub(super) fn read_what_is_typed(lines: &[OrderLine]) {
    for line in lines {
        if let Some(typed) = browser::typed_in(&line.field_id()) {
            line.typed.set(typed);
        }
    }
}

/// What the form would post, from its fields as they stand.
pub(super) fn posted(submission_key: &SubmissionKey, lines: &[OrderLine]) -> OrderForm {
    let mut form = OrderForm {
        submission_key: Some(submission_key.as_str().to_owned()),
        email: browser::typed_in(EMAIL_ID),
        pay_now: browser::is_ticked(PAY_NOW_ID).then(|| "yes".to_owned()),
        ..OrderForm::default()
    };
    // One by one: collecting a map would sort it first, and every page would carry how that is done.
    for line in lines {
        let typed = browser::typed_in(&line.field_id()).unwrap_or_default();
        let cents = line.price.get_untracked().cents();
        form.quantity.insert(line.good.slug.clone(), typed);
        form.price.insert(line.good.slug.clone(), cents.to_string());
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Good, Money, Problem};

    fn line(slug: &str) -> OrderLine {
        let good = Good {
            slug: slug.to_owned(),
            name: slug.to_owned(),
            description: String::new(),
            unit: String::new(),
            price: Money::from_cents(100),
        };
        OrderLine::new(good, "")
    }

    /// The field to mend first on a form with rice above beans.
    fn first(wrong: &[Field]) -> Option<String> {
        Owner::new().with(|| {
            let errors: Vec<_> =
                wrong.iter().map(|field| FieldError::new(field.clone(), Problem::QuantityOutOfRange)).collect();
            first_to_mend(&errors, &[line("rice"), line("beans")])
        })
    }

    #[test]
    fn the_page_decides_which_field_comes_first() {
        let quantity = |slug: &str| Field::Quantity(slug.to_owned());
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
            assert_eq!(first(&wrong).as_deref(), expected, "{wrong:?}");
        }
    }
}
