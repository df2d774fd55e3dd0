//! Follows the stream of figures, and says how the page stands to it.

use super::badge::{Connection, show_connection};
use super::charts::Reading;
use super::parts::{become_like, parsed, shown};
use super::ranges;
use super::report::Report;
use super::rising::Rising;
use crate::ShopError;
use crate::api::owners_report;
use crate::browser::{Follower, follow, load_again_once_there};
use leptos::task::spawn_local;
use std::cell::Cell;
use std::rc::Rc;

const STREAM: &str = "/admin/metrics/live";
const STREAM_EVENT: &str = "parts";
/// The part that says which shop wrote it, and what was counted.
const AS_OF: &str = "as-of";
/// A page that is older than the shop is loaded again after this time.
const REFRESH_SECONDS: u32 = 30;

/// An open dashboard.
pub(super) struct Live {
    connection: Cell<Connection>,
    rising: Rising,
    reading: Reading,
}

/// Keeps the page current from now on, as long as it lives.
pub(super) fn begin() {
    let live = Rc::new(Live { connection: Cell::default(), rising: Rising::default(), reading: Reading::default() });
    let report = Rc::new(Report::new(Rc::downgrade(&live)));
    live.reading.begin();
    ranges::begin(&report);
    follow(STREAM, STREAM_EVENT, follower(&live, &report));
}

fn follower(live: &Rc<Live>, report: &Rc<Report>) -> Follower {
    let (of_data, of_break, of_retry) = (Rc::clone(live), Rc::clone(live), Rc::clone(live));
    let report = Rc::clone(report);
    Follower {
        on_data: Box::new(move |html| {
            // Half of the page would be of another time than the rest.
            if of_data.connection.get() == Connection::Outdated {
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
            if !of_break.connection.get().is_over() {
                of_break.stands(Connection::Stale);
                ask_why(&of_break);
            }
        }),
        wants_retry: Box::new(move || !of_retry.connection.get().is_over()),
    }
}

/// A broken stream does not say why it broke; a function that answers 401 does.
fn ask_why(live: &Rc<Live>) {
    let live = Rc::clone(live);
    spawn_local(async move {
        if let Err(error) = owners_report(String::new(), None).await
            && live.connection.get() == Connection::Stale
        {
            live.note_failure(error);
        }
    });
}

impl Live {
    /// Puts these parts into their places; nothing where they are of another version of the shop.
    pub(super) fn show_parts(&self, html: &str) -> bool {
        let parts = parsed(html);
        let version = |part: &web_sys::Element| part.get_attribute("data-version");
        let is_other = parts
            .iter()
            .any(|(name, part)| name == AS_OF && shown(AS_OF).and_then(|shown| version(&shown)) != version(part));
        if parts.is_empty() || is_other {
            return false;
        }
        for (name, part) in parts {
            if let Some(place) = shown(&name) {
                let before = Rising::before(&place);
                become_like(&place, &part);
                self.rising.show(&place, &before);
            }
        }
        self.reading.go_on();
        true
    }

    /// What a refusal says of the page itself. One that is older than the shop loads itself again in a while, as it
    /// does without JavaScript: all that it shows is in its address.
    pub(super) fn note_failure(&self, error: ShopError) {
        match error {
            ShopError::LoginRequired => self.stands(Connection::SignedOut),
            ShopError::Malformed if self.connection.get() != Connection::Outdated => {
                self.stands(Connection::Outdated);
                load_again_once_there(REFRESH_SECONDS);
            }
            _ => {}
        }
    }

    fn stands(&self, next: Connection) {
        if self.connection.replace(next) != next {
            show_connection(next);
        }
    }
}

/// What changes when something was counted.
pub(super) fn counted() -> String {
    shown(AS_OF).and_then(|as_of| as_of.get_attribute("data-counted")).unwrap_or_default()
}
