//! Deletes subscriptions that were never confirmed or were left long ago, and notes the end of those whose subscriber
//! was forgotten; a few at a time, so that no order waits for it.

use std::time::Duration;
use store::Store;
use tokio_util::sync::CancellationToken;

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Looks until shutdown.
pub(crate) async fn run(store: Store, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let is_more_left = store.tidy_subscribers().await.unwrap_or_else(|error| {
            tracing::debug!(%error, "old subscriptions were not deleted; trying again in a minute");
            false
        });
        if !is_more_left {
            let _ = tokio::time::timeout(LOOK_EVERY, shutdown.cancelled()).await;
        }
    }
}
