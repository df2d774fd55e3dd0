//! `/newsletter/joined?token=TOKEN`: what follows the confirmation, with the way out at once.

use domain::subscription::LEAVE_ADDRESS;
use leptos::prelude::*;

use super::token;
use crate::components::Title;
use crate::response;

/// The page.
#[component]
pub fn NewsletterJoinedPage() -> impl IntoView {
    response::no_store();
    let leave = token().map(|token| {
        view! {
            <p class="hint">
                "You can leave at any time: "
                <a href=token.at(LEAVE_ADDRESS) data-testid="newsletter-leave">
                    "leave the newsletter"
                </a> ". This page keeps its address, so you can save it."
            </p>
        }
    });
    view! {
        <Title text="Newsletter · Pantry" />
        <section class="newsletter-page">
            <h1>"You get the newsletter"</h1>
            <p class="lead" data-testid="newsletter-joined">
                "Thank you. We write when there is something new on our shelves."
            </p>
            {leave}
        </section>
    }
}
