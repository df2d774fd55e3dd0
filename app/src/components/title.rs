//! The document's title. On the server leptos puts it into the head; in the browser it changes when the page is shown,
//! not while the page is prepared.

use leptos::prelude::*;

/// Gives the document this title, until another page gives it another one.
#[component]
pub fn Title(
    /// The whole title.
    text: &'static str,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    drop(leptos_meta::Title(leptos_meta::TitleProps::builder().text(text).build()));
    // A view that is made when the page is; both sides write it as the same empty comment.
    view! {
        {move || {
            #[cfg(not(feature = "ssr"))]
            document().set_title(text);
            ().into_any()
        }}
    }
}
