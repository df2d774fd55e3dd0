//! The owner's pages as the route table takes them. Their code is a part of its own, split off from the browser's module
//! and loaded with the first of them: a customer never waits for the dashboard. It is one part for all of them, since
//! what several parts share would become dozens of small files.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use super::{
    AdminAlertsPage, AdminDeadLetterPage, AdminDeadLettersPage, AdminLoginPage, AdminMetricsPage, AdminTimeZonePage,
};

/// Which page.
#[derive(Clone, Copy)]
enum OwnersPage {
    Login,
    Metrics,
    TimeZone,
    DeadLetters,
    DeadLetter,
    Alerts,
}

/// The one function that is split off, with all that only it needs.
#[lazy]
fn owners_page(page: OwnersPage) -> AnyView {
    match page {
        OwnersPage::Login => view! { <AdminLoginPage /> }.into_any(),
        OwnersPage::Metrics => view! { <AdminMetricsPage /> }.into_any(),
        OwnersPage::TimeZone => view! { <AdminTimeZonePage /> }.into_any(),
        OwnersPage::DeadLetters => view! { <AdminDeadLettersPage /> }.into_any(),
        OwnersPage::DeadLetter => view! { <AdminDeadLetterPage /> }.into_any(),
        OwnersPage::Alerts => view! { <AdminAlertsPage /> }.into_any(),
    }
}

macro_rules! owners_route {
    ($route:ident, $page:ident, $address:literal) => {
        #[doc = $address]
        pub struct $route;

        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_this: Self) -> AnyView {
                owners_page(OwnersPage::$page).await
            }

            async fn preload() {
                #[cfg(target_arch = "wasm32")]
                __preload_owners_page().await;
            }
        }
    };
}

owners_route!(LoginRoute, Login, "`/admin/login`");
owners_route!(MetricsRoute, Metrics, "`/admin/metrics`");
owners_route!(TimeZoneRoute, TimeZone, "`/admin/time-zone`");
owners_route!(DeadLettersRoute, DeadLetters, "`/admin/dead-letters`");
owners_route!(DeadLetterRoute, DeadLetter, "`/admin/dead-letters/ID`, also where one of its forms was refused.");
owners_route!(AlertsRoute, Alerts, "`/admin/alerts`, also where the form of its rules was refused.");
