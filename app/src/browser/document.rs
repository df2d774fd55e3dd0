//! Reads form fields as they stand, writes into one where a customer's click asks for it, and moves the focus.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

/// What stands in the field with this id.
pub fn typed_in(id: &str) -> Option<String> {
    input(id).map(|input| input.value())
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
