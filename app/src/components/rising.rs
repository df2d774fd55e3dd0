//! A figure that the dashboard's island lets count up to its next value, so that the eye sees what moved. The exact one
//! stands in the document all the while, for screen readers and for whoever copies it. Called by the dashboard's
//! figures and tiles.

use crate::number::Unit;
use leptos::prelude::*;

/// The figure in words; `None` is a dash.
pub(super) fn rising(value: Option<i64>, unit: Unit, test_id: &'static str) -> AnyView {
    let words = value.map_or_else(|| "–".to_owned(), |value| unit.words(value));
    view! {
        <span data-testid=test_id data-unit=unit.name() data-value=value.map(|value| value.to_string())>
            {words}
        </span>
    }
    .into_any()
}
