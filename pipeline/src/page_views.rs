//! Page views on their way to the outbox: they wait in a bounded queue for at most 50 ms and are written in groups.
//!
//! While no broker answers they pile up in the outbox. They have a budget there: beyond it they are dropped and
//! counted, so that they never fill the disk which orders need.

use crate::RETRY_PAUSE;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
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
/// How often it is asked how many page views wait in the outbox: other servers write and count them as well.
const ASK_ROOM_EVERY: Duration = Duration::from_secs(5);

/// Writes page views.
pub(crate) struct PageViews {
    pub(crate) store: Store,
    /// Page views that may wait in the outbox.
    pub(crate) waiting_max: i64,
    /// Counts what is dropped.
    pub(crate) dropped: Arc<AtomicI64>,
    pub(crate) shutdown: CancellationToken,
}

/// How many more may be written until it is asked again.
struct Room {
    views: i64,
    /// There was none at all.
    is_full: bool,
    asked_at: Instant,
}

impl Room {
    /// What is used up is asked for again at once; where there was none, after a while, since counting takes long then.
    fn is_outdated(&self) -> bool {
        (self.views == 0 && !self.is_full) || self.asked_at.elapsed() >= ASK_ROOM_EVERY
    }
}

impl PageViews {
    /// Writes groups until the queue is closed and empty. After shutdown a group that cannot be written is given up.
    pub(crate) async fn run(self, mut queue: mpsc::Receiver<PageView>) {
        let mut group = Vec::with_capacity(PAGE_VIEWS_PER_JOB_MAX);
        let mut next_group_at = Instant::now();
        let mut room = None;
        while queue.recv_many(&mut group, PAGE_VIEWS_PER_JOB_MAX).await > 0 {
            if group.len() < PAGE_VIEWS_PER_JOB_MAX && !self.shutdown.is_cancelled() {
                let _ = tokio::time::timeout_at(next_group_at, self.shutdown.cancelled()).await;
                while group.len() < PAGE_VIEWS_PER_JOB_MAX {
                    let Ok(view) = queue.try_recv() else { break };
                    group.push(view);
                }
            }
            next_group_at = Instant::now() + GATHER;
            if self.has_room(&mut room, group.len()).await {
                self.write(&group).await;
            } else {
                self.dropped.fetch_add(group.len() as i64, Ordering::Relaxed);
            }
            group.clear();
        }
    }

    /// Whether so many more may wait in the outbox; takes their room.
    async fn has_room(&self, room: &mut Option<Room>, views: usize) -> bool {
        if room.as_ref().is_none_or(Room::is_outdated) {
            match self.store.waiting_page_views(self.waiting_max).await {
                Ok(waiting) => {
                    let views = (self.waiting_max - waiting).max(0);
                    if views == 0 && room.as_ref().is_none_or(|room| !room.is_full) {
                        tracing::warn!(waiting, "too many page views wait in the outbox; further ones are dropped");
                    }
                    *room = Some(Room { views, is_full: views == 0, asked_at: Instant::now() });
                }
                // Writing will tell.
                Err(error) => tracing::debug!(%error, "how many page views wait is not known"),
            }
        }
        let Some(room) = room else { return true };
        let has_room = room.views > 0;
        room.views = (room.views - views as i64).max(0);
        has_room
    }

    async fn write(&self, group: &[PageView]) {
        loop {
            match self.store.record_page_views(group.to_vec()).await {
                Ok(()) => return,
                Err(error) if !matches!(error, StoreError::Closed) && !self.shutdown.is_cancelled() => {
                    tracing::warn!(%error, page_views = group.len(), "page views wait for the database");
                    let _ = tokio::time::timeout(RETRY_PAUSE, self.shutdown.cancelled()).await;
                }
                Err(error) => {
                    tracing::error!(%error, page_views = group.len(), "page views were lost");
                    return;
                }
            }
        }
    }
}
