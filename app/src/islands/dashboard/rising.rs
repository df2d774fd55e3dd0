//! Figures that count up to their next value, and lists into which the newest slides: the eye sees what moved. The
//! exact figure stands in the document all the while, for screen readers and for whoever copies it.

use crate::browser::elements::{all_within, mark, set_class, within, write};
use crate::browser::{may_move, rise};
use crate::number::Unit;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::Element;

/// What moves, by its test id. Copies share it.
#[derive(Clone, Default)]
pub(super) struct Rising(Rc<RefCell<Vec<(String, Rise)>>>);

#[derive(Clone, Copy, Default)]
struct Rise {
    /// Rises with each change, so that only the latest one moves the figure.
    number: u32,
    /// What is shown, while it is on its way.
    at: Option<i64>,
}

/// A part as it was before it changed.
pub(super) struct Before {
    figures: Vec<(String, i64)>,
    first_key: Option<String>,
    /// How often something arrived in it.
    arrivals: u32,
}

impl Rising {
    /// What is to be compared with, once the part has changed.
    pub(super) fn before(part: &Element) -> Before {
        let figure = |figure: Element| Some((id_of(&figure)?, value_of(&figure)?));
        let arrivals = within(part, "[data-feed]").and_then(|feed| feed.get_attribute("data-arrivals")?.parse().ok());
        Before {
            figures: all_within(part, "[data-unit]").into_iter().filter_map(figure).collect(),
            first_key: first_key(part),
            arrivals: arrivals.unwrap_or_default(),
        }
    }

    /// Moves what has grown in the part, and what has come into its list.
    pub(super) fn show(&self, part: &Element, before: &Before) {
        for figure in all_within(part, "[data-unit]") {
            let (Some(id), Some(next)) = (id_of(&figure), value_of(&figure)) else { continue };
            match before.figures.iter().find(|(other, _)| *other == id).map(|(_, last)| last) {
                Some(last) if *last == next => self.go_on(&figure, &id),
                Some(last) if *last < next && may_move() => self.begin(&figure, id, *last, next),
                _ => self.end(&id),
            }
        }
        if let Some(feed) = within(part, "[data-feed]") {
            let has_arrived = before.first_key.is_some() && first_key(part) != before.first_key;
            let arrivals = before.arrivals.wrapping_add(u32::from(has_arrived));
            if arrivals > 0 {
                // The same movement has two names by turns, or it would not begin again.
                mark(&feed, "data-arrivals", Some(&arrivals.to_string()));
                set_class(&feed, if arrivals % 2 == 1 { "arrives-odd" } else { "arrives-even" }, true);
            }
        }
    }

    fn begin(&self, figure: &Element, id: String, last: i64, next: i64) {
        let Some(unit) = figure.get_attribute("data-unit").and_then(|name| Unit::parse(&name)) else { return };
        let (number, from) = self.with(&id, |now| {
            let from = now.at.unwrap_or(last);
            *now = Rise { number: now.number.wrapping_add(1), at: Some(from) };
            (now.number, from)
        });
        show_on_the_way(figure, unit, Some(from));
        let (this, figure) = (self.clone(), figure.clone());
        rise(from, next, move |at| {
            let is_latest = this.with(&id, |now| {
                let is_latest = now.number == number;
                if is_latest {
                    now.at = at;
                }
                is_latest
            });
            if is_latest {
                show_on_the_way(&figure, unit, at);
            }
            is_latest
        });
    }

    fn with<T>(&self, id: &str, change: impl FnOnce(&mut Rise) -> T) -> T {
        let mut rises = self.0.borrow_mut();
        let place = rises.iter().position(|(other, _)| other == id).unwrap_or(rises.len());
        if place == rises.len() {
            rises.push((id.to_owned(), Rise::default()));
        }
        change(&mut rises[place].1)
    }

    /// The part was written anew while its figure was on its way.
    fn go_on(&self, figure: &Element, id: &str) {
        let at = self.with(id, |rise| rise.at);
        if let (Some(at), Some(unit)) = (at, figure.get_attribute("data-unit").and_then(|name| Unit::parse(&name))) {
            show_on_the_way(figure, unit, Some(at));
        }
    }

    fn end(&self, id: &str) {
        self.with(id, |rise| *rise = Rise { number: rise.number.wrapping_add(1), at: None });
    }
}

fn show_on_the_way(figure: &Element, unit: Unit, at: Option<i64>) {
    set_class(figure, "visually-hidden", at.is_some());
    let beside = figure.next_element_sibling().filter(|beside| beside.has_attribute("data-on-the-way"));
    match (at, beside) {
        (Some(at), Some(beside)) => write(Some(beside), &unit.words(at)),
        (Some(at), None) => {
            if let Ok(made) = leptos::prelude::document().create_element("span") {
                mark(&made, "aria-hidden", Some("true"));
                mark(&made, "data-on-the-way", Some(""));
                write(Some(made.clone()), &unit.words(at));
                let _ = figure.insert_adjacent_element("afterend", &made);
            }
        }
        (None, Some(beside)) => beside.remove(),
        (None, None) => {}
    }
}

fn id_of(figure: &Element) -> Option<String> {
    figure.get_attribute("data-testid")
}

fn value_of(figure: &Element) -> Option<i64> {
    figure.get_attribute("data-value")?.parse().ok()
}

fn first_key(part: &Element) -> Option<String> {
    within(part, "[data-feed] > [data-key]")?.get_attribute("data-key")
}
