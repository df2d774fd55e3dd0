//! The line of a tile: how its figure went, without a scale. Called by the tiles.

use crate::components::shape::{SLOT, line};
use leptos::prelude::*;

/// How high the line is at most.
pub(super) const SPARK_PIXELS: i64 = 28;
/// With room for its own thickness.
const HEIGHT: i64 = SPARK_PIXELS + 4;

/// The line through these heights, in pixels; interrupted where nothing is known.
pub(super) fn sparkline(heights: &[Option<i64>]) -> AnyView {
    let width = heights.len().max(1) * SLOT;
    view! {
        <svg width="100%" height=HEIGHT viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none">
            <path class="spark" d=line(heights, HEIGHT - 2)></path>
        </svg>
    }
    .into_any()
}
