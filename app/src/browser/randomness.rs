//! Random bits for a form that the browser renders by itself.

use leptos::prelude::window;

/// 128 bits nobody can guess, from `crypto.getRandomValues`.
pub fn random_bits() -> u128 {
    let mut bits = [0; 16];
    window()
        .crypto()
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bits))
        .expect("every browser that runs WebAssembly has crypto.getRandomValues");
    u128::from_ne_bytes(bits)
}
