//! Why an order was not confirmed, when that was no fault of the form.

use leptos::prelude::*;

use crate::ShopError;

/// The message that belongs to `failure`, read out as soon as it appears; nothing while there is none.
#[component]
pub fn OrderFailure(
    /// What went wrong.
    failure: Signal<Option<ShopError>>,
) -> impl IntoView {
    view! { <div role="alert">{move || message(failure.get())}</div> }
}

fn message(failure: Option<ShopError>) -> AnyView {
    let Some(error) = failure else { return ().into_any() };
    view! {
        <p class="failure" data-testid="failure">
            {error.order_message()}
        </p>
    }
    .into_any()
}
