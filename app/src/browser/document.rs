//! Reads form fields as they stand, writes into one where a customer's click asks for it, and moves the focus.

use leptos::prelude::{document, location, set_timeout, window};
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement};

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

/// Loads the page again.
pub fn load_again() {
    // A browser that refuses leaves the page as it is; it says itself that it is an old one.
    let _ = location().reload();
}

/// Does something once, in so many seconds.
pub fn do_in(seconds: u32, what: impl FnOnce() + 'static) {
    set_timeout(what, Duration::from_secs(seconds.into()));
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
