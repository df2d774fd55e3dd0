//! The order form in the browser: sums and total follow what is typed, and the form is sent without leaving its page.
//!
//! The fields are the server's, and keep their own values: what was typed before the module was there, or restored by
//! Back, stays and counts. Without the island the form posts itself to its page.

mod fields;
mod sending;

use leptos::ev::{Event, MouseEvent, SubmitEvent};
use leptos::prelude::*;

use sending::Sending;

/// The id of the form.
const FORM_ID: &str = "order-form";

/// The form around its fields.
#[island]
pub fn OrderForm(
    /// The fields, as the server renders them.
    children: Children,
) -> impl IntoView {
    let sending = Sending::default();
    let send = {
        let sending = sending.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            sending.begin();
        }
    };
    Effect::new(move |_| {
        fields::show_sums();
        sending.end_on_return();
    });
    view! {
        <form
            id=FORM_ID
            class="order-form"
            method="post"
            action="/order-new"
            novalidate
            on:submit=send
            on:click=|event: MouseEvent| fields::step(&event)
            on:input=|_: Event| fields::show_sums()
        >
            {children()}
        </form>
    }
}
