//! An order that was made, fit to be printed.

use domain::{Receipt, ReceiptLine};
use leptos::prelude::*;

/// Number, lines, total, payment and e-mail address of an order.
#[component]
pub fn ReceiptView(
    /// The order.
    receipt: Receipt,
) -> impl IntoView {
    let payment = if receipt.is_paid { "Paid now" } else { "On credit" };
    let lines: Vec<_> = receipt.lines.into_iter().map(line).collect();
    view! {
        <article class="receipt">
            <h1>"Thank you for your order"</h1>
            <p class="lead">"We are packing your box. Keep this page as your receipt."</p>
            <dl class="receipt-facts">
                <div>
                    <dt>"Order number"</dt>
                    <dd data-testid="order-number">{receipt.order_id}</dd>
                </div>
                <div>
                    <dt>"Payment"</dt>
                    <dd data-testid="payment">{payment}</dd>
                </div>
                <div>
                    <dt>"E-mail"</dt>
                    <dd data-testid="order-email">{receipt.email.as_str().to_owned()}</dd>
                </div>
            </dl>
            <table class="receipt-lines">
                <caption class="visually-hidden">"What you ordered"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Good"</th>
                        <th scope="col">"Quantity"</th>
                        <th scope="col">"Price"</th>
                        <th scope="col">"Sum"</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"Total"</th>
                        <td>{receipt.amount}</td>
                        <td></td>
                        <td data-testid="order-total">{receipt.total.euros()}</td>
                    </tr>
                </tfoot>
            </table>
            <p class="no-print">
                <a class="button secondary" href="/">
                    "Back to the shop"
                </a>
            </p>
        </article>
    }
}

fn line(line: ReceiptLine) -> impl IntoView {
    view! {
        <tr data-testid="order-line">
            <th scope="row">
                {line.name} <span class="good-unit">{line.unit}</span>
            </th>
            <td>{line.quantity}</td>
            <td>{line.price.euros()}</td>
            <td>{line.total.euros()}</td>
        </tr>
    }
}
