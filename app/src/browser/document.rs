//! Reads form fields as they stand, writes into one where a customer's click asks for it, moves the focus, prints the
//! page and loads it again.

use super::caller::awaited;
use super::history::present_address;
use leptos::prelude::{document, location, set_timeout, window};
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement, RequestInit, Response};

/// What stands for something typed into a number field that is no number: the browser keeps the text to itself.
const UNREADABLE: &str = "?";

/// What stands in the field with this id; never nothing where a customer sees something.
pub fn typed_in(id: &str) -> Option<String> {
    let input = input(id)?;
    Some(if input.validity().bad_input() { UNREADABLE.to_owned() } else { input.value() })
}

/// Puts `text` in place of what stands in the field with this id.
pub fn type_into(id: &str, text: &str) {
    if let Some(input) = input(id) {
        input.set_value(text);
    }
}

/// Whether the box with this id is ticked.
pub fn is_ticked(id: &str) -> bool {
    input(id).is_some_and(|input| input.checked())
}

/// Posts the form with this id as a browser without JavaScript does: a new page answers.
pub fn post_form(id: &str) {
    let form = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlFormElement>().ok());
    if let Some(form) = form {
        // A form that cannot be sent stays, with its message.
        let _ = form.submit();
    }
}

/// Loads the page again in so many seconds, while that is wanted, and not before the shop answers: a browser's own page
/// of errors would never go.
pub fn load_again_once_there(seconds: u32, is_wanted: impl Fn() -> bool + 'static) {
    let ask = move || {
        spawn_local(async move {
            if !is_wanted() {
                return;
            }
            if answered().await.is_some() && is_wanted() {
                // A browser that refuses leaves the page as it is; it says itself what to do.
                let _ = location().reload();
            } else {
                load_again_once_there(seconds, is_wanted);
            }
        });
    };
    set_timeout(ask, Duration::from_secs(seconds.into()));
}

/// What is there at the page's address, whatever it says; nothing where the shop is not reached.
async fn answered() -> Option<JsValue> {
    let init = RequestInit::new();
    init.set_method("HEAD");
    let head = awaited(window().fetch_with_str_and_init(&present_address(), &init)).await?;
    // To its end: what is still on its way when a page goes is told as having failed.
    awaited(head.unchecked_into::<Response>().array_buffer().ok()?).await
}

/// Opens the browser's dialogue for printing.
pub fn print_page() {
    // A browser that cannot print does nothing.
    let _ = window().print();
}

/// Puts the cursor into the element with this id.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // An element that cannot take the focus leaves it where it is; its message is shown all the same.
        let _ = element.focus();
    }
}

fn input(id: &str) -> Option<HtmlInputElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
