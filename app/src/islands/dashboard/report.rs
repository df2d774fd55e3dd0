//! Keeps the report current: loads it when the address asks for another one, and one that is still counted when
//! something was counted since, but not too often, and not while one is on its way: a shop that is slow is not asked
//! the more.

use super::page::{Page, counted};
use crate::api::owners_report;
use crate::browser::elements::{by_id, mark, set_class, show, write};
use crate::browser::{present_query, present_topic};
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::js_sys::Date;

/// One that could not be had is asked for again after this time.
const AGAIN_MS: f64 = 2_000.0;

/// The report that is shown, and the one that is asked for.
pub(super) struct Report {
    page: Rc<Page>,
    /// What was asked for last.
    query: RefCell<String>,
    /// How many were asked for: an answer to any but the last is late.
    asked: Cell<u32>,
    is_awaited: Cell<bool>,
    is_missing: Cell<bool>,
    asked_at_ms: Cell<f64>,
    /// What was counted when it was asked for.
    counted: RefCell<String>,
    reload_seconds_min: Cell<Option<u32>>,
}

impl Report {
    /// As the server rendered it.
    pub(super) fn new(page: Rc<Page>) -> Report {
        let reload_seconds_min = by_id("report-body").and_then(|body| body.get_attribute("data-reload-seconds-min"));
        Report {
            page,
            query: RefCell::new(present_query()),
            asked: Cell::new(0),
            is_awaited: Cell::new(false),
            is_missing: Cell::new(false),
            asked_at_ms: Cell::new(Date::now()),
            counted: RefCell::new(counted()),
            reload_seconds_min: Cell::new(reload_seconds_min.and_then(|seconds| seconds.parse().ok())),
        }
    }

    /// Loads what this query asks for, where that is something else.
    pub(super) fn show_query(self: &Rc<Self>, query: String) {
        if *self.query.borrow() != query {
            self.query.replace(query);
            show_loading(true);
            self.load();
        }
    }

    /// Loads it again, where that is due.
    pub(super) fn look(self: &Rc<Self>) {
        let since_ms = Date::now() - self.asked_at_ms.get();
        let may_reload = self.reload_seconds_min.get().is_some_and(|seconds| since_ms >= f64::from(seconds) * 1_000.0);
        let is_stale = may_reload && *self.counted.borrow() != counted();
        let wants_again = self.is_missing.get() && since_ms >= AGAIN_MS;
        if (is_stale || wants_again) && !self.is_awaited.get() {
            self.load();
        }
    }

    fn load(self: &Rc<Self>) {
        let this = Rc::clone(self);
        let number = self.asked.get().wrapping_add(1);
        self.asked.set(number);
        self.is_awaited.set(true);
        self.asked_at_ms.set(Date::now());
        self.counted.replace(counted());
        let query = self.query.borrow().clone();
        spawn_local(async move {
            let loaded = owners_report(query, present_topic()).await;
            if this.asked.get() != number {
                return;
            }
            this.is_awaited.set(false);
            this.is_missing.set(loaded.is_err());
            show_loading(false);
            show(by_id("report-failure"), loaded.is_err());
            match loaded {
                Ok(parts) => {
                    this.reload_seconds_min.set(parts.reload_seconds_min);
                    this.page.show_parts(&parts.html);
                }
                Err(error) => this.page.note_failure(error),
            }
        });
    }
}

fn show_loading(is_loading: bool) {
    write(by_id("report-loading"), if is_loading { "Loading…" } else { "" });
    if let Some(body) = by_id("report-body") {
        set_class(&body, "is-loading", is_loading);
        mark(&body, "aria-busy", is_loading.then_some("true"));
    }
}
