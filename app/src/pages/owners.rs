//! The owner's pages as the route table takes them. Their code is a part of its own, split off from the browser's
//! module and loaded with the first of them: a customer never waits for the dashboard. It is one part for all of them,
//! since what several parts share would become dozens of small files.

use leptos::prelude::*;
#[cfg(not(feature = "ssr"))]
use std::sync::OnceLock;

use super::{
    AdminAccountPage, AdminAlertsPage, AdminDeadLetterPage, AdminDeadLettersPage, AdminLoginPage, AdminMetricsPage,
    AdminTimeZonePage,
};

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnersPage {
    /// `/admin/login`.
    Login,
    /// `/admin/metrics`.
    Metrics,
    /// `/admin/time-zone`.
    TimeZone,
    /// `/admin/dead-letters`.
    DeadLetters,
    /// `/admin/dead-letters/ID`, also where one of its forms was refused.
    DeadLetter,
    /// `/admin/alerts`, also where the form of its rules was refused.
    Alerts,
    /// `/admin/account`, also where one of its forms was refused.
    Account,
}

fn page_view(page: OwnersPage) -> AnyView {
    match page {
        OwnersPage::Login => view! { <AdminLoginPage /> }.into_any(),
        OwnersPage::Metrics => view! { <AdminMetricsPage /> }.into_any(),
        OwnersPage::TimeZone => view! { <AdminTimeZonePage /> }.into_any(),
        OwnersPage::DeadLetters => view! { <AdminDeadLettersPage /> }.into_any(),
        OwnersPage::DeadLetter => view! { <AdminDeadLetterPage /> }.into_any(),
        OwnersPage::Account => view! { <AdminAccountPage /> }.into_any(),
        OwnersPage::Alerts => view! { <AdminAlertsPage /> }.into_any(),
    }
}

/// The one function that is split off, with all that only it needs. It gives another one away, so that a page whose
/// part is there can be shown at once.
#[cfg(not(feature = "ssr"))]
#[lazy]
fn owners_pages() -> fn(OwnersPage) -> AnyView {
    page_view
}

/// What the loaded part gave away.
#[cfg(not(feature = "ssr"))]
static PAGE_VIEW: OnceLock<fn(OwnersPage) -> AnyView> = OnceLock::new();

/// Waits for the part. On the server there are no parts.
pub async fn load() {
    #[cfg(not(feature = "ssr"))]
    if PAGE_VIEW.get().is_none() {
        let view = owners_pages().await;
        // Two that wait for the part get the same function.
        let _ = PAGE_VIEW.set(view);
    }
}

/// The page; in the browser nothing where the part was not waited for.
pub(crate) fn view(page: OwnersPage) -> AnyView {
    #[cfg(feature = "ssr")]
    return page_view(page);
    #[cfg(not(feature = "ssr"))]
    return PAGE_VIEW.get().map_or_else(|| ().into_any(), |view| view(page));
}
