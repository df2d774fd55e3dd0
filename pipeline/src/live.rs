//! The dashboard's figures: takes a snapshot after every change, at most ten a second, and at least one a second.

use crate::PipelineError;
use crate::health::Health;
use domain::snapshot::{
    Alerting, CHART_MINUTES, DeliveryCounts, LATEST_FEEDBACK, LATEST_ORDERS, Pipeline, TABLE_MINUTES, Verifying,
};
use domain::{Figures, Minute, MinuteFigures, Snapshot};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use store::{DeadLetterCounts, OutboxState, Store, Tallies};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// The shortest time between two snapshots.
const EVERY_MIN: Duration = Duration::from_millis(100);
/// The longest.
const EVERY_MAX: Duration = Duration::from_secs(1);

/// Takes snapshots and hands them to all streams.
pub(crate) struct Live {
    pub(crate) store: Store,
    pub(crate) broker: String,
    pub(crate) health: watch::Receiver<Health>,
    pub(crate) verifying: watch::Receiver<Verifying>,
    pub(crate) deliveries: watch::Receiver<DeliveryCounts>,
    pub(crate) dropped_page_views: Arc<AtomicI64>,
    pub(crate) snapshots: watch::Sender<Arc<Snapshot>>,
}

/// Figures that are dear to count with a long outbox; taken once a second.
#[derive(Clone, Copy, Default)]
struct Slow {
    outbox: OutboxState,
    tallies: Tallies,
    dead_letters: DeadLetterCounts,
    applied: i64,
}

impl Live {
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        let mut slow = Slow::default();
        let mut slow_taken_at: Option<Instant> = None;
        while !shutdown.is_cancelled() {
            if slow_taken_at.is_none_or(|at| at.elapsed() >= EVERY_MAX) {
                match self.slow().await {
                    Ok(taken) => (slow, slow_taken_at) = (taken, Some(Instant::now())),
                    Err(error) => tracing::debug!(%error, "no state of the outbox"),
                }
            }
            match self.take(&slow).await {
                Ok(snapshot) => {
                    self.snapshots.send_replace(Arc::new(snapshot));
                }
                Err(error) => tracing::debug!(%error, "no snapshot"),
            }
            let _ = tokio::time::timeout(EVERY_MIN, shutdown.cancelled()).await;
            let changed = async {
                tokio::select! {
                    () = self.store.changed() => {}
                    _ = self.health.changed() => {}
                    _ = self.verifying.changed() => {}
                    () = shutdown.cancelled() => {}
                }
            };
            let _ = tokio::time::timeout(EVERY_MAX - EVERY_MIN, changed).await;
        }
    }

    /// Takes one snapshot before anything is served.
    pub(crate) async fn take_first(&mut self) {
        let slow = self.slow().await.unwrap_or_default();
        if let Ok(snapshot) = self.take(&slow).await {
            self.snapshots.send_replace(Arc::new(snapshot));
        }
    }

    async fn slow(&self) -> Result<Slow, PipelineError> {
        Ok(Slow {
            outbox: self.store.outbox_state().await?,
            tallies: self.store.tallies().await?,
            dead_letters: self.store.dead_letter_counts().await?,
            applied: self.store.applied().await?,
        })
    }

    async fn take(&self, slow: &Slow) -> Result<Snapshot, PipelineError> {
        let taken_at = self.store.now();
        let open = Minute::of(taken_at);
        let oldest = open.plus(1 - CHART_MINUTES as i64).max(self.store.first_minute());
        let counted = self.store.figures_from(oldest, CHART_MINUTES as i64).await?;
        let closed_until = self.store.closed_until().await?;
        let table_from = closed_until.plus(-(TABLE_MINUTES as i64)).max(self.store.first_minute());
        let mut closed = self.store.figures_from(table_from, TABLE_MINUTES as i64).await?;
        closed.retain(|minute| minute.minute < closed_until);
        closed.reverse();
        let zone = self.store.time_zone().await?;
        let midnight = zone.day_start(zone.day_of(open));
        let open_alerts = self.store.open_alerts().await?;
        let deliveries = *self.deliveries.borrow();
        let health = self.health.borrow().clone();
        Ok(Snapshot {
            taken_at,
            today: self.store.figures_since(midnight).await?,
            local: zone.local(taken_at),
            latest_orders: self.store.latest_orders(LATEST_ORDERS).await?,
            latest_feedback: self.store.latest_feedback(LATEST_FEEDBACK).await?,
            last_hour: without_gaps(oldest, open, &counted),
            closed,
            pipeline: Pipeline {
                broker: self.broker.clone(),
                unreachable_since: health.unreachable_since,
                kafka_errors: health.kafka_errors.into_values().collect(),
                outbox_events: slow.outbox.events,
                outbox_oldest: slow.outbox.oldest,
                consumer_lag: health.consumer_lag,
                closed_until,
                dead_letters: slow.dead_letters.open,
                dead_letters_by_offset: slow.dead_letters.by_offset,
                late_events: slow.tallies.late_events,
                other_shops_records: slow.tallies.other_shops_records,
                out_of_range_records: slow.tallies.out_of_range_records,
                anomalies: slow.tallies.anomalies,
                dropped_page_views: self.dropped_page_views.load(Ordering::Relaxed),
            },
            verifying: self.verifying.borrow().clone(),
            alerting: Alerting { open: open_alerts.into_iter().map(Into::into).collect(), deliveries },
            applied: slow.applied,
        })
    }
}

/// Every minute from `oldest` to `open`; one that nothing was counted into, and is not closed, has no row yet.
fn without_gaps(oldest: Minute, open: Minute, counted: &[MinuteFigures]) -> Vec<MinuteFigures> {
    (oldest.number()..=open.number())
        .map(Minute::from_number)
        .map(|minute| {
            let found = counted.binary_search_by_key(&minute, |row| row.minute).ok();
            found.and_then(|index| counted.get(index).copied()).unwrap_or(MinuteFigures {
                minute,
                figures: Figures::ZERO,
                is_closed: false,
                revision: 0,
            })
        })
        .collect()
}
