//! The badge that says whether the dashboard is live. Its text changes only when that changes, so that a screen reader
//! speaks of a lost connection once and never of figures.

use crate::browser::elements::{all, by_id, mark, show, write};
use web_sys::Location;

/// How the page stands to the stream of figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Connection {
    /// Not asked yet.
    #[default]
    Idle,
    /// Figures come as they change.
    Live,
    /// The stream broke; the page tries again by itself.
    Stale,
    /// The stream broke because the session is over.
    SignedOut,
    /// What comes cannot be read: the shop was renewed since the page was loaded. The page loads itself again.
    Outdated,
}

impl Connection {
    /// Whether it is no use to try again from this page.
    pub(super) const fn is_over(self) -> bool {
        matches!(self, Connection::SignedOut | Connection::Outdated)
    }
}

/// Says it.
pub(super) fn show_connection(connection: Connection) {
    let Some(badge) = by_id("connection") else { return };
    let as_of = all("[data-part=as-of]").first().and_then(|as_of| as_of.text_content()).unwrap_or_default();
    let (class, test_id) = match connection {
        Connection::Live => ("badge badge-live", "live"),
        _ => ("badge badge-stale", "stale"),
    };
    let words = match connection {
        Connection::Idle => String::new(),
        Connection::Live => "Live".to_owned(),
        Connection::Stale => format!("Connection lost: figures stale since {as_of}. Reconnecting…"),
        Connection::SignedOut => format!("Your session has ended: figures stale since {as_of}."),
        Connection::Outdated => format!("The shop was renewed: figures stale since {as_of}."),
    };
    // The page itself, loaded whole: without a session the server leads to the log-in, and back from there.
    let (link, link_id) = match connection {
        Connection::SignedOut => ("Log in again", "login-again"),
        _ => ("Load this page again", "load-again"),
    };
    mark(&badge, "class", Some(class));
    mark(&badge, "data-testid", Some(test_id));
    write(by_id("connection-words"), &words);
    if let Some(element) = by_id("connection-link") {
        write(Some(element.clone()), link);
        mark(&element, "data-testid", Some(link_id));
        show(Some(element), connection.is_over());
    }
    follow_address(&leptos::prelude::location());
    show(Some(badge), connection != Connection::Idle);
}

/// The link leads to the page's address, whatever range that asks for by now.
pub(super) fn follow_address(location: &Location) {
    if let (Some(link), Ok(path), Ok(query)) = (by_id("connection-link"), location.pathname(), location.search()) {
        mark(&link, "href", Some(&(path + &query)));
    }
}
