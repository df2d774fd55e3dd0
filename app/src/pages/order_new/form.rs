//! The order form: the same HTML with and without JavaScript. Only its submission differs: hydrated, it asks the
//! server function, keeps what was typed, and moves the focus to what is wrong.

use domain::{Field, Good, Money};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::fields::{EMAIL_ID, FORM_ID, PAY_NOW_ID, first_to_mend, read_what_is_typed};
use super::open_form::OpenForm;
use crate::FormState;
use crate::components::{
    ErrorSummary, FieldMessage, OrderFailure, OrderLine, OrderLineField, OrderSummary, message_of,
};
use crate::router::use_navigate;

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
    let form = OpenForm::new(goods, &start);
    let OpenForm { lines, submission_key, errors, is_pending, .. } = form;
    let to_focus = lines.with_value(|lines| first_to_mend(&start.errors, lines));
    let input = start.input;
    let navigate = use_navigate();

    Effect::new(move || lines.with_value(|lines| read_what_is_typed(lines)));

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if is_pending.get_untracked() {
            return;
        }
        let navigate = navigate.clone();
        spawn_local(async move {
            if let Some(address) = form.submit().await {
                navigate(&address);
            }
        });
    };

    let message_for = move |field: Field| Signal::derive(move || errors.with(|errors| message_of(errors, &field)));
    let order_message = message_for(Field::Order);
    let email_message = message_for(Field::Email);
    let rows = lines.with_value(|lines| {
        let row = |line: &OrderLine| {
            let autofocus = to_focus.as_deref() == Some(&line.field_id());
            view! { <OrderLineField line=line.clone() errors autofocus /> }.into_any()
        };
        lines.iter().map(row).collect::<Vec<_>>()
    });
    let note = note.map(|note| view! { <p class="form-note" role="status" data-testid="form-note">{note}</p> });
    view! {
        {note}
        <form id=FORM_ID class="order-form" method="post" action="/order-new" novalidate on:submit=submit>
            <ErrorSummary errors lines />
            <input
                type="hidden"
                name="submission_key"
                value=move || submission_key.get().as_str().to_owned()
                autocomplete="off"
            />
            <fieldset id="goods" tabindex="-1" aria-describedby=move || order_message.get().map(|_| "error-order")>
                <legend>"How many of each?"</legend>
                <FieldMessage id="error-order".to_owned() message=order_message />
                <ul class="order-lines">{rows}</ul>
            </fieldset>
            <div class="order-side">
                <OrderSummary lines />
                <div class="field">
                    <label for=EMAIL_ID>"E-mail address"</label>
                    <input
                        id=EMAIL_ID
                        data-testid="email"
                        name="email"
                        type="email"
                        autocomplete="email"
                        value=input.email.clone().unwrap_or_default()
                        autofocus=to_focus.as_deref() == Some(EMAIL_ID)
                        aria-invalid=move || email_message.get().map(|_| "true")
                        aria-describedby=move || email_message.get().map(|_| "error-email")
                    />
                    <FieldMessage id="error-email".to_owned() message=email_message />
                </div>
                <div class="field choice">
                    <input id=PAY_NOW_ID name="pay_now" type="checkbox" value="yes" checked=input.is_paid() />
                    <label for=PAY_NOW_ID>"Pay now"</label>
                    <p class="hint">"Leave it empty to order on credit."</p>
                </div>
                <OrderEnd form />
            </div>
        </form>
    }
}

/// The end of the form: what it costs, the button that says what it will do, and why an order was not confirmed. It
/// stays in view while the goods are chosen.
#[component]
fn OrderEnd(
    /// The form.
    form: OpenForm,
) -> impl IntoView {
    let OpenForm { failure, is_pending, .. } = form;
    let price = move || match form.total() {
        Money::ZERO => String::new(),
        total => format!(" · {}", total.euros()),
    };
    view! {
        <div class="order-end">
            <OrderFailure failure=failure.into() />
            <p class="total">
                "Total "
                <output class="live" data-testid="total" aria-live="polite">
                    {move || form.total().euros()}
                </output>
                <span class="total-later">"You see it on the next page."</span>
            </p>
            // Not `disabled`: that would take the focus away from whoever pressed it with a key.
            <button
                class="button"
                type="submit"
                class:is-pending=move || is_pending.get()
                aria-disabled=move || is_pending.get().then_some("true")
            >
                <span hidden=move || is_pending.get()>
                    "Make an order"
                    <span class="live">{move || price()}</span>
                </span>
                <span hidden=move || !is_pending.get()>"Making your order…"</span>
            </button>
        </div>
    }
}
