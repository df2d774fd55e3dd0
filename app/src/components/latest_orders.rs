//! The latest orders as they come in; never who ordered. Called by the dashboard page.

use super::feed::{Feed, feed};
use crate::number::grouped_euros;
use domain::{Clock, LatestOrder, Snapshot};
use leptos::prelude::*;

/// The feed, newest first.
pub fn latest_orders(snapshot: &Snapshot) -> AnyView {
    let list = Feed {
        title: "Latest orders",
        test_id: "latest-orders",
        when_empty: "No order yet. The first one appears here a moment after it was made.",
        line,
    };
    feed(list, &snapshot.latest_orders, &snapshot.clock())
}

fn line(order: &LatestOrder, clock: &Clock) -> AnyView {
    let goods: Vec<String> = order.goods.iter().map(|(name, quantity)| format!("{quantity} × {name}")).collect();
    let (class, paid) = if order.is_paid { ("pill is-paid", "paid") } else { ("pill", "on credit") };
    view! {
        <li data-key=order.order_id.to_string()>
            <span class="feed-number">"No. " {order.order_id}</span>
            <time class="feed-time">{clock.second(order.event_time)}</time>
            <span class="feed-goods">{goods.join(", ")}</span>
            <span class="feed-price">{grouped_euros(order.total)}</span>
            <span class=class>{paid}</span>
        </li>
    }
    .into_any()
}
