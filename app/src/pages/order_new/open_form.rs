//! The order form while it is open: what changes in it, and its submission by the hydrated page.

use domain::{Field, FieldError, Good, Money, Problem, SubmissionKey};
use leptos::prelude::*;
use leptos::task::tick;
use std::time::Duration;

use super::fields::{FORM_ID, first_to_mend, posted};
use crate::components::OrderLine;
use crate::{FormState, ShopError, Submission, api, browser};

/// The signals of one open form. Copies share them.
#[derive(Clone, Copy)]
pub(super) struct OpenForm {
    /// The goods on the form.
    pub(super) lines: StoredValue<Vec<OrderLine>>,
    /// The key of the next submission.
    pub(super) submission_key: RwSignal<SubmissionKey>,
    /// What was wrong with the last one.
    pub(super) errors: RwSignal<Vec<FieldError>>,
    /// Why the last one was not confirmed.
    pub(super) failure: RwSignal<Option<ShopError>>,
    /// Whether one is under way.
    pub(super) is_pending: RwSignal<bool>,
    /// How many were sent, so that a late answer or a time limit knows whether it still matters.
    attempts: StoredValue<u32>,
}

/// How long an answer is waited for, in seconds; the server gives up after 20.
const ANSWER_SECONDS_MAX: u64 = 25;

impl OpenForm {
    /// A form of these goods, with what was typed and what is wrong in `start`.
    pub(super) fn new(goods: Vec<Good>, start: &FormState) -> OpenForm {
        let line = |good: Good| {
            let typed = start.input.quantity_of(&good.slug);
            OrderLine::new(good, typed)
        };
        OpenForm {
            lines: StoredValue::new(goods.into_iter().map(line).collect()),
            submission_key: RwSignal::new(start.submission_key.clone()),
            errors: RwSignal::new(start.errors.clone()),
            failure: RwSignal::new(None),
            is_pending: RwSignal::new(false),
            attempts: StoredValue::new(0),
        }
    }

    /// What everything that is typed costs.
    pub(super) fn total(self) -> Money {
        let sum = |lines: &Vec<OrderLine>| {
            lines.iter().fold(Money::ZERO, |total, line| total.plus(line.sum()).unwrap_or_default())
        };
        self.lines.with_value(sum)
    }

    /// Sends the form as it stands and gives the address of the order's page. Where there is no order, the form says
    /// why. The customer may have left the page meanwhile, so every signal may be gone.
    pub(super) async fn submit(self) -> Option<String> {
        let form = self.lines.with_value(|lines| posted(&self.submission_key.get_untracked(), lines));
        self.begin_attempt();
        match api::place_order(form).await {
            // The button stays as it is: this page is about to go.
            Ok(Submission::Ordered(token)) => return Some(token.address()),
            Ok(Submission::Rejected { errors, submission_key }) => self.show(errors, submission_key).await,
            // The shop was renewed since this page was loaded, and they do not understand one another any more. A plain
            // post always works, and under the same key it makes one order still.
            Err(ShopError::Malformed) => browser::post_form(FORM_ID),
            Err(error) => {
                self.errors.try_set(Vec::new());
                self.failure.try_set(Some(error));
            }
        }
        self.is_pending.try_set(false);
        None
    }

    /// From now on a submission is under way, unless its answer stays away for too long: then the customer may try
    /// again. The order is made once, and an answer that comes after all is shown.
    fn begin_attempt(self) {
        let attempt = self.attempts.get_value() + 1;
        self.attempts.set_value(attempt);
        self.is_pending.set(true);
        self.failure.set(None);
        let give_up = move || {
            let is_same = self.attempts.try_get_value() == Some(attempt);
            if is_same && self.is_pending.try_get_untracked() == Some(true) {
                self.failure.try_set(Some(ShopError::Offline));
                self.is_pending.try_set(false);
            }
        };
        set_timeout(give_up, Duration::from_secs(ANSWER_SECONDS_MAX));
    }

    /// Shows what is wrong, then puts the cursor where to begin: a screen reader reads the field with its message.
    async fn show(self, errors: Vec<FieldError>, submission_key: SubmissionKey) {
        let to_focus = self.lines.try_with_value(|lines| {
            show_new_prices(lines, &errors);
            first_to_mend(&errors, lines)
        });
        self.submission_key.try_set(submission_key);
        self.errors.try_set(errors);
        tick().await;
        if let Some(id) = to_focus.flatten() {
            browser::focus(&id);
        }
    }
}

/// Every good whose price the shop has meanwhile changed is shown at today's.
fn show_new_prices(lines: &[OrderLine], errors: &[FieldError]) {
    for error in errors {
        if let (Field::Quantity(slug), Problem::PriceChanged(today)) = (&error.field, &error.problem)
            && let Some(line) = lines.iter().find(|line| line.good.slug == *slug)
        {
            line.price.set(*today);
        }
    }
}
