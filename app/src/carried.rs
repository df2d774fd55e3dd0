//! What the server knows already travels inside the HTML, so that the browser takes a page over without asking again.
//!
//! Both sides number what is carried in the order in which they come to it, and they run the same code.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[cfg(feature = "ssr")]
use crate::compact::{as_text, to_bytes};
#[cfg(not(feature = "ssr"))]
use crate::compact::{from_bytes, of_text};

/// A value that the server made; in the browser, what it made where this page came from the server.
pub fn carried<T: Serialize + DeserializeOwned>(make: impl FnOnce() -> T) -> T {
    #[cfg(feature = "ssr")]
    return on_server::sent(make());
    #[cfg(not(feature = "ssr"))]
    return received().unwrap_or_else(make);
}

/// What the server sent; nothing where this page did not come from the server.
#[cfg(not(feature = "ssr"))]
pub(crate) fn received<T: DeserializeOwned>() -> Option<T> {
    let carrier = Owner::current_shared_context()?;
    let text = carrier.read_data(&carrier.next_id())?;
    from_bytes(&of_text(&text)).ok()
}

#[cfg(feature = "ssr")]
pub(crate) use on_server::sent_later;

#[cfg(feature = "ssr")]
mod on_server {
    use super::*;
    use tokio::sync::oneshot;

    pub(super) fn sent<T: Serialize>(value: T) -> T {
        if let Some(carrier) = Owner::current_shared_context() {
            let text = to_text(&value);
            carrier.write_async(carrier.next_id(), Box::pin(async { text }));
        }
        value
    }

    /// What `value` becomes, which is sent as well. The page waits for it.
    pub(crate) fn sent_later<T: Serialize>(value: impl Future<Output = T>) -> impl Future<Output = T> {
        let (sender, receiver) = oneshot::channel();
        if let Some(carrier) = Owner::current_shared_context() {
            carrier.write_async(carrier.next_id(), Box::pin(async { receiver.await.unwrap_or_default() }));
        }
        async move {
            let value = value.await;
            // Nobody receives it where the page is not rendered to its end.
            let _ = sender.send(to_text(&value));
            value
        }
    }

    fn to_text<T: Serialize>(value: &T) -> String {
        to_bytes(value).map(|bytes| as_text(&bytes)).unwrap_or_else(|error| {
            tracing::error!(%error, "a page's data cannot be written; its browser asks for it again");
            String::new()
        })
    }
}
