//! Sending the form: at most one order for each key, however often the button is pressed, an answer gets lost, or the
//! customer comes back.

use leptos::prelude::{set_timeout, window_event_listener_untyped};
use leptos::task::spawn_local;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, PageTransitionEvent};

use super::FORM_ID;
use super::fields::{posted, show_failure, show_rejection};
use crate::ShopError;
use crate::api::place_order;
use crate::browser;
use crate::browser::elements::{by_id, mark, set_class, show, within};
use crate::submission::{Rejection, Submission};

/// How long an answer is waited for, in seconds; the server gives up after 20.
const ANSWER_SECONDS_MAX: u64 = 25;

/// The form on its way. Copies share it.
#[derive(Clone, Default)]
pub(super) struct Sending(Rc<State>);

#[derive(Default)]
struct State {
    is_pending: Cell<bool>,
    has_ordered: Cell<bool>,
    /// How many were sent, so that a late answer or a time limit knows whether it still matters.
    attempts: Cell<u32>,
}

impl Sending {
    /// Sends the form as it stands, unless it is on its way. Then the order's page is opened, or the form says why
    /// there is no order.
    pub(super) fn begin(&self) {
        if self.0.is_pending.get() {
            return;
        }
        self.0.attempts.set(self.0.attempts.get() + 1);
        self.set_pending(true);
        show_failure(None);
        self.give_up_later();
        let this = self.clone();
        spawn_local(async move { this.ended(place_order(posted()).await) });
    }

    fn ended(&self, answer: Result<Submission, ShopError>) {
        match answer {
            Ok(Submission::Ordered(token)) => {
                self.0.has_ordered.set(true);
                browser::go_to(&token.address());
                // The button stays as it is: this page is about to go.
                return;
            }
            Ok(Submission::Rejected(rejection)) => show_rejection(&rejection),
            // The shop was renewed since this page was loaded, and they do not understand one another any more. A plain
            // post always works, and under the same key it makes one order still.
            Err(ShopError::Malformed) => post_plainly(),
            Err(error) => {
                show_rejection(&Rejection::default());
                show_failure(Some(error.order_message()));
            }
        }
        self.set_pending(false);
    }

    /// Where the answer stays away for too long, the customer may try again. The order is made once, and an answer that
    /// comes after all is shown.
    fn give_up_later(&self) {
        let (this, attempt) = (self.clone(), self.0.attempts.get());
        let give_up = move || {
            if this.0.is_pending.get() && this.0.attempts.get() == attempt && !this.0.has_ordered.get() {
                show_failure(Some(ShopError::Offline.order_message()));
                this.set_pending(false);
            }
        };
        set_timeout(give_up, Duration::from_secs(ANSWER_SECONDS_MAX));
    }

    /// The browser may keep a page as it was left, with the button waiting for an answer, and show it again. Where it
    /// had ordered, it is loaded anew: the next order has a key of its own.
    pub(super) fn end_on_return(&self) {
        let this = self.clone();
        let shown = window_event_listener_untyped("pageshow", move |event| {
            if !event.unchecked_ref::<PageTransitionEvent>().persisted() {
                return;
            }
            if this.0.has_ordered.get() {
                browser::load_again();
            }
            this.set_pending(false);
        });
        // As long as the page.
        std::mem::forget(shown);
    }

    fn set_pending(&self, is_pending: bool) {
        self.0.is_pending.set(is_pending);
        let Some(button) = by_id("make-order") else { return };
        set_class(&button, "is-pending", is_pending);
        mark(&button, "aria-disabled", is_pending.then_some("true"));
        show(within(&button, "span"), !is_pending);
        show(within(&button, "span + span"), is_pending);
    }
}

fn post_plainly() {
    if let Some(form) = by_id(FORM_ID).and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
        // A form that cannot be sent stays, with its message.
        let _ = form.submit();
    }
}
