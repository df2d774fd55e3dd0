//! The watch over the owner's rules: looks at the shop, says which conditions hold, and begins and ends alerts. Woken
//! by the dashboard's snapshots, but not more than once a second. Knows nothing of who is told: `deliveries` sends.

use crate::{PipelineError, RETRY_PAUSE, alert_measures};
use domain::alert::{Observation, REVENUE_MINUTES, Revenue, RuleName, Stall, evaluate};
use domain::{Minute, MinuteFigures, Rules, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Settlement, Store, StoreError};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// The shortest time between two looks.
const EVERY_MIN: Duration = Duration::from_secs(1);
/// The longest, should no snapshot come.
const EVERY_MAX: Duration = Duration::from_secs(3);
/// The most minutes that one look judges: those of the last day.
const JUDGED_MINUTES_MAX: i64 = 24 * 60;
/// So many looks must agree before minutes count as stalled.
const STALLED_LOOKS_MIN: u32 = 3;
/// Revenue is compared with that of so many days before, at the same time of the owner's clock.
const DAYS_BEFORE: i64 = 7;

/// What one look did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every alert stays as it was.
    AsBefore,
    /// Some began or ended.
    Changed(Settlement),
}

/// How far complete minutes were judged. Several may be completed at once, as when Kafka is back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judged {
    /// From this one on, those that were judged last.
    since: Minute,
    /// All before this one.
    until: Minute,
    /// The busiest of those that were judged last.
    busiest: Option<MinuteFigures>,
}

/// Since when the same minute has been the last that closed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unchanged {
    closed_until: Minute,
    /// By the clock that nobody can set.
    since: Duration,
    /// How often that was seen: one look may fall between a jump of the clock and the closing that follows.
    looks: u32,
}

/// Looks, begins and ends.
pub(crate) struct Alerts {
    pub(crate) store: Store,
    /// Tells that something may have changed.
    pub(crate) snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Wakes the sender; `None` where nobody is told.
    pub(crate) sender: Option<Arc<Notify>>,
    /// What was judged; `None` before the first look.
    pub(crate) judged: Option<Judged>,
    /// Whether minutes close; `None` before the first look.
    pub(crate) unchanged: Option<Unchanged>,
}

