//! The page's elements, found by their ids and marks, and changed only where they would look another way: a screen
//! reader tells each change.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, NodeList};

/// The element with this id.
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// The field with this id.
pub fn input(id: &str) -> Option<HtmlInputElement> {
    by_id(id)?.dyn_into().ok()
}

/// The first element within that the selector names.
pub fn within(element: &Element, selector: &str) -> Option<Element> {
    element.query_selector(selector).ok().flatten()
}

/// All elements of the page that the selector names.
pub fn all(selector: &str) -> Vec<Element> {
    document().query_selector_all(selector).map(list).unwrap_or_default()
}

/// All elements within that the selector names.
pub fn all_within(element: &Element, selector: &str) -> Vec<Element> {
    element.query_selector_all(selector).map(list).unwrap_or_default()
}

fn list(found: NodeList) -> Vec<Element> {
    let at = |index| found.item(index)?.dyn_into().ok();
    (0..found.length()).filter_map(at).collect()
}

/// Gives the element this class, or takes it away.
pub fn set_class(element: &Element, class: &str, is_there: bool) {
    // Nothing but a class that is no name is refused.
    let _ = element.class_list().toggle_with_force(class, is_there);
}

/// Writes the text.
pub fn write(element: Option<Element>, text: &str) {
    if let Some(element) = element
        && element.text_content().as_deref() != Some(text)
    {
        element.set_text_content(Some(text));
    }
}

/// Shows or hides the element.
pub fn show(element: Option<Element>, is_shown: bool) {
    if let Some(element) = element {
        mark(&element, "hidden", (!is_shown).then_some(""));
    }
}

/// Writes the text, and hides the element where there is none.
pub fn tell(element: Option<Element>, text: Option<&str>) {
    show(element.clone(), text.is_some());
    write(element, text.unwrap_or_default());
}

/// Gives the element this attribute, or takes it away.
pub fn mark(element: &Element, attribute: &str, value: Option<&str>) {
    // Names and values are our own; no browser refuses them.
    let _ = match value {
        Some(value) => element.set_attribute(attribute, value),
        None => element.remove_attribute(attribute),
    };
}
