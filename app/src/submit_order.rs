//! From a posted form to an order: the one way in, with and without JavaScript.
//!
//! It looks the submission key up before it looks at anything else, so that a double click, a reload or a retry
//! finds the order it already made. It never reveals that order's token to a form with other content.

use domain::{Field, FieldError, NewOrder, OrderForm, OrderToken, Problem, SubmissionKey};
use store::{Placed, Store};

use crate::ShopError;
use crate::form_state::new_submission_key;

/// What became of a submitted form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// It made an order, now or the first time that it was sent.
    Ordered(OrderToken),
    /// It made none.
    Rejected {
        /// Why.
        errors: Vec<FieldError>,
        /// The key for the next try: the same one, unless that one is used up or unreadable.
        submission_key: SubmissionKey,
    },
}

/// Makes at most one order of `form`.
///
/// # Errors
/// When the database does not answer as it should; sending the same form again is then safe.
pub async fn submit_order(store: &Store, form: &OrderForm) -> Result<Submitted, ShopError> {
    let parsed = NewOrder::parse(form);
    if let Some(key) = form.submission_key()
        && let Some(receipt) = store.receipt_of_submission(&key).await?
    {
        let is_same = parsed.is_ok_and(|order| receipt.has_content_of(&order));
        return Ok(if is_same { Submitted::Ordered(receipt.token) } else { key_reused() });
    }
    let order = match parsed {
        Ok(order) => order,
        Err(errors) => return Ok(rejected(form, errors)),
    };
    Ok(match store.place_order(order).await? {
        Placed::New(token) | Placed::Repeated(token) => Submitted::Ordered(token),
        Placed::SubmissionKeyReused => key_reused(),
        Placed::Rejected(errors) => rejected(form, errors),
    })
}

/// The form may be sent again under its own key: that one has ordered nothing.
fn rejected(form: &OrderForm, errors: Vec<FieldError>) -> Submitted {
    Submitted::Rejected { errors, submission_key: form.submission_key().unwrap_or_else(new_submission_key) }
}

fn key_reused() -> Submitted {
    Submitted::Rejected {
        errors: vec![FieldError::new(Field::Order, Problem::SubmissionKeyReused)],
        submission_key: new_submission_key(),
    }
}
