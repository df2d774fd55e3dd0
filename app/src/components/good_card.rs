//! One good on the front page.

use domain::Good;
use leptos::prelude::*;

/// A good's picture, name, description, unit and price, and the way to an order of it.
#[component]
pub fn GoodCard(
    /// The good.
    good: Good,
) -> impl IntoView {
    let picture = good.picture();
    let address = format!("/order-new?add={}", good.slug);
    view! {
        <li class="good-card" data-testid="good-card">
            <div class="picture">
                <img src=picture alt="" width="160" height="160" />
            </div>
            <div class="good-text">
                <h3>{good.name.clone()}</h3>
                <p class="good-description">{good.description}</p>
                <p class="good-price">
                    <strong>{good.price.euros()}</strong>
                    <span class="good-unit">{good.unit}</span>
                </p>
                <a class="button secondary add" href=address data-testid=format!("add-{}", good.slug)>
                    "Add"
                    <span class="visually-hidden">{format!(" {} to an order", good.name)}</span>
                </a>
            </div>
        </li>
    }
}
