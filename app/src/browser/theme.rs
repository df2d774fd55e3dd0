//! Shows the page in other colours at once, and keeps the choice for the next page.

use crate::Theme;
use leptos::prelude::{document, location};
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

/// Changes the document and its cookie.
pub fn show_theme(theme: Theme) {
    let document = document();
    if let Some(root) = document.document_element() {
        // A document that refuses the attribute stays as it is; so it does without JavaScript.
        let _ = root.set_attribute("data-theme", theme.name());
    }
    let is_https = location().protocol().is_ok_and(|protocol| protocol == "https:");
    if let Ok(document) = document.dyn_into::<HtmlDocument>() {
        // Where cookies are refused the choice holds for this page.
        let _ = document.set_cookie(&theme.cookie(is_https));
    }
}
