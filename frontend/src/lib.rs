//! The wasm entry: hydrate(), nothing else.

// Or the islands are not linked.
use app as _;

/// Readies the module; the page's own script then hands each island to the function that has its name.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
