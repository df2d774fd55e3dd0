//! What stands above and below every page.

use leptos::prelude::*;
use leptos_router::components::A;

use super::ThemeSwitch;

/// The shop's name, which leads home, and the ways that are always in reach.
#[component]
pub fn SiteHeader() -> impl IntoView {
    view! {
        <header class="site-header">
            <div class="site-bar">
                <a class="brand" href="/">
                    <img src="/favicon.svg" alt="" width="32" height="32" />
                    "Pantry"
                </a>
                <nav class="site-nav" aria-label="Shop">
                    <A href="/my-orders">"My orders"</A>
                    <A href="/order-new" attr:class="button">
                        "New order"
                    </A>
                </nav>
                <ThemeSwitch />
            </div>
        </header>
    }
}

/// The small print. The dashboard is another application to the browser: it is loaded whole.
#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div class="site-bar">
                <p>"Pantry, the small shop for essential goods."</p>
                <p>
                    <a href="/admin/metrics" rel="external">
                        "For the owner"
                    </a>
                </p>
            </div>
        </footer>
    }
}
