//! `/my-orders`: the last orders of this browser, each leading to its receipt. There is no account behind it: the
//! browser keeps their list in a cookie of the shop's, and may forget it.

use leptos::prelude::*;

use super::data::ShopData;
use super::loaded::{Loading, loaded};
use crate::components::{OrderEntry, Title};
use crate::{api, response};

/// The page's address.
pub const ADDRESS: &str = "/my-orders";
/// Where its form posts to, after which this browser knows of no orders.
pub const FORGET_ADDRESS: &str = "/my-orders/forget";

/// The page.
#[component]
pub fn MyOrdersPage() -> impl IntoView {
    response::no_store();
    view! {
        <Title text="My orders · Pantry" />
        <h1>"My orders"</h1>
        {loaded(String::new, load, show)}
    }
}

fn load(_: String) -> Loading<ShopData> {
    Box::pin(async {
        let receipts = api::my_orders().await?;
        Ok(ShopData { receipts, ..ShopData::default() })
    })
}

fn show(data: ShopData) -> AnyView {
    if data.receipts.is_empty() {
        return nothing();
    }
    let orders: Vec<_> = data.receipts.into_iter().map(|order| view! { <OrderEntry order /> }.into_any()).collect();
    view! {
        <p class="lead">"The last orders that were made in this browser."</p>
        <ul class="order-entries">{orders}</ul>
        <form class="forget" method="post" action=FORGET_ADDRESS>
            <p>"Is this not your own device? The orders stay; only this list goes."</p>
            <button class="button secondary" type="submit">
                "Forget them here"
            </button>
        </form>
    }
    .into_any()
}

fn nothing() -> AnyView {
    view! {
        <section class="empty" data-testid="no-orders">
            <img src="/empty-shelf.svg" alt="" width="240" height="150" />
            <h2>"Nothing here yet"</h2>
            <p>
                "The orders that you make in this browser are listed here, so that you find each receipt again. The list \
                 lives in this browser alone."
            </p>
            <p>
                <a class="button secondary" href="/">
                    "Look at the shelves"
                </a>
            </p>
        </section>
    }
    .into_any()
}
