//! `/order-new-complete?order=TOKEN`: an order that was made. A token that names none is a 404, whatever it looks like.

use leptos::prelude::*;

use super::data::ShopData;
use super::loaded::{Loading, loaded};
use crate::components::{Notice, ReceiptView, Title};
use crate::router::use_query_map;
use crate::{FeedbackRefusal, api, response};

/// The page on which a new order ends.
#[component]
pub fn OrderNewCompletePage() -> impl IntoView {
    response::no_store();
    let query = use_query_map();
    let token = move || query.with(|query| query.get("order").unwrap_or_default());
    view! {
        <Title text="Your order · Pantry" />
        {loaded(token, load, show)}
    }
}

fn load(token: String) -> Loading<ShopData> {
    let feedback_refusal = use_context::<FeedbackRefusal>();
    Box::pin(async move {
        let receipt = api::find_receipt(token).await?;
        Ok(ShopData { receipt, feedback_refusal, ..ShopData::default() })
    })
}

fn show(data: ShopData) -> AnyView {
    match data.receipt {
        Some(receipt) => view! { <ReceiptView receipt refusal=data.feedback_refusal /> }.into_any(),
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
