//! `/newsletter/asked`: what to do after the form. A shop that sends mails says so; one that does not shows the link
//! that would be in the mail. It never says whether the address was known.

use domain::subscription::{CONFIRM_ADDRESS, CONFIRM_WITHIN_HOURS};
use leptos::prelude::*;

use super::token;
use crate::components::Title;
use crate::response;

/// The page.
#[component]
pub fn NewsletterAskedPage() -> impl IntoView {
    response::no_store();
    let content = match token() {
        Some(token) => view! {
            <h1>"One more step"</h1>
            <p class="lead">"Open this link, and press the button there:"</p>
            <p>
                <a class="button" href=token.at(CONFIRM_ADDRESS) data-testid="newsletter-link">
                    "Confirm the subscription"
                </a>
            </p>
            <p class="hint">{format!("The link works for {CONFIRM_WITHIN_HOURS} hours.")}</p>
        }
        .into_any(),
        None => view! {
            <h1>"Look into your mailbox"</h1>
            <p class="lead" data-testid="newsletter-mailed">
                "We sent a link to the address that you entered. Open it, and press the button there."
            </p>
            <p class="hint">
                {format!(
                    "The link works for {CONFIRM_WITHIN_HOURS} hours. Nothing there after a few minutes? Look among \
                     unwanted mail, or ask again in a quarter of an hour: then the newest link counts.",
                )}
            </p>
        }
        .into_any(),
    };
    view! {
        <Title text="Newsletter · Pantry" />
        <section class="newsletter-page">{content}</section>
    }
}
