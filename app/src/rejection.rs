//! A rejected form as its island is told of it: the words and places that the form's page would have without
//! JavaScript.

use domain::{FieldError, Good, SubmissionKey};
use leptos::prelude::*;

use crate::components::ErrorSummary;
use crate::form_state::{as_on_page, first_to_mend, messages, new_prices};
use crate::submission::Rejection;

/// What is shown of these errors on a form of these goods.
#[must_use]
pub fn rejection(errors: &[FieldError], goods: Vec<Good>, submission_key: SubmissionKey) -> Rejection {
    let errors = as_on_page(errors, &goods);
    Rejection {
        messages: messages(&errors),
        prices: new_prices(&errors),
        first: first_to_mend(&errors, &goods),
        submission_key: Some(submission_key),
        summary: Owner::new().with(|| view! { <ErrorSummary errors goods /> }.to_html()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Field, Money, Problem};

    #[test]
    fn the_summary_leads_to_the_fields_and_escapes_what_strangers_sent() {
        let rice = Good {
            slug: "rice".to_owned(),
            name: "Rice".to_owned(),
            description: String::new(),
            unit: String::new(),
            price: Money::from_cents(240),
        };
        let wrong = |slug: &str| FieldError::new(Field::Quantity(slug.to_owned()), Problem::QuantityOutOfRange);
        let told = rejection(&[wrong("<b>"), wrong("rice")], vec![rice], SubmissionKey::from_random(1));
        assert_eq!(told.first.as_deref(), Some("quantity-rice"));
        assert!(told.summary.contains("<a href=\"#quantity-rice\">Rice"), "{}", told.summary);
        assert!(told.summary.contains("&lt;b&gt;") && !told.summary.contains("<b>"), "{}", told.summary);
    }
}
