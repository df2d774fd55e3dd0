//! The pages, and what moves in them.
//!
//! Every page is rendered on the server, where the feature `ssr` is on; the crate never opens a database or a socket:
//! the server hands it a [`Shop`] through leptos' context. What moves in the browser are [`islands`], which alone are
//! compiled for it, with the feature `hydrate`; they reach the server functions of [`api`] over HTTP.

pub mod api;
pub mod browser;
pub mod error;
pub mod islands;
pub mod number;
pub mod slots;
pub mod submission;

#[cfg(feature = "ssr")]
pub mod account;
#[cfg(feature = "ssr")]
pub mod alert_measures;
#[cfg(feature = "ssr")]
pub mod alerts;
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "ssr")]
pub mod dashboard;
#[cfg(feature = "ssr")]
pub mod feedback_refusal;
#[cfg(feature = "ssr")]
pub mod form_state;
#[cfg(feature = "ssr")]
pub mod letter_refusal;
#[cfg(feature = "ssr")]
pub mod my_orders;
#[cfg(feature = "ssr")]
pub mod newsletter_refusal;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod plain_document;
#[cfg(feature = "ssr")]
pub mod posted_order;
#[cfg(feature = "ssr")]
pub mod rejection;
#[cfg(feature = "ssr")]
pub mod report;
#[cfg(feature = "ssr")]
pub mod response;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod shop;
#[cfg(feature = "ssr")]
pub mod site;
#[cfg(feature = "ssr")]
pub mod stream_report;
#[cfg(feature = "ssr")]
pub mod submit_order;
#[cfg(feature = "ssr")]
pub mod theme;

pub use error::ShopError;
#[cfg(feature = "ssr")]
pub use on_server::*;

#[cfg(feature = "ssr")]
mod on_server {
    pub use crate::alerts::{MeasureRefusal, RulesRefusal, make_alerts_page};
    pub use crate::dashboard::live_parts;
    pub use crate::feedback_refusal::FeedbackRefusal;
    pub use crate::form_state::FormState;
    pub use crate::letter_refusal::{LetterForm, LetterRefusal};
    pub use crate::newsletter_refusal::NewsletterRefusal;
    pub use crate::plain_document::{PlainWords, Way, plain_document};
    pub use crate::report::{StreamReport, make_report, make_stream_report};
    pub use crate::shell::{App, shell};
    pub use crate::shop::Shop;
    pub use crate::site::SiteVersion;
    pub use crate::submit_order::{Submitted, submit_order};
    pub use crate::theme::Theme;
}
