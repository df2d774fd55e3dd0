//! A page that has nothing to show but a message, with the way back to the shelves.

use leptos::prelude::*;

/// A message in place of a page.
#[component]
pub fn Notice(
    /// What happened, in a few words.
    title: &'static str,
    /// What to do about it.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="notice">
            <img src="/empty-shelf.svg" alt="" width="240" height="150" />
            <h1>{title}</h1>
            {children()}
            <p>
                <a class="button secondary" href="/">
                    "Back to the shop"
                </a>
            </p>
        </section>
    }
}
