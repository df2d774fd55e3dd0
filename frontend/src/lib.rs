//! The wasm entry: hydrate(), nothing else.

/// Takes over the HTML that the server sent. The page's own script calls it once the module is loaded. An owner's page
/// waits for its part first, so that every page is taken over in one go, and nothing is compiled for doing it bit by
/// bit.
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    app::load_page().await;
    leptos::mount::hydrate_body(app::App);
}
