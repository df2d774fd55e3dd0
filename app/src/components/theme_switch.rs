//! The switch between light and dark: two buttons, of which the style sheet shows the one that changes something. A
//! plain form without JavaScript; hydrated it changes the page at once.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use crate::{Theme, browser, theme};

/// The switch.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let choose = |chosen: Theme, other: &'static str| {
        move |event: MouseEvent| {
            event.prevent_default();
            browser::show_theme(chosen);
            // The pressed button is hidden now; its counterpart stands in its place.
            browser::focus(other);
        }
    };
    view! {
        <form class="theme-switch" method="post" action=theme::ADDRESS>
            <button
                id="theme-dark"
                class="icon-button"
                type="submit"
                name=theme::NAME
                value=Theme::Dark.name()
                title="Dark colours"
                on:click=choose(Theme::Dark, "theme-light")
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
                title="Light colours"
                on:click=choose(Theme::Light, "theme-dark")
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
