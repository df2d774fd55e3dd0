//! Page views on their way to the outbox: they wait in a bounded queue for at most 50 ms and are written in groups.

use crate::pipeline::RETRY_PAUSE;
use std::time::Duration;
use store::{PAGE_VIEWS_PER_JOB_MAX, PageView, Store, StoreError};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Page views that may wait; when the database takes none, further ones are dropped and counted as dropped.
pub(crate) const QUEUE_VIEWS_MAX: usize = 20_000;
/// The least time from one group to the next, so that few commits carry many views. With the commit a view stays below
/// 50 ms; while a commit takes longer than this, the next group does not wait for more.
const GATHER: Duration = Duration::from_millis(20);

/// Writes groups until the queue is closed and empty. After shutdown a group that cannot be written is given up.
pub(crate) async fn run(mut queue: mpsc::Receiver<PageView>, store: Store, shutdown: CancellationToken) {
    let mut group = Vec::with_capacity(PAGE_VIEWS_PER_JOB_MAX);
    let mut next_group_at = Instant::now();
    while queue.recv_many(&mut group, PAGE_VIEWS_PER_JOB_MAX).await > 0 {
        if group.len() < PAGE_VIEWS_PER_JOB_MAX && !shutdown.is_cancelled() {
            let _ = tokio::time::timeout_at(next_group_at, shutdown.cancelled()).await;
            while group.len() < PAGE_VIEWS_PER_JOB_MAX {
                let Ok(view) = queue.try_recv() else { break };
                group.push(view);
            }
        }
        next_group_at = Instant::now() + GATHER;
        write(&group, &store, &shutdown).await;
        group.clear();
    }
}

async fn write(group: &[PageView], store: &Store, shutdown: &CancellationToken) {
    loop {
        match store.record_page_views(group.to_vec()).await {
            Ok(()) => return,
            Err(error) if !matches!(error, StoreError::Closed) && !shutdown.is_cancelled() => {
                tracing::warn!(%error, page_views = group.len(), "page views wait for the database");
                let _ = tokio::time::timeout(RETRY_PAUSE, shutdown.cancelled()).await;
            }
            Err(error) => {
                tracing::error!(%error, page_views = group.len(), "page views were lost");
                return;
            }
        }
    }
}
