//! One good on the front page.

use domain::Good;
use leptos::prelude::*;

/// A good's picture, name, description, unit and price.
#[component]
pub fn GoodCard(
    /// The good.
    good: Good,
) -> impl IntoView {
    view! {
        <li class="good-card" data-testid="good-card">
            <img src=good.picture() alt="" width="160" height="160" />
            <div class="good-text">
                <h3>{good.name}</h3>
                <p class="good-description">{good.description}</p>
                <p class="good-price">
                    <strong>{good.price.euros()}</strong>
                    <span class="good-unit">{good.unit}</span>
                </p>
            </div>
        </li>
    }
}
