//! Deletes the e-mail addresses of old orders, a few at a time, so that no order waits for it. Orders and figures stay.

use crate::PipelineError;
use std::time::Duration;
use store::{ADDRESSES_PER_STEP_MAX, Store};
use tokio_util::sync::CancellationToken;

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(3_600);
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// Deletes until shutdown the addresses of orders made more than `keep_days` ago.
pub(crate) async fn run(store: Store, keep_days: u16, shutdown: CancellationToken) {
    // The log may still hold what was deleted before the start.
    let mut is_log_clean = false;
    while !shutdown.is_cancelled() {
        match erase(&store, keep_days, &shutdown).await {
            Ok(orders) => {
                if orders > 0 {
                    tracing::info!(orders, keep_days, "deleted the e-mail addresses of old orders");
                }
                is_log_clean &= orders == 0;
            }
            Err(error) => {
                is_log_clean = false;
                tracing::warn!(%error, "e-mail addresses of old orders were not deleted; trying again in an hour");
            }
        }
        if !is_log_clean {
            is_log_clean = clean_log(&store).await;
        }
        let _ = tokio::time::timeout(LOOK_EVERY, shutdown.cancelled()).await;
    }
}

/// Deletes what is due. Answers of how many orders.
async fn erase(store: &Store, keep_days: u16, shutdown: &CancellationToken) -> Result<i64, PipelineError> {
    let before = store.now().plus_micros(-i64::from(keep_days) * DAY_MICROS);
    let mut orders = 0;
    while !shutdown.is_cancelled() {
        let erased = store.erase_addresses_before(before).await?;
        orders += erased;
        if erased < ADDRESSES_PER_STEP_MAX {
            break;
        }
    }
    Ok(orders)
}

async fn clean_log(store: &Store) -> bool {
    match store.clean_log().await {
        Ok(is_clean) => is_clean,
        Err(error) => {
            tracing::debug!(%error, "deleted addresses may still be in the write-ahead log; trying again in an hour");
            false
        }
    }
}
