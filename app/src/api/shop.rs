//! What the shop's pages show: the goods, an order that was made, and the orders of this browser.

use domain::{Good, Receipt};
use leptos::prelude::*;

use super::compact::Compact;
use crate::ShopError;
use crate::browser::Caller;

/// Every good that is sold, in the order in which the shop shows them.
///
/// # Errors
/// When the database does not answer as it should.
#[server(endpoint = "goods", input = Compact, output = Compact, client = Caller)]
pub async fn list_goods() -> Result<Vec<Good>, ShopError> {
    let shop = crate::Shop::of_request()?;
    crate::api::answer(shop.store.goods().await)
}

/// The order with this token; `None` also for what is no token at all.
///
/// # Errors
/// When the database does not answer as it should.
#[server(endpoint = "receipt", input = Compact, output = Compact, client = Caller)]
pub async fn find_receipt(
    /// What stands in the address.
    token: String,
) -> Result<Option<Receipt>, ShopError> {
    let Some(token) = domain::OrderToken::parse(&token) else {
        return Ok(None);
    };
    let shop = crate::Shop::of_request()?;
    crate::api::answer(shop.store.receipt(&token).await)
}

/// The last orders of this browser, the latest first; none where its cookie is not the shop's own.
///
/// # Errors
/// When the database does not answer as it should.
#[server(endpoint = "my-orders", input = Compact, output = Compact, client = Caller)]
pub async fn my_orders() -> Result<Vec<Receipt>, ShopError> {
    let shop = crate::Shop::of_request()?;
    let orders = crate::my_orders::of_this_browser(&shop.store).await;
    crate::api::answer(shop.store.receipts(orders.tokens()).await)
}
