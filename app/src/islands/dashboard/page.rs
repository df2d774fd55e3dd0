//! An open page of figures: puts new parts into their places, and says how it stands to the shop.

use super::badge::{Connection, show_connection};
use super::charts::Reading;
use super::parts::{become_like, parsed, shown};
use super::rising::Rising;
use crate::ShopError;
use crate::browser::load_again_once_there;
use std::cell::Cell;

/// The part that says which shop wrote it, and what was counted.
const AS_OF: &str = "as-of";
/// A page that is older than the shop is loaded again after this time.
const REFRESH_SECONDS: u32 = 30;

/// The page.
#[derive(Default)]
pub(super) struct Page {
    connection: Cell<Connection>,
    rising: Rising,
    reading: Reading,
}

impl Page {
    pub(super) fn begin(&self) {
        self.reading.begin();
    }

    /// How it stands to the shop.
    pub(super) fn connection(&self) -> Connection {
        self.connection.get()
    }

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

    pub(super) fn stands(&self, next: Connection) {
        if self.connection.replace(next) != next {
            show_connection(next);
        }
    }
}

/// What changes when something was counted.
pub(super) fn counted() -> String {
    shown(AS_OF).and_then(|as_of| as_of.get_attribute("data-counted")).unwrap_or_default()
}
