//! The one way in which a page waits for its data. It is generic over what that is, but there are only two such types, the
//! shop's and the owner's: every further one would be compiled into the browser's module once more.
//!
//! On the server the page is sent when its data is there; what failed is a 503 and a clear message, never a blank.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::pin::Pin;

use crate::components::Notice;
use crate::{ShopError, response};

/// A page's data on its way.
pub type Loading<D> = Pin<Box<dyn Future<Output = Result<D, ShopError>> + Send>>;

/// Loads what `key` names, again whenever it changes, and shows it.
pub fn loaded<D: Clone + Serialize + DeserializeOwned + Send + Sync + 'static>(
    key: impl Fn() -> String + Send + Sync + 'static,
    load: fn(String) -> Loading<D>,
    show: impl Fn(D) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView {
    let resource = Resource::new_blocking(key, load);
    let body = move || {
        let show = show.clone();
        Suspend::new(async move {
            match resource.await {
                Ok(data) => show(data),
                Err(error) => failed(error),
            }
        })
    };
    view! { <Suspense fallback=waiting>{body}</Suspense> }.into_any()
}

fn waiting() -> AnyView {
    view! { <p class="waiting">"One moment…"</p> }.into_any()
}

fn failed(error: ShopError) -> AnyView {
    if error == ShopError::LoginRequired {
        return view! {
            <Notice title="You are not logged in">
                <p>{error.page_message()}</p>
                <p>
                    <a class="button" href="/admin/login" rel="external">
                        "Log in"
                    </a>
                </p>
            </Notice>
        }
        .into_any();
    }
    response::unavailable();
    view! {
        <section class="notice" role="alert">
            <h2>"The shop cannot show this now"</h2>
            <p>{error.page_message()}</p>
        </section>
    }
    .into_any()
}
