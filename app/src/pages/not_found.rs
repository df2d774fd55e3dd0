//! What is shown where there is no page, and where a page's address names nothing: always with status 404.

use leptos::prelude::*;

use crate::components::{Notice, Title};
use crate::response;

/// The page of an unknown path.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    response::not_found();
    view! {
        <Title text="Page not found · Pantry" />
        <Notice title="This shelf is empty">
            <p>"There is no page at this address. It may have been mistyped, or it has moved. All that we sell is one click away."</p>
        </Notice>
    }
}
