//! What stands above and below every page.

use leptos::prelude::*;

/// The shop's name, which leads home.
#[component]
pub fn SiteHeader() -> impl IntoView {
    view! {
        <header class="site-header">
            <a class="brand" href="/">
                <img src="/favicon.svg" alt="" width="32" height="32" />
                "Pantry"
            </a>
        </header>
    }
}

/// The small print. The dashboard is another application to the browser: it is loaded whole.
#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <p>"Pantry sells essential goods."</p>
            <p>
                <a href="/admin/metrics" rel="external">
                    "For the owner"
                </a>
            </p>
        </footer>
    }
}
