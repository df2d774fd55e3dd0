//! The HTML document around every page.
//!
//! `shell` runs on the server alone; `App` runs there and in the browser, which takes over its HTML.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::Theme;
use crate::browser;
use crate::components::{SiteFooter, SiteHeader};
#[cfg(not(feature = "ssr"))]
use crate::router::Address;
use crate::router::{Shown, provide_router, use_location};

/// The document of every page that is rendered.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let theme = Theme::of_request();
    #[cfg(not(feature = "ssr"))]
    let theme = None;
    let head = view! {
        <AutoReload options=options.clone() />
        <TakeOver options />
        <MetaTags />
    };
    document(theme, head, view! { <App /> })
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
                <link id="leptos" rel="stylesheet" href="/pkg/pantry.css" />
                {head}
            </head>
            <body>{body}</body>
        </html>
    }
}

/// Lets the browser take the page over once it stands: it works before that, so nothing of it waits for the module.
/// leptos' own `HydrationScripts` asks for the module first of all, and on a slow line the page arrives later for it.
/// A page that is to be kept current, and was not taken over in time, is loaded again once the shop is there.
#[component]
fn TakeOver(options: LeptosOptions) -> impl IntoView {
    let module = format!("/{}/{}", options.site_pkg_dir, options.output_name);
    let script = format!(
        "const begin = () => {{
            const wasm = fetch('{module}.wasm');
            return import('{module}.js').then((pantry) => pantry.default({{ module_or_path: wasm }}).then(pantry.hydrate));
        }};
        const whenIdle = () => window.requestIdleCallback ? requestIdleCallback(begin, {{ timeout: 2000 }}) : begin();
        if (document.readyState === 'complete') whenIdle(); else addEventListener('load', whenIdle);
        const live = document.querySelector('[data-refresh-seconds]');
        const ask = () => fetch(location, {{ method: 'HEAD' }}).then((head) => head.text());
        const loadAgain = () => 'hydrated' in document.body.dataset || ask().then(() => location.reload(), wait);
        const wait = () => setTimeout(loadAgain, live.dataset.refreshSeconds * 1000);
        if (live) wait();"
    );
    view! {
        <script type="module" nonce=use_nonce()>
            {script}
        </script>
    }
}

/// Everything inside the document's body.
#[component]
pub fn App() -> impl IntoView {
    // In the browser a title needs no more than the document.
    #[cfg(feature = "ssr")]
    leptos_meta::provide_meta_context();
    let router = provide_router();
    let path = use_location().pathname;
    view! {
        <browser::NavigationBeacon path />
        <a class="skip-link" href="#main" rel="external">
            "Skip to the content"
        </a>
        <SiteHeader path />
        <main id="main" tabindex="-1">
            <Shown router />
        </main>
        <SiteFooter />
        <browser::HydratedMark />
    }
}

/// Waits for the code of the page at the document's address, so that the browser can take it over in one go.
#[cfg(not(feature = "ssr"))]
pub async fn load_page() {
    crate::Page::of_path(&Address::parse(&browser::present_address()).path).0.load().await;
}
