//! One order in a list of orders: enough to know it again, and the way to its receipt.

use domain::{Receipt, ReceiptLine};
use leptos::prelude::*;

use crate::number::counted;

/// So many goods are shown as pictures; the rest is a number.
const PICTURES_MAX: usize = 3;

/// A row that leads to the order's receipt.
#[component]
pub fn OrderEntry(
    /// The order.
    order: Receipt,
) -> impl IntoView {
    let title = format!("Order {}", order.order_id);
    let goods = counted(order.amount, "good");
    let payment = if order.is_paid { "Paid" } else { "On credit" };
    let more = order.lines.len().saturating_sub(PICTURES_MAX);
    let pictures: Vec<_> = order.lines.iter().take(PICTURES_MAX).map(picture).collect();
    let again = format!("/order-new?again={}", order.token);
    view! {
        <li class="order-entry" data-testid="my-order">
            <div class="order-entry-text">
                <h2>
                    <a href=order.token.address()>{title.clone()}</a>
                </h2>
                <p>
                    <span>{order.event_time.day_month_year()}</span>
                    " · "
                    <span>{goods}</span>
                    " · "
                    <span>{payment}</span>
                </p>
            </div>
            <p class="order-entry-goods">
                {pictures}
                <span>{(more > 0).then(|| format!("+{more}"))}</span>
            </p>
            <p class="order-entry-total">{order.total.euros()}</p>
            <a class="button secondary" href=again>
                "Order again"
                <span class="visually-hidden">{format!(" as in {title}")}</span>
            </a>
        </li>
    }
}

fn picture(line: &ReceiptLine) -> AnyView {
    view! { <img src=line.picture() alt=line.name.clone() width="36" height="36" /> }.into_any()
}
