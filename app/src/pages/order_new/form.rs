//! The order form as the server renders it: the same HTML with and without JavaScript. The island around it keeps sums
//! and total right while it is filled in, and sends it without leaving the page.

use domain::{Field, FieldError, Good, Money};
use leptos::prelude::*;

use crate::FormState;
use crate::components::{
    ErrorSummary, FieldProblem, ModulePreload, OrderFailure, OrderLineField, OrderSummary, sum_of,
};
use crate::form_state::{EMAIL_ID, GOODS_ID, as_on_page, first_to_mend, message_of, quantity_id};
use crate::islands::OrderForm;

/// The form, with the goods that can be ordered.
#[component]
pub fn OrderFormView(
    /// The goods, in the order in which they are shown.
    goods: Vec<Good>,
    /// What the form starts from.
    start: FormState,
    /// What to know about how it starts.
    note: Option<String>,
) -> impl IntoView {
    let FormState { submission_key, input, errors, .. } = start;
    let errors = as_on_page(&errors, &goods);
    let to_focus = first_to_mend(&errors, &goods);
    let total = goods
        .iter()
        .fold(Money::ZERO, |total, good| total.plus(sum_of(good, input.quantity_of(&good.slug))).unwrap_or_default());
    let rows: Vec<_> = goods
        .iter()
        .map(|good| {
            let (slug, typed) = (good.slug.clone(), input.quantity_of(&good.slug).to_owned());
            let autofocus = to_focus.as_deref() == Some(&quantity_id(&slug));
            let message = message_of(&errors, &Field::Quantity(slug));
            view! { <OrderLineField good=good.clone() typed message autofocus /> }.into_any()
        })
        .collect();
    let email_autofocus = to_focus.as_deref() == Some(EMAIL_ID);
    view! {
        <ModulePreload />
        {note.map(|note| view! { <p class="form-note" role="status" data-testid="form-note">{note}</p> })}
        <OrderForm>
            <div id="error-summary" class="error-summary-place" role="alert">
                <ErrorSummary errors=errors.clone() goods=goods.clone() />
            </div>
            <input
                type="hidden"
                name="submission_key"
                id="submission-key"
                value=submission_key.as_str().to_owned()
                autocomplete="off"
            />
            <fieldset id=GOODS_ID tabindex="-1" aria-describedby="error-goods">
                <legend>"How many of each?"</legend>
                <FieldProblem id="error-goods".to_owned() message=message_of(&errors, &Field::Order) />
                <ul class="order-lines">{rows}</ul>
            </fieldset>
            <div class="order-side">
                <OrderSummary goods input=input.clone() />
                {email(input.email.clone().unwrap_or_default(), &errors, email_autofocus)}
                <div class="field choice">
                    <input id="pay-now" name="pay_now" type="checkbox" value="yes" checked=input.is_paid() />
                    <label for="pay-now">"Pay now"</label>
                    <p class="hint">"Leave it empty to order on credit."</p>
                </div>
                {order_end(total)}
            </div>
        </OrderForm>
    }
}

fn email(typed: String, errors: &[FieldError], autofocus: bool) -> AnyView {
    let message = message_of(errors, &Field::Email);
    view! {
        <div class="field">
            <label for=EMAIL_ID>"E-mail address"</label>
            <input
                id=EMAIL_ID
                data-testid="email"
                name="email"
                type="email"
                autocomplete="email"
                value=typed
                autofocus=autofocus
                aria-invalid=message.is_some().then_some("true")
                aria-describedby="error-email"
            />
            <FieldProblem id="error-email".to_owned() message />
        </div>
    }
    .into_any()
}

/// The end of the form: what it costs, the button that says what it will do, and why an order was not confirmed. It
/// stays in view while the goods are chosen.
fn order_end(total: Money) -> AnyView {
    let price = if total == Money::ZERO { String::new() } else { format!(" · {}", total.euros()) };
    view! {
        <div class="order-end">
            <OrderFailure failure=None id="order-failure" />
            <p class="total">
                "Total "
                <output class="live" id="order-total" data-testid="total" aria-live="polite">
                    {total.euros()}
                </output>
                <span class="total-later">"You see it on the next page."</span>
            </p>
            // Not `disabled` while an order is on its way: that would take the focus away from whoever pressed it with
            // a key.
            <button class="button" type="submit" id="make-order">
                <span>
                    "Make an order"
                    <span class="live" id="order-price">{price}</span>
                </span>
                <span hidden>"Making your order…"</span>
            </button>
        </div>
    }
    .into_any()
}
