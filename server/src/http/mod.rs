//! Everything that is answered over HTTP, but for Prometheus, which has a listener of its own.
//!
//! `router` assembles it; `startup` serves it. Nothing here writes SQL or knows Kafka.

pub(crate) mod health;
mod limits;
mod order_form;
mod page_views;
mod plain_page;
mod router;
mod security;
mod static_files;

pub use page_views::PageViewCounter;
pub use router::{HttpState, router};
