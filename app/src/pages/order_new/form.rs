//! The order form: the same HTML with and without JavaScript. Only its submission differs: hydrated, it asks the
//! server function, keeps what was typed, and moves the focus to what is wrong.

use domain::{Field, Good, Money};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use super::fields::{first_to_mend, posted, read_what_is_typed};
use crate::components::{ErrorSummary, FieldMessage, OrderLine, OrderLineField, message_of, show_new_prices};
use crate::{FormState, Submission, api, browser};

/// The form itself.
#[component]
pub fn OrderFormView(
    /// The goods that can be ordered.
    goods: Vec<Good>,
    /// What the form starts from.
    start: FormState,
) -> impl IntoView {
    let FormState { submission_key, input, errors, failure } = start;
    let lines: Vec<OrderLine> = goods
        .into_iter()
        .map(|good| {
            let typed = input.quantity_of(&good.slug).to_owned();
            OrderLine::new(good, &typed)
        })
        .collect();
    let to_focus = first_to_mend(&errors, &lines);
    let lines = StoredValue::new(lines);
    let submission_key = RwSignal::new(submission_key);
    let errors = RwSignal::new(errors);
    let failure = RwSignal::new(failure);
    let is_pending = RwSignal::new(false);
    let navigate = use_navigate();

    Effect::new(move || lines.with_value(|lines| read_what_is_typed(lines)));

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if is_pending.get_untracked() {
            return;
        }
        let form = lines.with_value(|lines| posted(&submission_key.get_untracked(), lines));
        is_pending.set(true);
        failure.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            match api::place_order(form).await {
                Ok(Submission::Ordered(token)) => {
                    return navigate(&token.address(), Default::default());
                }
                Ok(Submission::Rejected { errors: wrong, submission_key: next_key }) => {
                    submission_key.try_set(next_key);
                    lines.try_with_value(|lines| {
                        show_new_prices(lines, &wrong);
                        if let Some(id) = first_to_mend(&wrong, lines) {
                            browser::focus(&id);
                        }
                    });
                    errors.try_set(wrong);
                }
                Err(error) => {
                    failure.try_set(Some(error));
                }
            }
            is_pending.try_set(false);
        });
    };

    let message_for = move |field: Field| Signal::derive(move || errors.with(|errors| message_of(errors, &field)));
    let order_message = message_for(Field::Order);
    let email_message = message_for(Field::Email);
    let rows = lines.with_value(|lines| {
        let row = |line: &OrderLine| {
            let autofocus = to_focus.as_deref() == Some(&line.field_id());
            view! { <OrderLineField line=line.clone() errors autofocus /> }
        };
        lines.iter().map(row).collect::<Vec<_>>()
    });
    let total = move || {
        let sum = |lines: &Vec<OrderLine>| {
            lines.iter().fold(Money::ZERO, |total, line| total.plus(line.sum()).unwrap_or_default())
        };
        lines.with_value(sum).euros()
    };
    view! {
        <form class="order-form" method="post" action="/order-new" novalidate on:submit=submit>
            <ErrorSummary errors lines />
            <input
                type="hidden"
                name="submission_key"
                value=move || submission_key.get().as_str().to_owned()
                autocomplete="off"
            />
            <fieldset
                id="goods"
                tabindex="-1"
                aria-describedby=move || order_message.get().map(|_| "error-order")
            >
                <legend>"How many of each?"</legend>
                <FieldMessage id="error-order".to_owned() message=order_message />
                <ul class="order-lines">{rows}</ul>
            </fieldset>
            <div class="order-side">
                <div class="field">
                    <label for="email">"E-mail address"</label>
                    <input
                        id="email"
                        data-testid="email"
                        name="email"
                        type="email"
                        autocomplete="email"
                        value=input.email.clone().unwrap_or_default()
                        autofocus=to_focus.as_deref() == Some("email")
                        aria-invalid=move || email_message.get().map(|_| "true")
                        aria-describedby=move || email_message.get().map(|_| "error-email")
                    />
                    <FieldMessage id="error-email".to_owned() message=email_message />
                </div>
                <div class="field choice">
                    <input
                        id="pay-now"
                        name="pay_now"
                        type="checkbox"
                        value="yes"
                        checked=input.is_paid()
                    />
                    <label for="pay-now">"Pay now"</label>
                    <p class="hint">"Leave it empty to order on credit."</p>
                </div>
                <div class="order-end">
                    <p class="total">
                        "Total "
                        <output data-testid="total" aria-live="polite">
                            {total}
                        </output>
                    </p>
                    <p class="total-later">"You see the total on the next page."</p>
                    <button class="button" type="submit" disabled=move || is_pending.get()>
                        "Make an order"
                    </button>
                    <div role="alert">
                        {move || {
                            failure
                                .get()
                                .map(|error| {
                                    view! {
                                        <p class="failure" data-testid="failure">
                                            {error.order_message()}
                                        </p>
                                    }
                                })
                        }}
                    </div>
                </div>
            </div>
        </form>
    }
}
