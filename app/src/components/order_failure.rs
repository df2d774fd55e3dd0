//! Why an order was not confirmed, when that was no fault of the form.

use leptos::prelude::*;

use crate::ShopError;

/// The message that belongs to `failure`, read out as soon as it appears; nothing while there is none.
#[component]
pub fn OrderFailure(
    /// What went wrong.
    failure: Signal<Option<ShopError>>,
) -> impl IntoView {
    let message = move || {
        failure.get().map(|error| {
            view! {
                <p class="failure" data-testid="failure">
                    {error.order_message()}
                </p>
            }
        })
    };
    view! { <div role="alert">{message}</div> }
}
