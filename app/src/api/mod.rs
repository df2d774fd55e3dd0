//! The server functions, which islands call: public endpoints under `/api`, each with a fixed name.
//!
//! Each guards, parses and makes one store call. Whoever calls one from a browser may send anything, so none believes
//! its arguments.

pub mod orders;
#[cfg(feature = "ssr")]
pub mod owner;
pub mod report;
pub mod report_parts;

pub use orders::{PlaceOrder, place_order};
#[cfg(feature = "ssr")]
pub use owner::{OwnerSession, owners_shop};
pub use report::{OwnersReport, owners_report};
pub use report_parts::ReportParts;

/// The store's answer as a server function gives it. A failure is a 503 for whoever asked.
#[cfg(feature = "ssr")]
fn answer<T, E: Into<crate::ShopError>>(result: Result<T, E>) -> Result<T, crate::ShopError> {
    result.map_err(|error| {
        crate::response::unavailable();
        error.into()
    })
}
