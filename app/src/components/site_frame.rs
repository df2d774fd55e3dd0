//! What stands above and below every page.

use domain::subscription::FORM_ADDRESS;
use leptos::prelude::*;

use super::{NewsletterForm, ThemeSwitch};

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

/// The newsletter's form, on the shop's pages, and the small print.
#[component]
pub fn SiteFooter(
    /// The path of the page that is shown; empty where no page is.
    path: String,
) -> impl IntoView {
    let newsletter = has_newsletter(&path).then(|| view! { <NewsletterForm refusal=None /> });
    view! {
        <footer class="site-footer">
            <div class="site-bar">
                {newsletter}
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

/// Not on the owner's pages, nor on those that have the form already.
fn has_newsletter(path: &str) -> bool {
    let is_below = |part: &str| path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    !(path.is_empty() || is_below("/admin") || is_below(FORM_ADDRESS))
}

#[cfg(test)]
mod tests {
    use super::has_newsletter;

    #[test]
    fn the_newsletters_form_is_on_the_shops_pages_alone() {
        for (path, has) in [
            ("/", true),
            ("/order-new", true),
            ("/my-orders", true),
            ("/newsletters", true),
            ("/no-such-shelf", true),
            ("/newsletter", false),
            ("/newsletter/left", false),
            ("/admin/metrics", false),
            ("/admin", false),
            ("", false),
        ] {
            assert_eq!(has_newsletter(path), has, "{path}");
        }
    }
}
