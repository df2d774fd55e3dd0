//! The route table: every page and its address. The server's router answers these addresses, the browser's goes to
//! them without loading the shop again.

use leptos::prelude::*;

use super::ParamsMap;
use crate::pages::{HomePage, MyOrdersPage, NotFoundPage, OrderNewCompletePage, OrderNewPage, OwnersPage, owners};

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The goods.
    Home,
    /// The order form.
    OrderNew,
    /// A receipt.
    OrderNewComplete,
    /// The orders of this browser.
    MyOrders,
    /// One of the owner's.
    Owners(OwnersPage),
    /// What is shown where there is no page.
    NotFound,
}

/// Every address, as the server's router writes them, and its page.
pub const ROUTES: [(&str, Page); 13] = [
    // The shop.
    ("/", Page::Home),
    ("/order-new", Page::OrderNew),
    ("/order-new-complete", Page::OrderNewComplete),
    ("/my-orders", Page::MyOrders),
    // The owner's dashboard.
    ("/admin/login", Page::Owners(OwnersPage::Login)),
    ("/admin/metrics", Page::Owners(OwnersPage::Metrics)),
    ("/admin/time-zone", Page::Owners(OwnersPage::TimeZone)),
    ("/admin/account", Page::Owners(OwnersPage::Account)),
    ("/admin/alerts", Page::Owners(OwnersPage::Alerts)),
    ("/admin/dead-letters", Page::Owners(OwnersPage::DeadLetters)),
    ("/admin/dead-letters/{id}", Page::Owners(OwnersPage::DeadLetter)),
    // The letter again, at the address of a form that was refused.
    ("/admin/dead-letters/{id}/redrive", Page::Owners(OwnersPage::DeadLetter)),
    ("/admin/dead-letters/{id}/discard", Page::Owners(OwnersPage::DeadLetter)),
];

impl Page {
    /// The page at this path, and what stands in the path itself.
    #[must_use]
    pub fn of_path(path: &str) -> (Page, ParamsMap) {
        let found = ROUTES.iter().find_map(|(route, page)| Some((*page, matched(route, path)?)));
        found.unwrap_or_else(|| (Page::NotFound, ParamsMap::default()))
    }

    /// Waits for the code of the page, where that is not loaded yet.
    pub async fn load(self) {
        if matches!(self, Page::Owners(_)) {
            owners::load().await;
        }
    }

    /// Whether it has a heading without its data.
    #[must_use]
    pub const fn has_heading(self) -> bool {
        !matches!(self, Page::OrderNewComplete | Page::Owners(OwnersPage::Metrics | OwnersPage::TimeZone))
    }

    /// The page itself.
    pub(super) fn view(self) -> AnyView {
        match self {
            Page::Home => view! { <HomePage /> }.into_any(),
            Page::OrderNew => view! { <OrderNewPage /> }.into_any(),
            Page::OrderNewComplete => view! { <OrderNewCompletePage /> }.into_any(),
            Page::MyOrders => view! { <MyOrdersPage /> }.into_any(),
            Page::Owners(page) => owners::view(page),
            Page::NotFound => view! { <NotFoundPage /> }.into_any(),
        }
    }
}

/// What stands in `path` for the name in the route's braces; `None` where it is not this route's.
fn matched(route: &str, path: &str) -> Option<ParamsMap> {
    let Some((before, rest)) = route.split_once('{') else {
        return (route == path).then(ParamsMap::default);
    };
    let (name, after) = rest.split_once('}')?;
    let value = path.strip_prefix(before)?.strip_suffix(after)?;
    (!value.is_empty() && !value.contains('/')).then(|| ParamsMap::of_one(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_has_its_page() {
        let letter = Page::Owners(OwnersPage::DeadLetter);
        for (path, page, id) in [
            ("/", Page::Home, None),
            ("/order-new", Page::OrderNew, None),
            ("/order-new/", Page::NotFound, None),
            ("/order-new-complete", Page::OrderNewComplete, None),
            ("/Order-new", Page::NotFound, None),
            ("", Page::NotFound, None),
            ("/admin", Page::NotFound, None),
            ("/admin/dead-letters", Page::Owners(OwnersPage::DeadLetters), None),
            ("/admin/dead-letters/", Page::NotFound, None),
            ("/admin/dead-letters/7", letter, Some("7")),
            ("/admin/dead-letters/x", letter, Some("x")),
            ("/admin/dead-letters/7/redrive", letter, Some("7")),
            ("/admin/dead-letters/7/discard", letter, Some("7")),
            ("/admin/dead-letters/redrive", letter, Some("redrive")),
            ("/admin/dead-letters//redrive", Page::NotFound, None),
            ("/admin/dead-letters/7/other", Page::NotFound, None),
        ] {
            let (found, params) = Page::of_path(path);
            assert_eq!((found, params.get("id").as_deref()), (page, id), "{path}");
        }
    }
}
