//! One good of the order form: its name, price, and the field for how many, with what is wrong beside it.

use domain::order::QUANTITY_MAX;
use domain::{Field, FieldError, Good, Money, Problem, Quantity};
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

    /// What it adds to the total; nothing while what is typed is no quantity.
    #[must_use]
    pub fn sum(&self) -> Money {
        let quantity = self.typed.with(|typed| Quantity::parse(typed));
        let quantity = quantity.map_or(0, Quantity::get);
        self.price.get().times(quantity).unwrap_or_default()
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
    move || {
        let id = id.clone();
        message.get().map(|message| {
            view! {
                <p class="field-error" id=id.clone() data-testid=id>
                    {message}
                </p>
            }
        })
    }
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
    let describes = {
        let error_id = error_id.clone();
        move || message.get().map(|_| error_id.clone())
    };
    let (typed, price) = (line.typed, line.price);
    let as_shown = typed.get_untracked();
    let shown_cents = move || price.get().cents().to_string();
    let step = {
        let field_id = field_id.clone();
        move |by: i64| {
            let next = stepped(&typed.get_untracked(), by);
            browser::type_into(&field_id, &next);
            typed.set(next);
        }
    };
    let (fewer, more) = (step.clone(), step);
    let on_input = move |event: ev::Event| typed.set(event_target_value(&event));
    view! {
        <li class="order-line">
            <img src=line.good.picture() alt="" width="56" height="56" />
            <div class="order-line-text">
                <label for=field_id.clone()>
                    <span class="visually-hidden">"Quantity of "</span>
                    {line.good.name.clone()}
                </label>
                <p class="order-line-price">
                    <span>{line.good.unit.clone()}</span>
                    <span>{move || price.get().euros()}</span>
                </p>
            </div>
            <div class="stepper">
                // For pointers only: with a keyboard the field itself is quicker.
                <button type="button" aria-hidden="true" tabindex="-1" on:click=move |_| fewer(-1)>
                    "−"
                </button>
                <input
                    class="quantity"
                    id=field_id.clone()
                    data-testid=field_id
                    name=format!("quantity[{slug}]")
                    type="text"
                    inputmode="numeric"
                    placeholder="0"
                    value=as_shown
                    autofocus=autofocus
                    aria-invalid=move || message.get().map(|_| "true")
                    aria-describedby=describes
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
                value=shown_cents
                autocomplete="off"
            />
            <FieldMessage id=error_id message />
        </li>
    }
}

/// One more or one less than what is typed; where that is no quantity, counting begins at zero.
fn stepped(typed: &str, by: i64) -> String {
    let quantity = Quantity::parse(typed).map_or(0, Quantity::get);
    (quantity + by).clamp(0, i64::from(QUANTITY_MAX)).to_string()
}

/// Every good whose price the shop has meanwhile changed is shown at today's.
pub fn show_new_prices(lines: &[OrderLine], errors: &[FieldError]) {
    for error in errors {
        if let (Field::Quantity(slug), Problem::PriceChanged(today)) = (&error.field, &error.problem)
            && let Some(line) = lines.iter().find(|line| line.good.slug == *slug)
        {
            line.price.set(*today);
        }
    }
}
