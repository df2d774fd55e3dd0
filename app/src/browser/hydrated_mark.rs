//! Marks the document when the browser has taken over the server's HTML: style sheets show then what only works with
//! JavaScript, and browser tests know when to begin.

use leptos::prelude::*;

/// Sets `data-hydrated` on the body. It stands last in the app, so its effect runs after all others.
#[component]
pub fn HydratedMark() -> impl IntoView {
    Effect::new(|| {
        if let Some(body) = document().body() {
            // A body without the mark only looks as if it had no JavaScript.
            let _ = body.set_attribute("data-hydrated", "");
        }
    });
}
