//! What the owner of a new shop sees until somebody orders: that all is well, and what to try. Called by the dashboard
//! page.

use domain::Snapshot;
use leptos::prelude::*;

/// The panel; nothing once there is an order.
pub fn first_steps(snapshot: &Snapshot) -> AnyView {
    let is_new = snapshot.latest_orders.is_empty();
    view! {
        <div class="first-steps-place" data-part="first-steps" hidden=!is_new>
            {is_new.then(panel)}
        </div>
    }
    .into_any()
}

fn panel() -> AnyView {
    view! {
        <section class="panel first-steps" aria-labelledby="first-heading" data-testid="first-steps">
            <img src="/empty-shelf.svg" alt="" width="160" height="100" />
            <div>
                <h2 id="first-heading">"Your shop is open"</h2>
                <p>
                    "Nobody ordered yet. Make the first order yourself: you see it here within a second, and in the files once \
                     its minute has ended."
                </p>
                <p>
                    <a class="button secondary" href="/" target="_blank">
                        "Open the shop in a new tab"
                    </a>
                </p>
            </div>
        </section>
    }
    .into_any()
}
