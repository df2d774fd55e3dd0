//! Where a pointer is over something that is divided into slots, such as a chart.

use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// The slot under the pointer, of so many beside each other over the whole width of the event's element.
pub fn slot_at(event: &PointerEvent, slots: usize) -> Option<usize> {
    let bounds = event.target()?.dyn_into::<Element>().ok()?.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
    // A float that is no slot becomes the first or the last one.
    (slots > 0).then(|| ((share * slots as f64) as usize).min(slots - 1))
}
