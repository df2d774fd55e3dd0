//! What stands above and below every page.

use leptos::prelude::*;

use super::ThemeSwitch;

/// The shop's name, which leads home, and the ways that are always in reach.
#[component]
pub fn SiteHeader(
    /// The path of the page that is shown.
    path: String,
) -> impl IntoView {
    let here = |link: &str| (path == link).then_some("page");
    view! {
        <header class="site-header">
            <div class="site-bar">
                <a class="brand" href="/">
                    <img src="/favicon.svg" alt="" width="32" height="32" />
                    "Pantry"
                </a>
                <nav class="site-nav" aria-label="Shop">
                    <a href="/my-orders" aria-current=here("/my-orders")>
                        "My orders"
                    </a>
                    <a class="button" href="/order-new" aria-current=here("/order-new")>
                        "New order"
                    </a>
                </nav>
                <ThemeSwitch />
            </div>
        </header>
    }
}

/// The small print.
#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div class="site-bar">
                <p>"Pantry, the small shop for essential goods."</p>
                <p>
                    <a href="/admin/metrics">
                        "For the owner"
                    </a>
                </p>
            </div>
        </footer>
    }
}
