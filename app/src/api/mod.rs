//! The server functions: public endpoints under `/api`, each with a fixed name.
//!
//! Each guards, parses and makes one store call. Whoever calls one from a browser may send anything, so none believes
//! its arguments. The shop's functions speak `Compact`: reading JSON is code that every page would carry. The owner's
//! speak `Json`.

pub mod account;
pub mod admin;
pub mod alerts;
pub mod compact;
pub mod json;
pub mod letters;
pub mod orders;
pub mod report;
pub mod shop;

pub use account::{Account, account};
#[cfg(feature = "ssr")]
pub use admin::OwnerSession;
pub use admin::{LiveSnapshot, live_snapshot};
pub use alerts::{Alerts, alerts};
pub use letters::{DeadLetter, DeadLetters, dead_letter, dead_letters};
pub use orders::{PlaceOrder, place_order};
pub use report::{OwnersReport, TimeZones, owners_report, time_zones};
pub use shop::{FindReceipt, ListGoods, MyOrders, find_receipt, list_goods, my_orders};

/// The store's answer as a server function gives it. A failure is a 503 for whoever asked, page or browser.
#[cfg(feature = "ssr")]
fn answer<T, E: Into<crate::ShopError>>(result: Result<T, E>) -> Result<T, crate::ShopError> {
    result.map_err(|error| {
        crate::response::unavailable();
        error.into()
    })
}
