//! What customers said last of their orders; never who. Called by the dashboard page.

use super::feed::{Feed, feed};
use super::feedback::{quoted, stars_view};
use domain::{Clock, Feedback, Snapshot};
use leptos::prelude::*;

/// The list, newest first.
#[component]
pub fn LatestFeedback(
    /// What is shown.
    #[prop(into)]
    snapshot: Signal<Snapshot>,
) -> impl IntoView {
    feed(Feed {
        title: "Latest feedback",
        test_id: "latest-feedback",
        when_empty: "Nobody said anything yet. Customers can, on the receipt of their order.",
        snapshot,
        latest: |snapshot| snapshot.latest_feedback.clone(),
        line,
    })
}

fn line(given: &Feedback, clock: &Clock) -> AnyView {
    view! {
        <li class="said-of-order">
            {stars_view(given.stars)}
            <span class="feed-number">"No. " {given.order_id}</span>
            <time class="feed-time">{clock.second(given.event_time)}</time>
            {quoted(given.comment.as_ref())}
        </li>
    }
    .into_any()
}
