//! Deletes dead letters that the owner dealt with long ago, a few at a time, so that no order waits for it.

use crate::PipelineError;
use std::time::Duration;
use store::Store;
use tokio_util::sync::CancellationToken;

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(3_600);
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// Deletes until shutdown what was dealt with more than `keep_days` ago.
pub(crate) async fn run(store: Store, keep_days: u16, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        if let Err(error) = delete(&store, keep_days, &shutdown).await {
            tracing::warn!(%error, "old dead letters were not deleted; trying again in an hour");
        }
        let _ = tokio::time::timeout(LOOK_EVERY, shutdown.cancelled()).await;
    }
}

async fn delete(store: &Store, keep_days: u16, shutdown: &CancellationToken) -> Result<(), PipelineError> {
    let before = store.now().plus_micros(-i64::from(keep_days) * DAY_MICROS);
    while store.delete_handled_letters(before).await? && !shutdown.is_cancelled() {}
    Ok(())
}
