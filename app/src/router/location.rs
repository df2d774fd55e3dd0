//! Where a page is: its address as signals, so that a page may follow a change of its query.

use leptos::prelude::*;

use super::{Address, Page, ParamsMap};

/// The address of a page. Copies share it.
#[derive(Clone, Copy, Debug)]
pub struct Location {
    /// `/order-new`.
    pub pathname: RwSignal<String>,
    /// What stands after the question mark, without it.
    pub search: RwSignal<String>,
}

impl Location {
    /// At this address.
    #[must_use]
    pub(super) fn new(address: &Address) -> Location {
        Location { pathname: RwSignal::new(address.path.clone()), search: RwSignal::new(address.search.clone()) }
    }

    /// Path and query.
    #[must_use]
    pub fn address(self) -> String {
        let (path, search) = (self.pathname.get(), self.search.get());
        Address { path, search, hash: String::new() }.to_string()
    }

    /// Moves on; what stays the same tells nobody.
    pub(super) fn set(self, address: &Address) {
        set_if_other(self.pathname, &address.path);
        set_if_other(self.search, &address.search);
    }
}

fn set_if_other(signal: RwSignal<String>, next: &str) {
    // A page that is gone by now has no signals any more.
    if signal.try_with_untracked(|now| now != next) == Some(true) {
        signal.set(next.to_owned());
    }
}

/// The address of the page that asks; outside of a page, that of the page which is shown.
#[must_use]
pub fn use_location() -> Location {
    use_context::<Location>().unwrap_or_else(|| Location::new(&Address::default()))
}

/// The names and values in the query of the page that asks.
#[must_use]
pub fn use_query_map() -> Signal<ParamsMap> {
    let search = use_location().search;
    Signal::derive(move || search.with(|search| ParamsMap::of_query(search)))
}

/// The names and values in the path of the page that asks.
#[must_use]
pub fn use_params_map() -> Signal<ParamsMap> {
    let pathname = use_location().pathname;
    Signal::derive(move || pathname.with(|path| Page::of_path(path).1))
}
