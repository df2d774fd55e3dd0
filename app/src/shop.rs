//! What the server hands to pages and server functions through leptos' context.
//!
//! It holds no request: one `Shop` is made at start and cloned for each.

use domain::Snapshot;
use leptos::prelude::use_context;
use std::sync::Arc;
use store::{Store, StoreError, Zone};
use tokio::sync::watch;

use crate::ShopError;

/// The shop's data, as pages and server functions reach it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shop {
    /// The database.
    pub store: Store,
    /// The dashboard's present figures.
    pub live: watch::Receiver<Arc<Snapshot>>,
    /// Scheme and host of the webhook that alerts are sent to; `None` where there is none.
    pub webhook: Option<Arc<str>>,
}

impl Shop {
    /// The shop of this request.
    ///
    /// # Errors
    /// [`ShopError::Unavailable`] outside of a request, such as while the route table is being read.
    pub fn of_request() -> Result<Shop, ShopError> {
        use_context::<Shop>().ok_or(ShopError::Unavailable)
    }

    /// The owner's time zone, and the names of all that there are.
    ///
    /// # Errors
    /// What the database says.
    pub async fn time_zones(&self) -> Result<(String, Vec<String>), StoreError> {
        Ok((self.store.time_zone().await?.name().to_owned(), Zone::names()))
    }
}
