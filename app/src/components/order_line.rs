//! One good of the order form: its name, price, and the field for how many, with what is wrong beside it.

use domain::order::QUANTITY_MAX;
use domain::{Field, FieldError, Good, Money, Quantity};
use leptos::ev;
use leptos::prelude::*;

use crate::browser;

/// A good of the form with what changes while it is filled in.
#[derive(Clone, Debug)]
pub struct OrderLine {
    /// The good as the server showed it.
    pub good: Good,
    /// What stands in its quantity field.
    pub typed: RwSignal<String>,
    /// Its price as it is shown now; a rejected order may bring another.
    pub price: RwSignal<Money>,
}

impl OrderLine {
    /// A line in which `typed` stands already.
    #[must_use]
    pub fn new(good: Good, typed: &str) -> OrderLine {
        OrderLine { typed: RwSignal::new(typed.to_owned()), price: RwSignal::new(good.price), good }
    }

    /// The id of its quantity field.
    #[must_use]
    pub fn field_id(&self) -> String {
        format!("quantity-{}", self.good.slug)
    }

    /// How many are ordered; none while what is typed is no quantity.
    #[must_use]
    pub fn amount(&self) -> i64 {
        self.typed.with(|typed| Quantity::parse(typed)).map_or(0, Quantity::get)
    }

    /// What it adds to the total.
    #[must_use]
    pub fn sum(&self) -> Money {
        self.price.get().times(self.amount()).unwrap_or_default()
    }
}

/// The message for `field`, when something is wrong with it.
#[must_use]
pub fn message_of(errors: &[FieldError], field: &Field) -> Option<String> {
    errors.iter().find(|error| error.field == *field).map(|error| error.problem.to_string())
}

/// What is wrong with a field, beside it; nothing while nothing is.
#[component]
pub fn FieldMessage(
    /// The element's id, for `aria-describedby`; its test id as well.
    id: String,
    /// The message.
    message: Signal<Option<String>>,
) -> impl IntoView {
    view! { {move || field_message(message.get(), &id)} }
}

fn field_message(message: Option<String>, id: &str) -> AnyView {
    let Some(message) = message else { return ().into_any() };
    view! {
        <p class="field-error" id=id.to_owned() data-testid=id.to_owned()>
            {message}
        </p>
    }
    .into_any()
}

/// The row of one good.
#[component]
pub fn OrderLineField(
    /// The good.
    line: OrderLine,
    /// Everything that is wrong with the form.
    errors: RwSignal<Vec<FieldError>>,
    /// Whether the browser puts the cursor here when the page has loaded.
    autofocus: bool,
) -> impl IntoView {
    let slug = line.good.slug.clone();
    let field_id = line.field_id();
    let error_id = format!("error-quantity-{slug}");
    let field = Field::Quantity(slug.clone());
    let message = Signal::derive(move || errors.with(|errors| message_of(errors, &field)));
    let described_by = error_id.clone();
    let (typed, price) = (line.typed, line.price);
    let as_shown = typed.get_untracked();
    let is_chosen = line.clone();
    let step = {
        let field_id = field_id.clone();
        move |by: i64| {
            let next = stepped(&typed.get_untracked(), by);
            browser::type_into(&field_id, &next);
            typed.set(next);
        }
    };
    let (fewer, more) = (step.clone(), step);
    let on_input = {
        let field_id = field_id.clone();
        move |_: ev::Event| typed.set(browser::typed_in(&field_id).unwrap_or_default())
    };
    let sum = {
        let line = line.clone();
        move || match line.amount() {
            0 => String::new(),
            _ => line.sum().euros(),
        }
    };
    let sum_id = format!("sum-{slug}");
    view! {
        <li class="order-line" class:is-chosen=move || is_chosen.amount() != 0>
            <div class="picture">
                <img src=line.good.picture() alt="" width="64" height="64" />
            </div>
            <div class="order-line-text">
                <label for=field_id.clone()>
                    <span class="visually-hidden">"Quantity of "</span>
                    {line.good.name.clone()}
                </label>
                <p class="order-line-price">
                    <span>{move || price.get().euros()}</span>
                    <span>{line.good.unit.clone()}</span>
                </p>
            </div>
            <p class="order-line-sum live" data-testid=sum_id>
                {move || sum()}
            </p>
            <div class="stepper">
                // For pointers only: with a keyboard the field's own arrows are quicker.
                <button type="button" aria-hidden="true" tabindex="-1" on:click=move |_| fewer(-1)>
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
                    value=as_shown
                    autofocus=autofocus
                    aria-invalid=move || message.get().map(|_| "true")
                    aria-describedby=move || message.get().map(|_| described_by.clone())
                    on:input=on_input
                />
                <button type="button" aria-hidden="true" tabindex="-1" on:click=move |_| more(1)>
                    "+"
                </button>
            </div>
            // `autocomplete` keeps Back from putting an old price into a fresh form.
            <input
                type="hidden"
                name=format!("price[{slug}]")
                value=move || price.get().cents().to_string()
                autocomplete="off"
            />
            // The style sheet shows it while the browser itself cannot read a number in the field: then it posts
            // nothing.
            <p class="field-error quantity-hint">"Enter a whole number from 0 to 99."</p>
            <FieldMessage id=error_id message />
        </li>
    }
}

/// One more or one less than what is typed; where that is no quantity, counting begins at zero.
fn stepped(typed: &str, by: i64) -> String {
    let quantity = Quantity::parse(typed).map_or(0, Quantity::get);
    (quantity + by).clamp(0, i64::from(QUANTITY_MAX)).to_string()
}

#[cfg(test)]
mod tests {
    use super::stepped;

    #[test]
    fn steps_stay_between_none_and_the_most() {
        let cases = [("", 1, "1"), ("", -1, "0"), ("7", -1, "6"), ("99", 1, "99"), ("abc", 1, "1")];
        for (typed, by, expected) in cases {
            assert_eq!(stepped(typed, by), expected, "{typed} {by}");
        }
    }
}
