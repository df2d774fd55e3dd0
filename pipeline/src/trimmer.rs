//! The trimmer: keeps the embedded broker's memory flat. It deletes records that are applied, and keeps the last ten
//! minutes of them for other readers, within a budget of records and bytes. Dead-letter topics have a budget of bytes.
//! No other log is ever trimmed.

use crate::PipelineError;
use crate::link::{CurrentLink, Link};
use std::time::Duration;
use store::Store;
use tokio_util::sync::CancellationToken;

/// How often it looks.
const TRIM_EVERY: Duration = Duration::from_secs(5);
/// How long applied records are kept for other readers.
const KEPT_MICROS: i64 = 600_000_000;
/// How many of them at most, in each partition, so that a rush does not fill the memory.
const KEPT_RECORDS_MAX: i64 = 5_000;
/// The bytes of each partition that are kept, applied records and dead letters alike.
const KEPT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Trims until shutdown.
pub(crate) async fn run(store: Store, links: CurrentLink, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let link = links.borrow().clone();
        if let Some(link) = link.filter(|link| link.cluster.is_embedded)
            && let Err(error) = trim_once(&store, &link).await
        {
            tracing::debug!(%error, "the log was not trimmed");
        }
        let _ = tokio::time::timeout(TRIM_EVERY, shutdown.cancelled()).await;
    }
}

async fn trim_once(store: &Store, link: &Link) -> Result<(), PipelineError> {
    let recent = link.probe.offsets_at(&link.partitions, store.now().plus_micros(-KEPT_MICROS)).await?;
    // What is noted there is applied, or a dead letter, which nobody here reads.
    let mut before = link.shared.kept.take_excess(KEPT_BYTES_MAX);
    for (topic, partition) in link.partitions.all() {
        let Some(position) = store.position(&link.log, topic, partition).await? else { continue };
        // Without a recent record all of them are older than ten minutes.
        let kept_from = recent.iter().find(|(t, p, _)| (*t, *p) == (topic, partition));
        let kept_from = kept_from.map_or(position.next_offset, |(.., offset)| *offset);
        let trimmed = kept_from.max(position.next_offset - KEPT_RECORDS_MAX).min(position.next_offset);
        if trimmed > 0 {
            let offset = before.entry((topic.name().to_owned(), partition)).or_default();
            *offset = trimmed.max(*offset);
        }
    }
    if !before.is_empty() {
        link.probe.trim(&before).await?;
    }
    Ok(())
}
