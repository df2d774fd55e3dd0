//! Whether the dashboard is live. Its text changes only when that changes, so that a screen reader speaks of a
//! lost connection once and never of figures. Called by the dashboard page.

use leptos::prelude::*;

/// How the page stands to the stream of figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// Not asked yet, as on the server and without JavaScript.
    #[default]
    Idle,
    /// Figures come as they change.
    Live,
    /// The stream broke; the page tries again by itself.
    Stale,
    /// The stream broke because the session is over.
    SignedOut,
}

/// The badge beside the page's title. `as_of` is the time of the figures that are shown.
#[component]
pub fn ConnectionBadge(
    /// How the page stands to the stream.
    #[prop(into)]
    connection: Signal<Connection>,
    /// When the figures on the page were taken, with the zone: `14:32:05 CET`.
    #[prop(into)]
    as_of: Signal<String>,
) -> impl IntoView {
    let badge = move || match connection.get() {
        Connection::Idle => ().into_any(),
        Connection::Live => view! {
            <span class="badge badge-live" data-testid="live">
                "Live"
            </span>
        }
        .into_any(),
        Connection::Stale => view! {
            <span class="badge badge-stale" data-testid="stale">
                "Connection lost: figures stale since "
                {move || as_of.get()}
                ". Reconnecting…"
            </span>
        }
        .into_any(),
        Connection::SignedOut => view! {
            <span class="badge badge-stale" data-testid="stale">
                "Your session has ended: figures stale since "
                {move || as_of.get()}
                ". "
                <a href="/admin/login" rel="external" data-testid="login-again">
                    "Log in again"
                </a>
            </span>
        }
        .into_any(),
    };
    view! {
        <div class="connection" role="status">
            {badge}
        </div>
    }
}
