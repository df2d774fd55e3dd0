//! The wasm entry: hydrate(), nothing else.

/// Takes over the HTML that the server sent. The page's own script calls it once the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(app::App);
}
