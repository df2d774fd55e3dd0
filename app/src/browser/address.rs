//! The address of the page, and the way to another one.

use leptos::prelude::{location, set_timeout, window};
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response};

/// Loads the page at this address of the shop.
pub fn go_to(address: &str) {
    // A browser that refuses leaves the page as it is.
    let _ = location().assign(address);
}

/// Loads the page again; browsers keep what was typed.
pub fn load_again() {
    // A browser that refuses leaves the page as it is.
    let _ = location().reload();
}

/// What stands after the question mark of the page's address, without it.
#[must_use]
pub fn present_query() -> String {
    location().search().unwrap_or_default().trim_start_matches('?').to_owned()
}

/// The stream that the page is of; `None`: another page.
#[must_use]
pub fn present_topic() -> Option<String> {
    location().pathname().ok()?.strip_prefix("/admin/streams/").map(str::to_owned)
}

/// Gives the page another query, which Back takes back. Nothing is loaded.
pub fn show_query(query: &str) {
    if let Ok(history) = window().history() {
        // A browser that refuses keeps the old address; the page is the new one all the same.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&format!("?{query}")));
    }
}

/// Loads the page again in so many seconds, and not before the shop answers: a browser's own page of errors would never
/// go.
pub fn load_again_once_there(seconds: u32) {
    let ask = move || {
        spawn_local(async move {
            if answered().await.is_some() {
                load_again();
            } else {
                load_again_once_there(seconds);
            }
        });
    };
    set_timeout(ask, Duration::from_secs(seconds.into()));
}

/// What is there at the page's address, whatever it says; nothing where the shop is not reached.
async fn answered() -> Option<JsValue> {
    let init = RequestInit::new();
    init.set_method("HEAD");
    let address = location().href().ok()?;
    let head = JsFuture::from(window().fetch_with_str_and_init(&address, &init)).await.ok()?;
    // To its end: what is still on its way when a page goes is told as having failed.
    JsFuture::from(head.unchecked_into::<Response>().array_buffer().ok()?).await.ok()
}
