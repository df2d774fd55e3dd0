//! The one way in which a page waits for its data. It is sent when its data is there; what failed is a 503 and a clear
//! message, never a blank.

use axum::http::request::Parts;
use leptos::prelude::*;

use crate::components::Notice;
use crate::{ShopError, response};

/// A page that has nothing to show is loaded again after this time.
const AGAIN_SECONDS: u32 = 30;

/// Shows what was loaded, or why it could not be.
pub(super) fn shown<D: 'static, V: IntoView + 'static>(
    load: impl Future<Output = Result<D, ShopError>> + Send + 'static,
    show: impl FnOnce(D) -> V + Send + 'static,
) -> AnyView {
    shown_below(true, load, show)
}

/// Like [`shown`], of a page that has no heading without its data.
pub(super) fn shown_alone<D: 'static, V: IntoView + 'static>(
    load: impl Future<Output = Result<D, ShopError>> + Send + 'static,
    show: impl FnOnce(D) -> V + Send + 'static,
) -> AnyView {
    shown_below(false, load, show)
}

fn shown_below<D: 'static, V: IntoView + 'static>(
    has_heading: bool,
    load: impl Future<Output = Result<D, ShopError>> + Send + 'static,
    show: impl FnOnce(D) -> V + Send + 'static,
) -> AnyView {
    let request = use_context::<Parts>();
    let address = request.and_then(|parts| parts.uri.path_and_query().map(ToString::to_string)).unwrap_or_default();
    Suspend::new(async move {
        match load.await {
            Ok(data) => show(data).into_any(),
            Err(error) => failed(error, address, has_heading),
        }
    })
    .into_any()
}

/// What stands in place of a page's content, until it is loaded again by itself; `address` is the page's.
fn failed(error: ShopError, address: String, has_heading: bool) -> AnyView {
    let again = move |name: &'static str| {
        view! {
            <p>
                <a class="button" href=address>
                    {name}
                </a>
            </p>
        }
    };
    if error == ShopError::LoginRequired {
        return view! {
            <Notice title="You are not logged in">
                <p>{error.page_message()}</p>
                {again("Log in")}
            </Notice>
        }
        .into_any();
    }
    response::unavailable();
    let title = "The shop cannot show this now";
    let title = if has_heading { view! { <h2>{title}</h2> }.into_any() } else { view! { <h1>{title}</h1> }.into_any() };
    view! {
        <section class="notice" role="alert" data-refresh-seconds=AGAIN_SECONDS>
            {title}
            <p>{error.page_message()}</p>
            {again("Load this page again")}
        </section>
    }
    .into_any()
}
