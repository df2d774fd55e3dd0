//! Everything that is answered over HTTP, but for Prometheus, which has a listener of its own.
//!
//! `router` assembles it; `startup` serves it. Nothing here writes SQL or knows Kafka.

mod account;
#[cfg(test)]
mod account_tests;
mod admin;
mod admin_guard;
#[cfg(test)]
mod alert_tests;
mod alerts;
mod arrival;
pub(crate) mod client_address;
mod compression;
mod csv;
mod export;
mod feedback;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
pub(crate) mod health;
pub mod ingest;
mod known_browser;
#[cfg(test)]
mod letter_tests;
mod letters;
mod limits;
mod login;
mod login_attempts;
mod login_desk;
#[cfg(test)]
mod measure_rule_tests;
mod measure_rules;
pub(crate) mod metrics;
mod my_orders;
mod newsletter;
mod order_form;
mod owner_paths;
#[cfg(test)]
mod owner_tests;
mod page_views;
mod plain_page;
#[cfg(test)]
mod plain_page_tests;
mod posted;
mod rate_limits;
#[cfg(test)]
mod report_tests;
mod request_id;
mod router;
mod security;
pub(crate) mod serving;
mod session;
#[cfg(test)]
mod shop_tests;
mod shown_again;
mod state;
mod static_files;
mod stream;
mod stream_metrics;
#[cfg(test)]
mod stream_page_tests;
mod stream_places;
#[cfg(test)]
mod stream_tests;
mod theme;
mod time_zone;
mod trailing_slash;
mod verify;

pub use client_address::Networks;
pub use login_desk::LoginDesk;
pub use page_views::PageViewCounter;
pub use rate_limits::{RateLimits, RatesPerMinute};
pub use router::router;
pub use state::{Clients, HttpState};
pub use static_files::version_of;
pub use stream_places::StreamPlaces;
