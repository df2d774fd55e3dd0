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
    /// What comes cannot be read: the shop was renewed since the page was loaded. The page loads itself again.
    Outdated,
}

impl Connection {
    /// Whether it is no use to try again from this page.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Connection::SignedOut | Connection::Outdated)
    }
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
    /// The address of the page: path and query.
    #[prop(into)]
    address: Signal<String>,
) -> impl IntoView {
    let stale = move |why: &'static str, link: &'static str, test_id: &'static str| {
        view! {
            <span class="badge badge-stale" data-testid="stale">
                {why}
                ": figures stale since "
                {move || as_of.get()}
                ". "
                // The page itself, loaded whole: without a session the server leads to the log-in, and back from there.
                <a href=move || address.get() rel="external" data-testid=test_id>
                    {link}
                </a>
            </span>
        }
        .into_any()
    };
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
        Connection::SignedOut => stale("Your session has ended", "Log in again", "login-again"),
        Connection::Outdated => stale("The shop was renewed", "Load this page again", "load-again"),
    };
    view! {
        <div class="connection" role="status">
            {badge}
        </div>
    }
}
