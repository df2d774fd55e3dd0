//! The choice of a range: a link that changes the address and loads the report alone, so that the page keeps its place;
//! and the browser's own Back and Forward.

use super::badge::follow_address;
use super::report::Report;
use crate::browser::elements::{all_within, mark};
use crate::browser::{present_query, show_query};
use leptos::prelude::{location, window_event_listener_untyped};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// Follows the choices, as long as the page lives.
pub(super) fn begin(report: &Rc<Report>) {
    let of_click = Rc::clone(report);
    let clicks = window_event_listener_untyped("click", move |event| {
        if let Some(link) = event.dyn_ref().and_then(choice_clicked) {
            event.prevent_default();
            show_query(&with_choice(&present_query(), &link));
            show_as_chosen(&link);
            go_on(&of_click);
        }
    });
    let of_step = Rc::clone(report);
    let steps = window_event_listener_untyped("popstate", move |_| go_on(&of_step));
    std::mem::forget((clicks, steps));
}

fn go_on(report: &Rc<Report>) {
    follow_address(&location());
    report.show_query(present_query());
}

/// The choice that a plain click is on.
fn choice_clicked(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let is_plain = !event.default_prevented()
        && event.button() == 0
        && !(event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key());
    let element = event.target()?.dyn_into::<Element>().ok().filter(|_| is_plain)?;
    element.closest("a[data-choice]").ok()??.dyn_into().ok()
}

/// The query that is shown, with what this link chooses. Not that of the link alone: a choice adds to the one before,
/// whose report may still be on its way.
fn with_choice(shown: &str, link: &HtmlAnchorElement) -> String {
    let choice = link.get_attribute("data-choice").unwrap_or_default();
    let chosen = link.search().trim_start_matches('?').to_owned();
    merged(shown, &chosen, &choice)
}

/// `shown` with what belongs to `choice` as it is in `chosen`: a range brings its own days and steps.
fn merged(shown: &str, chosen: &str, choice: &str) -> String {
    if shown.is_empty() {
        return chosen.to_owned();
    }
    let belongs = |name: &str| name == choice || choice == "range" && matches!(name, "from" | "to" | "bucket");
    let part = |name: &str| {
        let query = if belongs(name) { chosen } else { shown };
        query.split('&').find(|pair| pair.split('=').next() == Some(name))
    };
    let mut merged = String::new();
    for part in ["range", "from", "to", "bucket", "compare"].into_iter().filter_map(part) {
        if !merged.is_empty() {
            merged.push('&');
        }
        merged.push_str(part);
    }
    merged
}

/// The choice is marked at once, not only when its report is there.
fn show_as_chosen(link: &HtmlAnchorElement) {
    if let Some(group) = link.parent_element() {
        for other in all_within(&group, "a[aria-current]") {
            mark(&other, "aria-current", None);
        }
    }
    mark(link, "aria-current", Some("true"));
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn a_choice_adds_to_the_one_before() {
        for (shown, chosen, choice, query) in [
            ("", "range=7d", "range", "range=7d"),
            ("", "range=hour&compare=week", "compare", "range=hour&compare=week"),
            ("range=24h&compare=week", "range=7d", "range", "range=7d&compare=week"),
            ("range=7d&bucket=day", "range=24h&compare=week", "range", "range=24h"),
            ("range=custom&from=2026-01-01&to=2026-01-02", "range=today", "range", "range=today"),
            (
                "range=7d&compare=week",
                "range=24h&bucket=day&compare=week",
                "bucket",
                "range=7d&bucket=day&compare=week",
            ),
            ("range=7d&bucket=day", "range=7d", "bucket", "range=7d"),
            ("range=7d", "range=24h&compare=week", "compare", "range=7d&compare=week"),
            ("range=7d&compare=week", "range=7d", "compare", "range=7d"),
        ] {
            assert_eq!(merged(shown, chosen, choice), query, "{shown} with {choice} of {chosen}");
        }
    }
}
