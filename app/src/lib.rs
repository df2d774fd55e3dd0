//! What browser and server share: the document, the pages, their components and the server functions.
//!
//! The crate never opens a database or a socket: with the feature `ssr` the server hands it a [`Shop`] through
//! leptos' context; with `hydrate` the browser reaches the same functions over HTTP.

pub mod account;
pub mod alerts;
pub mod api;
pub mod browser;
pub mod carried;
pub mod compact;
pub mod components;
#[cfg(feature = "ssr")]
pub mod cookies;
pub mod error;
pub mod feedback_refusal;
pub mod form_state;
pub mod letter_refusal;
#[cfg(feature = "ssr")]
pub mod my_orders;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod plain_document;
#[cfg(feature = "ssr")]
pub mod report;
pub mod response;
pub mod router;
pub mod shell;
#[cfg(feature = "ssr")]
pub mod shop;
#[cfg(feature = "ssr")]
pub mod submit_order;
pub mod theme;

pub use alerts::RulesRefusal;
#[cfg(feature = "ssr")]
pub use alerts::make_alerts_page;
pub use error::ShopError;
pub use feedback_refusal::FeedbackRefusal;
pub use form_state::{FormState, Submission};
pub use letter_refusal::{LetterForm, LetterRefusal};
#[cfg(feature = "ssr")]
pub use plain_document::{PlainWords, Way, plain_document};
#[cfg(feature = "ssr")]
pub use report::make_report;
pub use router::{Page, ROUTES};
#[cfg(not(feature = "ssr"))]
pub use shell::load_page;
pub use shell::{App, shell};
#[cfg(feature = "ssr")]
pub use shop::Shop;
#[cfg(feature = "ssr")]
pub use submit_order::submit_order;
pub use theme::Theme;
