//! The one way in which a page waits for its data. It is generic over what that is, but there are only two such types,
//! the shop's and the owner's: every further one would be compiled into the browser's module once more.
//!
//! On the server the page is sent when its data is there; what failed is a 503 and a clear message, never a blank.

use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;
#[cfg(not(feature = "ssr"))]
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::pin::Pin;

use crate::browser::load_again_once_there;
#[cfg(not(feature = "ssr"))]
use crate::carried::received;
#[cfg(feature = "ssr")]
use crate::carried::sent_later;
use crate::components::Notice;
#[cfg(not(feature = "ssr"))]
use crate::router::Preparation;
use crate::router::{Location, use_location};
use crate::{Page, ShopError, response};

/// A page that has nothing to show is loaded again after this time.
const AGAIN_SECONDS: u32 = 30;

/// A page's data on its way.
pub type Loading<D> = Pin<Box<dyn Future<Output = Result<D, ShopError>> + Send>>;

/// Loads what `key` names, again whenever it changes, and shows it.
pub fn loaded<D: Clone + Serialize + DeserializeOwned + Send + Sync + 'static>(
    key: impl Fn() -> String + Send + Sync + 'static,
    load: fn(String) -> Loading<D>,
    show: impl Fn(D) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let here = use_location();
    #[cfg(feature = "ssr")]
    {
        let loading = sent_later(load(untrack(key)));
        Suspend::new(async move { shown(loading.await, show, here) }).into_any()
    }
    #[cfg(not(feature = "ssr"))]
    {
        let data = kept(key, load);
        view! {
            {move || match data.get() {
                Some(data) => shown(data, &show, here),
                None => waiting(),
            }}
        }
        .into_any()
    }
}

/// The data of `key`: what came with the page, or what the server answers; nothing while it does not.
#[cfg(not(feature = "ssr"))]
fn kept<D: DeserializeOwned + Send + Sync + 'static>(
    key: impl Fn() -> String + Send + Sync + 'static,
    load: fn(String) -> Loading<D>,
) -> RwSignal<Option<Result<D, ShopError>>> {
    let data = RwSignal::new(received());
    if data.with_untracked(Option::is_none)
        && let Some(preparation) = use_context::<Preparation>()
    {
        let loading = load(untrack(&key));
        preparation.wait_for(async move {
            data.try_set(Some(loading.await));
        });
    }
    let latest = StoredValue::new(0);
    Effect::new(move |last: Option<String>| {
        let next = key();
        if last.is_some_and(|last| last != next) {
            data.set(None);
            let number = latest.get_value() + 1;
            latest.set_value(number);
            let loading = load(next.clone());
            spawn_local(async move {
                let answer = loading.await;
                // The page is gone, or its key is another one by now.
                if latest.try_get_value() == Some(number) {
                    data.set(Some(answer));
                }
            });
        }
        next
    });
    data
}

fn shown<D>(data: Result<D, ShopError>, show: impl Fn(D) -> AnyView, here: Location) -> AnyView {
    match data {
        Ok(data) => show(data),
        Err(error) => failed(error, untrack(|| here.address())),
    }
}

#[cfg(not(feature = "ssr"))]
fn waiting() -> AnyView {
    view! { <p class="waiting">"One moment…"</p> }.into_any()
}

/// What stands in place of a page without data, until it is loaded again by itself; `address` is the page's.
fn failed(error: ShopError, address: String) -> AnyView {
    let has_heading = Page::of_path(address.split('?').next().unwrap_or_default()).0.has_heading();
    // Loaded whole, so that the server can lead to the log-in and back.
    let again = move |name: &'static str| {
        view! {
            <p>
                <a class="button" href=address rel="external">
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
    // No h1: an element of its own here draws much of the owner's part into every page's module.
    let level = custom_attribute("aria-level", (!has_heading).then_some("1"));
    let here = StoredValue::new(());
    Effect::new(move |_| load_again_once_there(AGAIN_SECONDS, move || here.try_get_value().is_some()));
    view! {
        <section class="notice" role="alert">
            <h2 {..level}>"The shop cannot show this now"</h2>
            <p>{error.page_message()}</p>
            {again("Load this page again")}
        </section>
    }
    .into_any()
}
