//! The latest orders as they come in; never who ordered. Called by the dashboard page.

use crate::components::number::grouped_euros;
use domain::snapshot::LocalTime;
use domain::{LatestOrder, Snapshot};
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
        (snapshot.latest_orders.clone(), snapshot.local.clone())
    });
    let list = move || {
        let (orders, local) = &*latest.read();
        if orders.is_empty() {
            let text = "No order yet. The first one appears here a moment after it was made.";
            return view! { <p class="panel-empty">{text}</p> }.into_any();
        }
        let orders = orders.iter().map(|order| line(order, local)).collect_view();
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

fn line(order: &LatestOrder, local: &LocalTime) -> AnyView {
    let goods: Vec<String> = order.goods.iter().map(|(name, quantity)| format!("{quantity} × {name}")).collect();
    let (class, paid) = if order.is_paid { ("pill is-paid", "paid") } else { ("pill", "on credit") };
    view! {
        <li>
            <span class="feed-number">"No. " {order.order_id}</span>
            <time class="feed-time">{local.shown(order.event_time).hour_minute_second()}</time>
            <span class="feed-goods">{goods.join(", ")}</span>
            <span class="feed-price">{grouped_euros(order.total)}</span>
            <span class=class>{paid}</span>
        </li>
    }
    .into_any()
}
