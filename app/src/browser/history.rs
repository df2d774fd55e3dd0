//! The browser's history, and the clicks that would make it load a page: those on links within the shop are left to
//! the shop's own router, as long as the customer asked for nothing else, such as a new tab.

use super::document::focus;
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// The id of what changes from page to page.
const CONTENT: &str = "main";

/// How a journey to another address began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journey {
    /// By a link, or by the shop itself: the browser learns the new address, and the page is shown from its top.
    Onward,
    /// By a link marked `data-noscroll`: what it changes stands where the customer is looking.
    InPlace,
    /// By the browser's own buttons: it has the address already, and scrolls by itself.
    Along,
}

/// Where the document is: path, query and hash.
pub fn present_address() -> String {
    let location = location();
    [location.pathname(), location.search(), location.hash()].map(Result::unwrap_or_default).concat()
}

/// Calls `go` for each click on a link within the shop, and for each step through the history.
pub fn listen_to_history(go: impl Fn(String, Journey) + Copy + 'static) {
    let clicks = window_event_listener(ev::click, move |event| {
        if let Some((address, journey)) = link_clicked(&event) {
            event.prevent_default();
            go(address, journey);
        }
    });
    let steps = window_event_listener(ev::popstate, move |_| go(present_address(), Journey::Along));
    on_cleanup(move || {
        clicks.remove();
        steps.remove();
    });
}

/// The address of the link that a plain click is on, where it is the shop's to follow.
fn link_clicked(event: &MouseEvent) -> Option<(String, Journey)> {
    let is_plain = !event.default_prevented()
        && event.button() == 0
        && !(event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key());
    let element = event.target()?.dyn_into::<Element>().ok().filter(|_| is_plain)?;
    let link = element.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    let is_ours = link.target().is_empty()
        && !link.has_attribute("download")
        && !link.rel().split_ascii_whitespace().any(|word| word == "external")
        && location().origin().is_ok_and(|origin| origin == link.origin());
    let journey = if link.has_attribute("data-noscroll") { Journey::InPlace } else { Journey::Onward };
    is_ours.then(|| ([link.pathname(), link.search(), link.hash()].concat(), journey))
}

/// The document is at this address now; where it was already, the history stays as it is.
pub fn show_address(address: &str) {
    if present_address() == address {
        return;
    }
    if let Ok(history) = window().history() {
        // A browser that refuses keeps the old address; the page is the new one all the same.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// To the element with this id, or to the top where there is none. There the next press of the tabulator begins at the
/// page's own content, and a screen reader reads on from there.
pub fn scroll_to(id: &str) {
    match document().get_element_by_id(id) {
        Some(element) if !id.is_empty() => element.scroll_into_view(),
        _ => {
            focus(CONTENT);
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    }
}
