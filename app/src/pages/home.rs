//! `/`: what Pantry is, the goods, and the way to an order.

use domain::Good;
use leptos::prelude::*;

use super::shown::shown;
use crate::components::{GoodCard, Title};
use crate::{Shop, ShopError};

/// The pictures on the shelf beside the welcome.
const ON_THE_SHELF: [&str; 4] = ["/goods/flour.svg", "/goods/oil.svg", "/goods/tea.svg", "/goods/beans.svg"];

/// The shop's front page.
#[component]
pub fn HomePage() -> impl IntoView {
    let shelf = ON_THE_SHELF.map(|picture| view! { <img src=picture alt="" width="160" height="160" /> }.into_any());
    view! {
        <Title text="Pantry: the essentials, and nothing else" />
        <section class="hero">
            <div class="hero-text">
                <h1>"The essentials, and nothing else"</h1>
                <p class="lead">
                    "Pantry is a small shop for the ten things that every kitchen runs out of. Say how many you need; we \
                     put the box together."
                </p>
                <ul class="hero-facts">
                    <li>"Fair prices, the same for everyone"</li>
                    <li>"No account: an e-mail address is enough"</li>
                    <li>"Pay now, or order on credit"</li>
                </ul>
            </div>
            <div class="shelf" aria-hidden="true">
                {shelf.collect_view()}
            </div>
        </section>
        {shown(load(), show)}
    }
}

async fn load() -> Result<Vec<Good>, ShopError> {
    Ok(Shop::of_request()?.store.goods().await?)
}

fn show(goods: Vec<Good>) -> AnyView {
    let cards: Vec<_> = goods.into_iter().map(|good| view! { <GoodCard good /> }.into_any()).collect();
    view! {
        <section aria-labelledby="goods-title">
            <h2 id="goods-title">"On our shelves"</h2>
            <ul class="goods">{cards}</ul>
        </section>
    }
    .into_any()
}
