//! The one error that crosses the wire: a code and nothing else, so that no internal text reaches a page.
//!
//! What went wrong in the database is logged here, once, where its error is turned into a code.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::{Bytes, Decodes};
use serde::{Deserialize, Serialize};

/// Why the shop did not answer as it should, as far as its customer needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShopError {
    /// The database is busy; trying again soon helps.
    Busy,
    /// The disk is full; nothing was changed, and trying again later may help.
    Full,
    /// The shop could not be reached from this browser; whether it got the message is not known.
    Offline,
    /// Only the owner may have this, and nobody is logged in.
    LoginRequired,
    /// Page and shop do not understand each other, in a call or in its answer: one of them is older than the other.
    Malformed,
    /// Anything else; whether something was changed is not known.
    Unavailable,
}

impl ShopError {
    /// How [`ShopError::Busy`] travels, for an answer that no server function gives.
    pub const BUSY_WORD: &str = "\"Busy\"";

    /// What a customer reads where a page cannot be shown.
    #[must_use]
    pub const fn page_message(self) -> &'static str {
        match self {
            ShopError::Busy => "The shop is very busy right now. Wait a few seconds, then load this page again.",
            ShopError::Offline => "The shop could not be reached. Check your connection, then load this page again.",
            ShopError::LoginRequired => "Log in to see this page.",
            ShopError::Malformed => "The shop was renewed since this page was loaded. Load it again.",
            ShopError::Full | ShopError::Unavailable => {
                "Something in the shop is not working right now. Please load this page again in a minute."
            }
        }
    }

    /// What a customer reads where an order was not confirmed. Sending the same form again is always safe.
    #[must_use]
    pub const fn order_message(self) -> &'static str {
        match self {
            ShopError::Busy => {
                "The shop is very busy, so your order is not confirmed. Wait a few seconds, then press “Make an order” \
                 again: it makes one order only."
            }
            ShopError::Full => "The shop cannot take orders right now. Nothing was ordered: please try again later.",
            ShopError::Offline => {
                "The shop could not be reached, so your order is not confirmed. Press “Make an order” again when \
                 you are connected: it makes one order only."
            }
            ShopError::LoginRequired | ShopError::Malformed | ShopError::Unavailable => {
                "Something went wrong, and your order is not confirmed. Press “Make an order” again: it makes one \
                 order only."
            }
        }
    }
}

impl FromServerFnError for ShopError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => ShopError::Offline,
            // The last are a call's arguments on the server, and its answer in the browser.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                malformed()
            }
            _ => ShopError::Unavailable,
        }
    }

    /// Whatever is no error of the shop's, such as a page of a proxy, tells no more than that it is none.
    fn de(body: Bytes) -> Self {
        JsonEncoding::decode(body).unwrap_or(ShopError::Unavailable)
    }
}

/// A call whose arguments cannot be read is the caller's fault: 400, where leptos alone would answer 500.
fn malformed() -> ShopError {
    #[cfg(feature = "ssr")]
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::BAD_REQUEST);
    }
    ShopError::Malformed
}

#[cfg(feature = "ssr")]
impl From<store::StoreError> for ShopError {
    fn from(error: store::StoreError) -> Self {
        let code = match error {
            store::StoreError::Busy | store::StoreError::Unreachable(_) => ShopError::Busy,
            store::StoreError::DiskFull => ShopError::Full,
            _ => ShopError::Unavailable,
        };
        tracing::error!(%error, ?code, "the database did not answer a customer");
        code
    }
}
