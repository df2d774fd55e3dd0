//! `/order-new`: the order form.
//!
//! The form is plain HTML that posts to this address; where the page is hydrated, the same form calls the server
//! function instead and shows what is wrong without losing what was typed. The fields keep their own values: nothing
//! here writes into them, so what was typed before hydration or restored by Back stays and counts.

mod fields;
pub mod form;
mod open_form;

use leptos::prelude::*;
use leptos_meta::Title;

use super::loaded::{Loading, PageData, loaded};
use crate::components::OrderFailure;
use crate::{FormState, api, response};
use form::OrderFormView;

/// The page with the order form.
#[component]
pub fn OrderNewPage() -> impl IntoView {
    response::no_store();
    let start = SharedValue::new(|| use_context::<FormState>().unwrap_or_else(FormState::empty));
    let start = start.into_inner();
    let failure = Signal::stored(start.failure);
    view! {
        <Title text="New order · Pantry" />
        <h1>"New order"</h1>
        // Stands above the form, so that it is seen even where the goods cannot be shown either.
        <OrderFailure failure />
        {loaded(
            String::new,
            load,
            move |data| view! { <OrderFormView goods=data.goods start=start.clone() /> }.into_any(),
        )}
    }
}

fn load(_: String) -> Loading {
    Box::pin(async {
        let goods = api::list_goods().await?;
        Ok(PageData { goods, ..PageData::default() })
    })
}