impl Alerts {
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let pause = match self.evaluate_once().await {
                Ok(Outcome::AsBefore) => EVERY_MIN,
                Ok(Outcome::Changed(Settlement { began, ended })) => {
                    tracing::info!(began, ended, "alerts changed; see /admin/alerts");
                    EVERY_MIN
                }
                Err(error) => {
                    tracing::debug!(%error, "the rules could not be looked at");
                    RETRY_PAUSE
                }
            };
            let _ = tokio::time::timeout(pause, shutdown.cancelled()).await;
            let woken = async {
                tokio::select! {
                    _ = self.snapshots.changed() => {}
                    () = shutdown.cancelled() => {}
                }
            };
            let _ = tokio::time::timeout(EVERY_MAX - EVERY_MIN, woken).await;
        }
    }

    async fn evaluate_once(&mut self) -> Result<Outcome, PipelineError> {
        let rules = self.store.alert_rules().await?;
        let closed_until = self.store.closed_until().await?;
        let before = closed_until.plus(-1);
        let last = *self.judged.get_or_insert(Judged { since: before, until: before, busiest: None });
        let judged = judge(&self.store, last, closed_until).await?;
        let stall = self.stall(closed_until);
        let seen = observe(&self.store, &rules, judged, stall).await?;
        let open: BTreeMap<RuleName, String> =
            self.store.open_alerts().await?.into_iter().map(|alert| (alert.rule, alert.words)).collect();
        let changes: Vec<_> = evaluate(&rules, &seen)
            .into_iter()
            .filter_map(|(rule, verdict)| Some((rule, alert_measures::change(verdict, open.get(&rule.into()))?)))
            .collect();
        let completed = (!seen.is_stale()).then_some(judged.since..judged.until);
        let of_measures = alert_measures::changes(&self.store, completed, &seen.local, &open).await?;
        let is_sent = self.sender.is_some();
        let mut settled = Settlement::default();
        if !changes.is_empty() {
            settled = self.store.settle_alerts(seen.now, changes, is_sent).await?;
        }
        if !of_measures.is_empty() {
            let more = self.store.settle_measure_alerts(seen.now, of_measures, is_sent).await?;
            (settled.began, settled.ended) = (settled.began + more.began, settled.ended + more.ended);
        }
        // Not before: what could not be settled is looked at again, and what is stale is not judged yet.
        if !seen.is_stale() {
            self.judged = Some(judged);
        }
        if settled == Settlement::default() {
            // Nothing changed, another server was first, or what was found is noted.
            return Ok(Outcome::AsBefore);
        }
        if let Some(sender) = &self.sender {
            sender.notify_one();
        }
        Ok(Outcome::Changed(settled))
    }

    fn stall(&mut self, closed_until: Minute) -> Stall {
        let now = self.store.clock().monotonic();
        let unchanged = match self.unchanged {
            Some(before) if before.closed_until == closed_until => Unchanged { looks: before.looks + 1, ..before },
            _ => Unchanged { closed_until, since: now, looks: 0 },
        };
        self.unchanged = Some(unchanged);
        if unchanged.looks < STALLED_LOOKS_MIN {
            return Stall::default();
        }
        let pipeline = &self.snapshots.borrow().pipeline;
        let reason = match (pipeline.kafka_errors.is_empty(), pipeline.unreachable_since) {
            (false, _) => pipeline.kafka_errors.join(" "),
            (true, Some(_)) => "No Kafka broker answers.".to_owned(),
            (true, None) => String::new(),
        };
        let seconds = now.saturating_sub(unchanged.since).as_secs();
        Stall { unchanged_minutes: i64::try_from(seconds / 60).unwrap_or(i64::MAX), reason }
    }
}

/// What there is to see; only what a rule that is on asks for is dear.
async fn observe(store: &Store, rules: &Rules, judged: Judged, stall: Stall) -> Result<Observation, StoreError> {
    let now = store.now();
    let zone = store.time_zone().await?;
    let first_minute = store.first_minute();
    let closed_until = judged.until;
    let from = closed_until.plus(-REVENUE_MINUTES);
    let before = zone.days_earlier(from, DAYS_BEFORE);
    let revenue = if rules.low_revenue_is_on && before >= first_minute {
        Some(revenue(store, from, before).await?)
    } else {
        None
    };
    let outbox = store.outbox_state().await?;
    Ok(Observation {
        now,
        local: zone.local(now),
        first_minute,
        last_order: store.latest_orders(1).await?.first().map(|order| order.event_time),
        closed_until,
        busiest: judged.busiest,
        revenue,
        outbox_events: outbox.events,
        outbox_oldest: outbox.oldest,
        dead_letters: store.dead_letter_counts().await?.open,
        stall,
    })
}

/// The minutes that were completed since the last look.
async fn judge(store: &Store, last: Judged, until: Minute) -> Result<Judged, StoreError> {
    if until == last.until {
        return Ok(last);
    }
    let from = last.until.max(until.plus(-JUDGED_MINUTES_MAX));
    let minutes = store.figures_from(from, JUDGED_MINUTES_MAX).await?;
    let judged = minutes.into_iter().filter(|minute| minute.is_closed && minute.minute < until);
    Ok(Judged { since: last.until, until, busiest: judged.max_by_key(|minute| minute.figures.requests_num) })
}

async fn revenue(store: &Store, from: Minute, before: Minute) -> Result<Revenue, StoreError> {
    let spans = [from, before].map(|first| first..first.plus(REVENUE_MINUTES));
    let counts = store.counts_of(&spans).await?;
    let price = |index: usize| counts.get(index).map(|counts| counts.figures.total_orders_price).unwrap_or_default();
    Ok(Revenue { until: from.plus(REVENUE_MINUTES), now: price(0), before: price(1) })
}
