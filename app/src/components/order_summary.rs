//! What an open form would order as it stands: each chosen good with its sum. The form's island keeps it right; without
//! JavaScript the style sheet hides it.

use domain::{Good, OrderForm};
use leptos::prelude::*;

use super::order_line::{amount_of, sum_of};
use crate::number::counted;

/// The chosen goods. Every good has its row from the start, hidden while none is chosen.
#[component]
pub fn OrderSummary(
    /// The goods of the form.
    goods: Vec<Good>,
    /// What stands in it.
    input: OrderForm,
) -> impl IntoView {
    let amount: i64 = goods.iter().map(|good| amount_of(input.quantity_of(&good.slug))).sum();
    let rows: Vec<_> = goods.into_iter().map(|good| row(good, &input)).collect();
    view! {
        <div class="summary live">
            <h2>
                "Your order"
                <span class="summary-amount" data-testid="amount" id="order-amount">
                    {counted(amount, "good")}
                </span>
            </h2>
            <p class="summary-empty" id="order-empty" hidden=amount != 0>
                "Nothing chosen yet."
            </p>
            <ul class="summary-lines">{rows}</ul>
        </div>
    }
}

fn row(good: Good, input: &OrderForm) -> AnyView {
    let typed = input.quantity_of(&good.slug);
    let (amount, sum) = (amount_of(typed), sum_of(&good, typed));
    view! {
        <li hidden=amount == 0 data-chosen=good.slug>
            <span>
                <span data-amount="">{amount}</span>
                " × "
                {good.name}
            </span>
            <span data-sum="">{sum.euros()}</span>
        </li>
    }
    .into_any()
}
