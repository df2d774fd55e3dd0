//! The order form between two showings: its key, what was typed, and what was wrong with it.
//!
//! The server's form post provides it in leptos' context to show a rejected form again; it travels to the browser
//! inside the page, so that both render the same form.

use domain::{FieldError, OrderForm, OrderToken, SubmissionKey};
use serde::{Deserialize, Serialize};

use crate::ShopError;
#[cfg(not(feature = "ssr"))]
use crate::browser;

/// What the order form starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// What became of a submitted form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Submission {
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

/// 128 bits nobody can guess, from the operating system.
#[cfg(feature = "ssr")]
#[must_use]
pub fn new_submission_key() -> SubmissionKey {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("an operating system without randomness cannot run a shop");
    SubmissionKey::from_random(u128::from_ne_bytes(bits))
}

/// 128 bits nobody can guess, from the browser: the page was opened without asking the server for its HTML.
#[cfg(not(feature = "ssr"))]
#[must_use]
pub fn new_submission_key() -> SubmissionKey {
    SubmissionKey::from_random(browser::random_bits())
}
