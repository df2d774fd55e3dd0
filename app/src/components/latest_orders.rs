//! The latest orders as they come in; never who ordered. Called by the dashboard page.

use crate::components::number::grouped_euros;
use domain::snapshot::LocalTime;
use domain::{LatestOrder, Snapshot, Timestamp};
use leptos::prelude::*;

/// The feed, newest first.
#[component]
pub fn LatestOrders(
    /// What is shown.
    #[prop(into)]
    snapshot: Signal<Snapshot>,
) -> impl IntoView {
    let latest = Memo::new(move |_| {
        let snapshot = snapshot.read();
        let today = day(snapshot.local.shown(snapshot.taken_at));
        (snapshot.latest_orders.clone(), snapshot.local.clone(), today)
    });
    let list = move || {
        let (orders, local, today) = &*latest.read();
        if orders.is_empty() {
            let text = "No order yet. The first one appears here a moment after it was made.";
            return view! { <p class="panel-empty">{text}</p> }.into_any();
        }
        let orders = orders.iter().map(|order| line(order, local, today)).collect_view();
        view! { <ol class="order-feed">{orders}</ol> }.into_any()
    };
    view! {
        <section class="panel latest" aria-labelledby="latest-heading" data-testid="latest-orders">
            <header class="panel-head">
                <h2 id="latest-heading">"Latest orders"</h2>
            </header>
            {list}
        </section>
    }
}

/// `2026-11-24`.
pub(super) fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// When something happened; its day where that is another one.
pub(super) fn when(at: Timestamp, local: &LocalTime, today: &str) -> String {
    let (shown, time) = (local.shown(at), local.shown(at).hour_minute_second());
    let day = day(shown);
    if day == today { time } else { format!("{day}, {time}") }
}

fn line(order: &LatestOrder, local: &LocalTime, today: &str) -> AnyView {
    let goods: Vec<String> = order.goods.iter().map(|(name, quantity)| format!("{quantity} × {name}")).collect();
    let (class, paid) = if order.is_paid { ("pill is-paid", "paid") } else { ("pill", "on credit") };
    view! {
        <li>
            <span class="feed-number">"No. " {order.order_id}</span>
            <time class="feed-time">{when(order.event_time, local, today)}</time>
            <span class="feed-goods">{goods.join(", ")}</span>
            <span class="feed-price">{grouped_euros(order.total)}</span>
            <span class=class>{paid}</span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_told_where_it_is_not_today() {
        let local = LocalTime { offset_minutes: 60, abbreviation: "CET".to_owned() };
        for (at, words) in [
            ("2026-11-24T12:00:05Z", "13:00:05"),
            ("2026-11-23T23:00:00Z", "00:00:00"),
            ("2026-11-23T22:59:59Z", "2026-11-23, 23:59:59"),
        ] {
            assert_eq!(when(Timestamp::parse_rfc3339(at).unwrap(), &local, "2026-11-24"), words);
        }
    }
}
