//! The HTML document around every page, and which page stands at which address. On the server alone.

use axum::http::request::Parts;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::SsrMode::Async;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::components::{SiteFooter, SiteHeader};
use crate::pages::{
    AdminAccountPage, AdminAlertsPage, AdminDeadLetterPage, AdminDeadLettersPage, AdminLoginPage, AdminMetricsPage,
    AdminStreamPage, AdminTimeZonePage, HomePage, MyOrdersPage, NewsletterAskedPage, NewsletterConfirmPage,
    NewsletterJoinedPage, NewsletterLeavePage, NewsletterLeftPage, NewsletterPage, NotFoundPage, OrderNewCompletePage,
    OrderNewPage,
};
use crate::{SiteVersion, Theme};

/// Takes the islands over. The page works before that, and one without an island asks for no module. leptos'
/// `HydrationScripts` asks for it on every page, before whatever the page is shown with; and its preload makes Firefox
/// break hydration off (leptos#4843).
const ISLANDS: &str = include_str!("islands.js");
/// What a page does without an island: changes its colours, prints itself, and loads itself again where it has nothing
/// to show, or is to be kept current and was not taken over in time.
const PAGE: &str = include_str!("page.js");

/// The document of every page that is rendered.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    // Outside of islands nothing is taken over, so nothing is marked for it.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    let site = SiteVersion::of_request();
    let [script, module] = ["pantry.js", "pantry.wasm"].map(|file| site.address_of(file));
    let islands = ISLANDS.replace("/pkg/pantry.js", &script).replace("/pkg/pantry.wasm", &module);
    let head = view! {
        <AutoReload options />
        <script type="module" nonce=use_nonce()>
            {islands + PAGE}
        </script>
        <MetaTags />
    };
    document(Theme::of_request(), head, view! { <App /> })
}

/// A document in these colours, or in those that the browser prefers; `head` is what it alone has in its head.
pub(crate) fn document(theme: Option<Theme>, head: impl IntoView, body: impl IntoView) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.map(Theme::name)>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta
                    name="description"
                    content="Pantry is a small shop for the ten things that every kitchen runs out of, ordered in a minute."
                />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#fbf8f2" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#141a17" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link id="leptos" rel="stylesheet" href=SiteVersion::of_request().address_of("pantry.css") />
                {head}
            </head>
            <body>{body}</body>
        </html>
    }
}

/// Everything inside the document's body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let path = use_context::<Parts>().map(|parts| parts.uri.path().to_owned()).unwrap_or_default();
    view! {
        <Router>
            <a class="skip-link" href="#main">
                "Skip to the content"
            </a>
            <SiteHeader path=path.clone() />
            <main id="main" tabindex="-1">
                <Routes fallback=NotFoundPage>
                    // The shop.
                    <Route path=path!("/") view=HomePage ssr=Async />
                    <Route path=path!("/order-new") view=OrderNewPage ssr=Async />
                    <Route path=path!("/order-new-complete") view=OrderNewCompletePage ssr=Async />
                    <Route path=path!("/my-orders") view=MyOrdersPage ssr=Async />
                    <Route path=path!("/newsletter") view=NewsletterPage ssr=Async />
                    <Route path=path!("/newsletter/asked") view=NewsletterAskedPage ssr=Async />
                    <Route path=path!("/newsletter/confirm") view=NewsletterConfirmPage ssr=Async />
                    <Route path=path!("/newsletter/joined") view=NewsletterJoinedPage ssr=Async />
                    <Route path=path!("/newsletter/leave") view=NewsletterLeavePage ssr=Async />
                    <Route path=path!("/newsletter/left") view=NewsletterLeftPage ssr=Async />
                    // The owner.
                    <Route path=path!("/admin/login") view=AdminLoginPage ssr=Async />
                    <Route path=path!("/admin/metrics") view=AdminMetricsPage ssr=Async />
                    <Route path=path!("/admin/streams/:topic") view=AdminStreamPage ssr=Async />
                    <Route path=path!("/admin/time-zone") view=AdminTimeZonePage ssr=Async />
                    <Route path=path!("/admin/account") view=AdminAccountPage ssr=Async />
                    <Route path=path!("/admin/alerts") view=AdminAlertsPage ssr=Async />
                    <Route path=path!("/admin/dead-letters") view=AdminDeadLettersPage ssr=Async />
                    <Route path=path!("/admin/dead-letters/:id") view=AdminDeadLetterPage ssr=Async />
                    // The letter again, at the address of a form that was refused.
                    <Route path=path!("/admin/dead-letters/:id/redrive") view=AdminDeadLetterPage ssr=Async />
                    <Route path=path!("/admin/dead-letters/:id/discard") view=AdminDeadLetterPage ssr=Async />
                </Routes>
            </main>
            <SiteFooter path />
        </Router>
    }
}
