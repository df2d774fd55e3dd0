//! What an open form would order as it stands: each chosen good with its sum. It follows what is typed; without
//! JavaScript, which could not keep it right, the style sheet hides it.

use leptos::prelude::*;

use super::OrderLine;
use super::number::counted;

/// The chosen goods. Every good has its row from the start, so that server and browser build the same.
#[component]
pub fn OrderSummary(
    /// The goods of the form.
    lines: StoredValue<Vec<OrderLine>>,
) -> impl IntoView {
    let rows = lines.with_value(|lines| lines.iter().cloned().map(row).collect::<Vec<_>>());
    let amount = move || lines.with_value(|lines| lines.iter().map(OrderLine::amount).sum::<i64>());
    view! {
        <div class="summary live">
            <h2>
                "Your order"
                <span class="summary-amount" data-testid="amount">
                    {move || counted(amount(), "good")}
                </span>
            </h2>
            <p class="summary-empty" hidden=move || amount() != 0>
                "Nothing chosen yet."
            </p>
            <ul class="summary-lines">{rows}</ul>
        </div>
    }
}

fn row(line: OrderLine) -> AnyView {
    let name = line.good.name.clone();
    let (counting, summing) = (line.clone(), line.clone());
    view! {
        <li hidden=move || line.amount() == 0>
            <span>{move || counting.amount().to_string()} " × " {name}</span>
            <span>{move || summing.sum().euros()}</span>
        </li>
    }
    .into_any()
}
