//! Why an order was not confirmed, when that was no fault of the form.

use leptos::prelude::*;

use crate::ShopError;

/// The message that belongs to `failure`, read out as soon as it appears; empty while there is none.
#[component]
pub fn OrderFailure(
    /// What went wrong.
    failure: Option<ShopError>,
    /// The id of the message; its test id as well.
    id: &'static str,
) -> impl IntoView {
    view! {
        <div role="alert">
            <p class="failure" id=id data-testid=id hidden=failure.is_none()>
                {failure.map(ShopError::order_message)}
            </p>
        </div>
    }
}
