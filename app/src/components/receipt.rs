//! An order that was made, fit to be printed.

use domain::{Receipt, ReceiptLine};
use leptos::prelude::*;

use super::feedback::receipt_feedback;
use crate::FeedbackRefusal;
use crate::number::counted;

/// Number, lines, total, payment and e-mail address of an order, and what happens next.
#[component]
pub fn ReceiptView(
    /// The order.
    receipt: Receipt,
    /// What was wrong with what was said of it.
    refusal: Option<FeedbackRefusal>,
) -> impl IntoView {
    let payment = if receipt.is_paid { "Paid now" } else { "On credit" };
    let next = next_steps(&receipt);
    let feedback = receipt_feedback(&receipt.token, receipt.feedback.as_ref(), refusal);
    let again = format!("/order-new?again={}", receipt.token);
    let lines: Vec<_> = receipt.lines.into_iter().map(line).collect();
    let email =
        receipt.email.map_or_else(|| "The e-mail address was deleted.".to_owned(), |email| email.as_str().to_owned());
    view! {
        <article class="receipt">
            <header class="receipt-head">
                <h1>"Thank you for your order"</h1>
                <p class="lead">"We are packing your box. Keep this page as your receipt."</p>
            </header>
            <div class="receipt-paper">
                <dl class="receipt-facts">
                    <div>
                        <dt>"Order number"</dt>
                        <dd data-testid="order-number">{receipt.order_id.to_string()}</dd>
                    </div>
                    <div>
                        <dt>"Date"</dt>
                        <dd>
                            {receipt.event_time.day_month_year()}
                            <span class="receipt-time">{format!("{} UTC", receipt.event_time.hour_minute())}</span>
                        </dd>
                    </div>
                    <div>
                        <dt>"Payment"</dt>
                        <dd data-testid="payment">{payment}</dd>
                    </div>
                    <div>
                        <dt>"E-mail"</dt>
                        <dd data-testid="order-email">{email}</dd>
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
                            <td>{receipt.amount.to_string()}</td>
                            <td></td>
                            <td data-testid="order-total">{receipt.total.euros()}</td>
                        </tr>
                    </tfoot>
                </table>
            </div>
            <section class="next" aria-labelledby="next-title">
                <h2 id="next-title">"What happens next"</h2>
                <ol>{next}</ol>
            </section>
            {feedback}
            <section class="receipt-ways no-print" aria-labelledby="ways-title">
                <h2 id="ways-title" class="visually-hidden">"What you can do now"</h2>
                <p>
                    <a class="button" href=again>
                        "Order these goods again"
                    </a>
                    <button class="button secondary live" type="button" data-print="">
                        "Print"
                    </button>
                    <a class="button secondary" href="/">
                        "Back to the shop"
                    </a>
                </p>
                <p class="hint">
                    "This page keeps its address: save it, and you find your receipt again. In this browser it also stands                      under My orders."
                </p>
            </section>
        </article>
    }
}

/// What the shop does now, and what its customer has to.
fn next_steps(receipt: &Receipt) -> Vec<AnyView> {
    let payment = if receipt.is_paid {
        "It is paid: there is nothing more to do.".to_owned()
    } else {
        format!("You ordered on credit: pay the {} when the box is there.", receipt.total.euros())
    };
    let packed = format!("We pack your {} into one box today.", counted(receipt.amount, "good"));
    let email = receipt.email.as_ref();
    let written = email.map(|email| format!("We write to {} when it is on its way.", email.as_str()));
    let steps = [Some(packed), written, Some(payment)].into_iter().flatten();
    steps.map(|step| view! { <li>{step}</li> }.into_any()).collect()
}

fn line(line: ReceiptLine) -> AnyView {
    view! {
        <tr data-testid="order-line">
            <th scope="row">
                {line.name} <span class="good-unit">{line.unit}</span>
            </th>
            <td>{line.quantity.to_string()}</td>
            <td>{line.price.euros()}</td>
            <td>{line.total.euros()}</td>
        </tr>
    }
    .into_any()
}
