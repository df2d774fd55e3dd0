//! The switch between light and dark: two buttons, of which the style sheet shows the one that changes something. A
//! plain form; the page's script changes the colours at once, and keeps the choice in the same cookie.

use axum::http::request::Parts;
use leptos::prelude::*;

use crate::cookies::came_over_https;
use crate::{Theme, theme};

/// The switch.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let is_https = use_context::<Parts>().is_some_and(|parts| came_over_https(&parts.headers));
    view! {
        <form class="theme-switch" method="post" action=theme::ADDRESS>
            <button
                id="theme-dark"
                class="icon-button"
                type="submit"
                name=theme::NAME
                value=Theme::Dark.name()
                data-cookie=Theme::Dark.cookie(is_https)
                title="Dark colours"
            >
                <span class="visually-hidden">"Dark colours"</span>
                <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
                    <path fill="currentColor" d="M20.6 14.4A9 9 0 0 1 9.6 3.4a9 9 0 1 0 11 11z" />
                </svg>
            </button>
            <button
                id="theme-light"
                class="icon-button"
                type="submit"
                name=theme::NAME
                value=Theme::Light.name()
                data-cookie=Theme::Light.cookie(is_https)
                title="Light colours"
            >
                <span class="visually-hidden">"Light colours"</span>
                <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
                    <circle cx="12" cy="12" r="4.5" fill="currentColor" />
                    <path
                        fill="none"
                        stroke="currentColor"
                        stroke-width="2"
                        stroke-linecap="round"
                        d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
                    />
                </svg>
            </button>
        </form>
    }
}
