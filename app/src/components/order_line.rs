//! One good of the order form: its name, price, and the field for how many, with what is wrong beside it.

use domain::order::QUANTITY_MAX;
use domain::{Good, Money, Quantity};
use leptos::prelude::*;

use crate::form_state::quantity_id;

/// What is wrong with a field, beside it. It is there, and empty, while nothing is: the form's island writes into it.
#[component]
pub fn FieldProblem(
    /// The element's id, for `aria-describedby`; its test id as well.
    id: String,
    /// The message.
    message: Option<String>,
) -> impl IntoView {
    let is_fine = message.is_none();
    view! {
        <p class="field-error" id=id.clone() data-testid=id hidden=is_fine>
            {message}
        </p>
    }
}

/// What a good adds to an order in which so many were typed.
#[must_use]
pub fn sum_of(good: &Good, typed: &str) -> Money {
    good.price.times(amount_of(typed)).unwrap_or_default()
}

/// How many are ordered; none while what is typed is no quantity.
#[must_use]
pub fn amount_of(typed: &str) -> i64 {
    Quantity::parse(typed).map_or(0, Quantity::get)
}

/// The row of one good.
#[component]
pub fn OrderLineField(
    /// The good.
    good: Good,
    /// What stands in its field.
    typed: String,
    /// What is wrong with it.
    message: Option<String>,
    /// Whether the browser puts the cursor here when the page has loaded.
    autofocus: bool,
) -> impl IntoView {
    let (slug, field_id) = (good.slug.clone(), quantity_id(&good.slug));
    let error_id = format!("error-{field_id}");
    let is_invalid = message.is_some().then_some("true");
    let is_chosen = amount_of(&typed) != 0;
    let sum = is_chosen.then(|| sum_of(&good, &typed).euros());
    view! {
        <li class="order-line" class:is-chosen=is_chosen data-good=slug.clone()>
            <div class="picture">
                <img src=good.picture() alt="" width="64" height="64" />
            </div>
            <div class="order-line-text">
                <label for=field_id.clone()>
                    <span class="visually-hidden">"Quantity of "</span>
                    {good.name}
                </label>
                <p class="order-line-price">
                    <span data-price="">{good.price.euros()}</span>
                    <span>{good.unit}</span>
                </p>
            </div>
            <p class="order-line-sum live" data-testid=format!("sum-{slug}") data-sum="">
                {sum}
            </p>
            <div class="stepper">
                // For pointers only: with a keyboard the field's own arrows are quicker.
                <button type="button" aria-hidden="true" tabindex="-1" data-step="-1">
                    "−"
                </button>
                <input
                    class="quantity"
                    id=field_id.clone()
                    data-testid=field_id
                    name=format!("quantity[{slug}]")
                    type="number"
                    inputmode="numeric"
                    min="0"
                    max=QUANTITY_MAX.to_string()
                    step="1"
                    placeholder="0"
                    value=typed
                    autofocus=autofocus
                    aria-invalid=is_invalid
                    aria-describedby=error_id.clone()
                />
                <button type="button" aria-hidden="true" tabindex="-1" data-step="1">
                    "+"
                </button>
            </div>
            // `autocomplete` keeps Back from putting an old price into a fresh form.
            <input
                type="hidden"
                name=format!("price[{slug}]")
                value=good.price.cents().to_string()
                autocomplete="off"
            />
            // The style sheet shows it while the browser itself cannot read a number in the field: then it posts
            // nothing.
            <p class="field-error quantity-hint">"Enter a whole number from 0 to 99."</p>
            <FieldProblem id=error_id message />
        </li>
    }
}
