//! `/order-new`: the order form.
//!
//! The form is plain HTML that posts to this address; its island sends it instead, and shows what is wrong without
//! losing what was typed.

pub mod form;
mod opening;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::shown::shown;
use crate::components::{OrderFailure, Title};
use crate::{FormState, Shop, ShopError, response};
use domain::{Good, OrderToken, Receipt};
use form::OrderFormView;
use opening::Opening;

/// The page with the order form.
#[component]
pub fn OrderNewPage() -> impl IntoView {
    response::no_store();
    let start = use_context::<FormState>().unwrap_or_else(FormState::empty);
    let failure = start.failure;
    let opening = Opening::of_query(&use_query_map().read_untracked());
    let form = shown(load(opening.again.clone()), move |(goods, repeated)| {
        let mut start = start;
        let note = opening.fill(&mut start, &goods, repeated.as_ref());
        view! { <OrderFormView goods start note /> }
    });
    view! {
        <Title text="New order · Pantry" />
        <h1>"New order"</h1>
        // Stands above the form, so that it is seen even where the goods cannot be shown either.
        {failure.map(|failure| view! { <OrderFailure failure=Some(failure) id="failure" /> })}
        {form}
    }
}

/// The goods, and the order that is to be repeated.
async fn load(again: String) -> Result<(Vec<Good>, Option<Receipt>), ShopError> {
    let store = Shop::of_request()?.store;
    let goods = store.goods().await?;
    let repeated = match OrderToken::parse(&again) {
        Some(token) => store.receipt(&token).await?,
        None => None,
    };
    Ok((goods, repeated))
}
