//! `/newsletter`: the form by itself, also where one that was refused is shown again.

use leptos::prelude::*;

use crate::NewsletterRefusal;
use crate::components::{NewsletterForm, Title};
use crate::response;

/// The page.
#[component]
pub fn NewsletterPage() -> impl IntoView {
    response::no_store();
    let refusal = use_context::<NewsletterRefusal>();
    view! {
        <Title text="Newsletter · Pantry" />
        <section class="newsletter-page">
            <h1>"Pantry’s newsletter"</h1>
            <p class="lead">"What is new on our shelves, and nothing else. You can leave at any time."</p>
            <NewsletterForm refusal />
        </section>
    }
}
