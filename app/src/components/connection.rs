//! Whether the dashboard is live. The island writes into it, and only when that changes, so that a screen reader speaks
//! of a lost connection once and never of figures. Called by the dashboard page.

use leptos::prelude::*;

/// The badge beside the page's title; empty until the page is live.
#[component]
pub fn ConnectionBadge() -> impl IntoView {
    view! {
        <div class="connection" role="status">
            <span class="badge" id="connection" hidden>
                <span id="connection-words"></span>
                <a id="connection-link" href="/admin/metrics" hidden></a>
            </span>
        </div>
    }
}
