//! A figure that counts up to its next value, so that the eye sees what moved. The exact one stands in the document all
//! the while, for screen readers and for whoever copies it. Called by the dashboard's figures and tiles.

use crate::browser::{may_move, rise};
use leptos::prelude::*;

/// The figure in words; `None` is a dash.
pub(super) fn rising(value: Signal<Option<i64>>, words: fn(i64) -> String, test_id: &'static str) -> AnyView {
    let on_the_way = RwSignal::new(None);
    let rises = StoredValue::new(0);
    Effect::new(move |last: Option<Option<i64>>| {
        let next = value.get();
        let number = rises.get_value() + 1;
        rises.set_value(number);
        match (last.flatten(), next) {
            (Some(last), Some(next)) if last < next && may_move() => {
                let from = on_the_way.get_untracked().unwrap_or(last);
                rise(from, next, move |at| {
                    // The page is gone, or the figure goes elsewhere by now.
                    let is_latest = rises.try_get_value() == Some(number);
                    is_latest && on_the_way.try_set(at).is_none()
                });
            }
            _ => on_the_way.set(None),
        }
        next
    });
    view! {
        <span
            class=move || if on_the_way.read().is_some() { "visually-hidden" } else { "" }
            data-testid=test_id
        >
            {move || value.get().map_or_else(|| "–".to_owned(), words)}
        </span>
        {move || on_the_way.get().map(|at| view! { <span aria-hidden="true">{words(at)}</span> })}
    }
    .into_any()
}
