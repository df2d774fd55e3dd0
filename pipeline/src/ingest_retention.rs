//! Forgets the ids of events that came over HTTP long ago, a few at a time, so that no order waits for it.

use std::time::Duration;
use store::Store;
use tokio_util::sync::CancellationToken;

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Forgets until shutdown what is older than `dedupe`.
pub(crate) async fn run(store: Store, dedupe: Duration, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let is_more_left = store.forget_ingested(dedupe).await.unwrap_or_else(|error| {
            tracing::debug!(%error, "old ids were not forgotten; trying again in a minute");
            false
        });
        if !is_more_left {
            let _ = tokio::time::timeout(LOOK_EVERY, shutdown.cancelled()).await;
        }
    }
}
