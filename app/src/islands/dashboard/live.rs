//! Follows the stream of figures.

use super::badge::Connection;
use super::page::Page;
use super::ranges;
use super::report::Report;
use crate::ShopError;
use crate::api::owners_report;
use crate::browser::{Follower, follow};
use leptos::task::spawn_local;
use std::rc::Rc;

const STREAM: &str = "/admin/metrics/live";
const STREAM_EVENT: &str = "parts";

/// Keeps the page current from now on, as long as it lives.
pub(super) fn begin() {
    let page = Rc::new(Page::default());
    let report = Rc::new(Report::new(Rc::clone(&page)));
    page.begin();
    ranges::begin(&report);
    follow(STREAM, STREAM_EVENT, follower(&page, &report));
}

fn follower(page: &Rc<Page>, report: &Rc<Report>) -> Follower {
    let (of_data, of_break, of_retry) = (Rc::clone(page), Rc::clone(page), Rc::clone(page));
    let report = Rc::clone(report);
    Follower {
        on_data: Box::new(move |html| {
            // Half of the page would be of another time than the rest.
            if of_data.connection() == Connection::Outdated {
                return;
            }
            if of_data.show_parts(&html) {
                of_data.stands(Connection::Live);
                report.look();
            } else {
                of_data.note_failure(ShopError::Malformed);
            }
        }),
        on_break: Box::new(move || {
            if !of_break.connection().is_over() {
                of_break.stands(Connection::Stale);
                ask_why(&of_break);
            }
        }),
        wants_retry: Box::new(move || !of_retry.connection().is_over()),
    }
}

/// A broken stream does not say why it broke; a function that answers 401 does.
fn ask_why(page: &Rc<Page>) {
    let page = Rc::clone(page);
    spawn_local(async move {
        if let Err(error) = owners_report(String::new(), None).await
            && page.connection() == Connection::Stale
        {
            page.note_failure(error);
        }
    });
}
