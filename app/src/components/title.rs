//! The document's title.

use leptos::prelude::*;

/// Gives the document this title.
#[component]
pub fn Title(
    /// The whole title.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <leptos_meta::Title text /> }
}
