//! `/order-new-complete?order=TOKEN`: an order that was made. A token that names none is a 404, whatever it looks like.

use domain::{OrderToken, Receipt};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::shown::shown_alone;
use crate::components::{Notice, ReceiptView, Title};
use crate::{FeedbackRefusal, Shop, ShopError, response};

/// The page on which a new order ends.
#[component]
pub fn OrderNewCompletePage() -> impl IntoView {
    response::no_store();
    let token = use_query_map().read_untracked().get("order").unwrap_or_default();
    let refusal = use_context::<FeedbackRefusal>();
    view! {
        <Title text="Your order · Pantry" />
        {shown_alone(load(token), |receipt| show(receipt, refusal))}
    }
}

async fn load(token: String) -> Result<Option<Receipt>, ShopError> {
    let Some(token) = OrderToken::parse(&token) else {
        return Ok(None);
    };
    Ok(Shop::of_request()?.store.receipt(&token).await?)
}

fn show(receipt: Option<Receipt>, refusal: Option<FeedbackRefusal>) -> AnyView {
    match receipt {
        Some(receipt) => view! { <ReceiptView receipt refusal /> }.into_any(),
        None => {
            response::not_found();
            view! {
                <Notice title="We cannot find this order">
                    <p>
                        "No order belongs to this address. Check that it is complete: every letter and digit counts."
                    </p>
                </Notice>
            }
            .into_any()
        }
    }
}
