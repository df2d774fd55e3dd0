//! `/my-orders`: the last orders of this browser, each leading to its receipt. There is no account behind it: the
//! browser keeps their list in a cookie of the shop's, and may forget it.

use domain::Receipt;
use leptos::prelude::*;

use super::shown::shown;
use crate::components::{OrderEntry, Title};
use crate::{Shop, ShopError, my_orders, response};

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
        {shown(load(), show)}
    }
}

/// The latest first; none where the browser's cookie is not the shop's own.
async fn load() -> Result<Vec<Receipt>, ShopError> {
    let store = Shop::of_request()?.store;
    let orders = my_orders::of_this_browser(&store).await;
    Ok(store.receipts(orders.tokens()).await?)
}

fn show(receipts: Vec<Receipt>) -> AnyView {
    if receipts.is_empty() {
        return nothing();
    }
    let orders: Vec<_> = receipts.into_iter().map(|order| view! { <OrderEntry order /> }.into_any()).collect();
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
