//! `/order-new`: the order form.
//!
//! The form is plain HTML that posts to this address; where the page is hydrated, the same form calls the server
//! function instead and shows what is wrong without losing what was typed. The fields keep their own values: nothing
//! here writes into them, so what was typed before hydration or restored by Back stays and counts.

mod fields;
pub mod form;
mod open_form;
mod opening;

use leptos::prelude::*;

use super::data::ShopData;
use super::loaded::{Loading, loaded};
use crate::carried::carried;
use crate::components::{OrderFailure, Title};
use crate::router::use_query_map;
use crate::{FormState, api, response};
use form::OrderFormView;
use opening::Opening;

/// The page with the order form.
#[component]
pub fn OrderNewPage() -> impl IntoView {
    response::no_store();
    let start = carried(|| use_context::<FormState>().unwrap_or_else(FormState::empty));
    let failure = Signal::stored(start.failure);
    let query = use_query_map();
    let key = move || query.with(|query| Opening::of_query(query).to_key());
    let show = move |data: ShopData| {
        let mut start = start.clone();
        let opening = query.with_untracked(Opening::of_query);
        let note = opening.fill(&mut start, &data.goods, data.receipt.as_ref());
        view! { <OrderFormView goods=data.goods start note /> }.into_any()
    };
    view! {
        <Title text="New order · Pantry" />
        <h1>"New order"</h1>
        // Stands above the form, so that it is seen even where the goods cannot be shown either.
        <OrderFailure failure />
        {loaded(key, load, show)}
    }
}

fn load(key: String) -> Loading<ShopData> {
    Box::pin(async move {
        let goods = api::list_goods().await?;
        let receipt = match Opening::of_key(&key).again {
            again if again.is_empty() => None,
            again => api::find_receipt(again).await?,
        };
        Ok(ShopData { goods, receipt, ..ShopData::default() })
    })
}
