//! `/`: the goods, and the way to an order.

use leptos::prelude::*;
use leptos_meta::Title;

use super::loaded::{Loading, PageData, loaded};
use crate::api;
use crate::components::GoodCard;

/// The shop's front page.
#[component]
pub fn HomePage() -> impl IntoView {
    view! {
        <Title text="Pantry: the essentials, and nothing else" />
        <section class="hero">
            <h1>"The essentials, and nothing else"</h1>
            <p class="lead">
                "Good things that every kitchen needs, at fair prices. Say how many; we put the box together."
            </p>
            <a class="button" href="/order-new">
                "New order"
            </a>
        </section>
        {loaded(String::new, load, show)}
    }
}

fn load(_: String) -> Loading {
    Box::pin(async {
        let goods = api::list_goods().await?;
        Ok(PageData { goods, ..PageData::default() })
    })
}

fn show(data: PageData) -> AnyView {
    let cards: Vec<_> = data.goods.into_iter().map(|good| view! { <GoodCard good /> }).collect();
    view! {
        <section aria-labelledby="goods-title">
            <h2 id="goods-title">"On our shelves"</h2>
            <ul class="goods">{cards}</ul>
        </section>
    }
    .into_any()
}
