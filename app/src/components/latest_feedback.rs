//! What customers said last of their orders; never who. Called by the dashboard page.

use super::feedback::{quoted, stars_view};
use super::latest_orders::{day, when};
use domain::snapshot::LocalTime;
use domain::{Feedback, Snapshot};
use leptos::prelude::*;

/// The list, newest first.
#[component]
pub fn LatestFeedback(
    /// What is shown.
    #[prop(into)]
    snapshot: Signal<Snapshot>,
) -> impl IntoView {
    let latest = Memo::new(move |_| {
        let snapshot = snapshot.read();
        let today = day(snapshot.local.shown(snapshot.taken_at));
        (snapshot.latest_feedback.clone(), snapshot.local.clone(), today)
    });
    let list = move || {
        let (feedback, local, today) = &*latest.read();
        if feedback.is_empty() {
            let text = "Nobody said anything yet. Customers can, on the receipt of their order.";
            return view! { <p class="panel-empty">{text}</p> }.into_any();
        }
        let lines = feedback.iter().map(|given| line(given, local, today)).collect_view();
        view! { <ol class="feedback-feed">{lines}</ol> }.into_any()
    };
    view! {
        <section class="panel latest" aria-labelledby="feedback-heading" data-testid="latest-feedback">
            <header class="panel-head">
                <h2 id="feedback-heading">"Latest feedback"</h2>
            </header>
            {list}
        </section>
    }
}

fn line(given: &Feedback, local: &LocalTime, today: &str) -> AnyView {
    view! {
        <li>
            {stars_view(given.stars)}
            <span class="feed-number">"No. " {given.order_id}</span>
            <time class="feed-time">{when(given.event_time, local, today)}</time>
            {quoted(given.comment.as_ref())}
        </li>
    }
    .into_any()
}
