//! The one way in which a page waits for its data, with the one resource type of the whole app: every further type
//! would be compiled into the browser's module once more.
//!
//! On the server the page is sent when its data is there; what failed is a 503 and a clear message, never a blank.

use domain::report::Answer;
use domain::{Good, Letter, Letters, Receipt, Snapshot};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::pin::Pin;

use crate::components::Notice;
use crate::{LetterRefusal, ShopError, response};

/// What pages are made of; each page fills and reads its own part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageData {
    /// The goods that are sold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goods: Vec<Good>,
    /// The order that was asked for; `None` when there is none such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// The last orders of this browser.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Receipt>,
    /// The owner's figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// The owner's report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// The owner's time zone, and all there are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub time_zones: Vec<String>,
    /// The latest dead letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letters: Option<Letters>,
    /// The dead letter that was asked for; `None` when there is none such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<Letter>,
    /// What was wrong with one of its forms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter_refusal: Option<LetterRefusal>,
}

/// A page's data on its way.
pub type Loading = Pin<Box<dyn Future<Output = Result<PageData, ShopError>> + Send>>;

/// Loads what `key` names, again whenever it changes, and shows it.
pub fn loaded(
    key: impl Fn() -> String + Send + Sync + 'static,
    load: fn(String) -> Loading,
    show: impl Fn(PageData) -> AnyView + Clone + Send + Sync + 'static,
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
