//! Loads the module with the page that has an island.

use leptos::prelude::*;

use crate::SiteVersion;

/// Has the browser ask for the module as soon as it reads the page's head, behind whatever the page is shown with. The
/// script that takes the islands over finds it there, or on its way.
#[component]
pub fn ModulePreload() -> impl IntoView {
    let module = SiteVersion::of_request().address_of("pantry.wasm");
    view! { <leptos_meta::Link rel="preload" href=module as_="fetch" crossorigin="anonymous" fetchpriority="low" /> }
}
