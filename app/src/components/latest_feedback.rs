//! What customers said last of their orders; never who. Called by the dashboard page.

use super::feed::{Feed, feed};
use super::feedback::{quoted, stars_view};
use domain::{Clock, Feedback, Snapshot};
use leptos::prelude::*;

/// The list, newest first.
pub fn latest_feedback(snapshot: &Snapshot) -> AnyView {
    let list = Feed {
        title: "Latest feedback",
        test_id: "latest-feedback",
        when_empty: "Nobody said anything yet. Customers can, on the receipt of their order.",
        line,
    };
    feed(list, &snapshot.latest_feedback, &snapshot.clock())
}

fn line(given: &Feedback, clock: &Clock) -> AnyView {
    view! {
        <li class="said-of-order" data-key=given.order_id.to_string()>
            {stars_view(given.stars)}
            <span class="feed-number">"No. " {given.order_id}</span>
            <time class="feed-time">{clock.second(given.event_time)}</time>
            {quoted(given.comment.as_ref())}
        </li>
    }
    .into_any()
}
