//! Reads exact figures off the charts: under the pointer, or where the arrow keys are.

use crate::browser::elements::{mark, set_class, within, write};
use crate::browser::slot_at;
use crate::slots::middle;
use leptos::prelude::window_event_listener_untyped;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, PointerEvent};

/// The chart that is read, by its part's name, and the slot. Copies share it.
#[derive(Clone, Default)]
pub(super) struct Reading(Rc<RefCell<Option<(String, usize)>>>);

impl Reading {
    /// Follows pointer and keys, as long as the page lives.
    pub(super) fn begin(&self) {
        let follow = |name: &str, slot: fn(&Event, &HtmlInputElement) -> Option<usize>| {
            let this = self.clone();
            let listener = window_event_listener_untyped(name, move |event| {
                if let Some(picker) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
                    && picker.class_list().contains("chart-picker")
                {
                    this.read(&picker, slot(&event, &picker));
                }
            });
            std::mem::forget(listener);
        };
        follow("pointermove", |event, picker| slot_at(event.dyn_ref::<PointerEvent>()?, slots(picker)));
        follow("pointerout", |_, _| None);
        follow("input", |_, picker| picker.value().parse().ok());
        follow("focusin", |_, picker| picker.value().parse().ok());
        follow("focusout", |_, _| None);
    }

    fn read(&self, picker: &HtmlInputElement, slot: Option<usize>) {
        let Some(chart) = picker.closest("[data-part]").ok().flatten() else { return };
        let name = chart.get_attribute("data-part").unwrap_or_default();
        // Whatever was read before.
        if let Some((other, _)) = self.0.borrow().as_ref().filter(|(other, _)| *other != name) {
            show_slot(super::parts::shown(other).as_ref(), None);
        }
        show_slot(Some(&chart), slot);
        self.0.replace(slot.map(|slot| (name, slot)));
    }

    /// Shows what is read again, after its chart was written anew.
    pub(super) fn go_on(&self) {
        if let Some((name, slot)) = self.0.borrow().as_ref() {
            show_slot(super::parts::shown(name).as_ref(), Some(*slot));
        }
    }
}

fn slots(picker: &HtmlInputElement) -> usize {
    picker.max().parse::<usize>().map_or(0, |last| last + 1)
}

fn show_slot(chart: Option<&Element>, slot: Option<usize>) {
    let Some(chart) = chart else { return };
    let Some(picker) = within(chart, ".chart-picker").and_then(|found| found.dyn_into::<HtmlInputElement>().ok())
    else {
        return;
    };
    let readouts = picker.get_attribute("data-readouts").unwrap_or_default();
    let words = |slot: usize| readouts.split('\n').nth(slot).filter(|_| slot < slots(&picker));
    let read = slot.and_then(|slot| Some((slot, words(slot)?)));
    if let Some(summary) = within(chart, ".chart-summary") {
        set_class(&summary, "is-reading", read.is_some());
        let whole = summary.get_attribute("data-words").unwrap_or_default();
        write(Some(summary), read.map_or(&whole, |(_, words)| words));
    }
    let at_keys = picker.value().parse().ok().and_then(words);
    if let Some(words) = read.map(|(_, words)| words).or(at_keys) {
        mark(&picker, "aria-valuetext", Some(words));
    }
    if let Some(line) = within(chart, ".chart-pointer") {
        if let Some((slot, _)) = read {
            let x = middle(slot, slots(&picker));
            mark(&line, "x1", Some(&x));
            mark(&line, "x2", Some(&x));
        }
        mark(&line, "visibility", read.is_none().then_some("hidden"));
    }
}
