//! The sweeper: publishes outbox rows again that the consumer should have seen and did not.
//!
//! A row is swept only when it is not in flight in this process, and when the consumer has passed an end of the log
//! that was observed after the row was last published (or first seen here). Without that rule a long outage would have
//! every sweep publish the whole backlog again.

use crate::closer::OBSERVE_AGAIN_AFTER;
use crate::kafka::SendError;
use crate::link::{CurrentLink, Link};
use crate::{PipelineError, RETRY_PAUSE};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use store::{Reached, Store, Target};
use streams::{Event, Topic};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often the sweeper looks.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How old an observed end must be: the consumer's own delay, so that the usual way is never doubled.
const BARRIER_AGE_MIN: Duration = Duration::from_secs(1);
/// Rows read at once.
const PAGE_EVENTS_MAX: i64 = 2_000;
/// The pause when the producer is full.
const FULL_PAUSE: Duration = Duration::from_millis(20);

/// Rows of one topic up to `last_id` were published before these ends of it were observed.
struct Barrier {
    last_id: i64,
    target: Target,
    /// When the ends were last observed.
    since: Instant,
}

/// What one look did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Swept {
    /// Nothing waits, or what waits is still on its way.
    Nothing,
    /// This many rows were published again.
    Events(usize),
}

/// Looks and publishes, one link at a time.
pub(crate) struct Sweeper {
    store: Store,
    /// One for each topic: one that cannot be read or published to keeps none of the others.
    barriers: BTreeMap<Topic, Barrier>,
    observed_at: Option<Instant>,
    /// Events that this server does not know and that waited at the last look.
    unknown: usize,
}

impl Sweeper {
    pub(crate) fn new(store: Store) -> Sweeper {
        Sweeper { store, barriers: BTreeMap::new(), observed_at: None, unknown: 0 }
    }

    pub(crate) async fn run(mut self, links: CurrentLink, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let link = links.borrow().clone();
            let pause = match link {
                None => {
                    self.barriers.clear();
                    LOOK_EVERY
                }
                Some(link) => match self.sweep_once(&link, &shutdown).await {
                    Ok(Swept::Nothing) => LOOK_EVERY,
                    Ok(Swept::Events(events)) => {
                        tracing::info!(events, "events that waited in the outbox were published again");
                        LOOK_EVERY
                    }
                    Err(error) => {
                        tracing::debug!(%error, "the sweep did not get through");
                        RETRY_PAUSE
                    }
                },
            };
            let _ = tokio::time::timeout(pause, shutdown.cancelled()).await;
        }
    }

    /// Publishes what should have been counted by now, topic by topic, and observes the ends of the log for the others.
    async fn sweep_once(&mut self, link: &Arc<Link>, shutdown: &CancellationToken) -> Result<Swept, PipelineError> {
        self.barriers.retain(|_, barrier| barrier.target.log == link.log);
        let mut due = BTreeMap::new();
        for (topic, barrier) in std::mem::take(&mut self.barriers) {
            match self.store.reached(&barrier.target).await? {
                Reached::Yes if barrier.since.elapsed() >= BARRIER_AGE_MIN => {
                    due.insert(topic, barrier.last_id);
                }
                Reached::Yes | Reached::NotYet => {
                    self.barriers.insert(topic, barrier);
                }
                // What was observed says nothing any more: observe anew.
                Reached::Void => {}
            }
        }
        if !due.is_empty() {
            return self.publish(link, &due, shutdown).await;
        }
        if self.observed_at.is_none_or(|at| at.elapsed() >= OBSERVE_AGAIN_AFTER) {
            self.observe(link).await?;
        }
        Ok(Swept::Nothing)
    }

    /// Makes the barriers that are missing, and lowers those that were not reached.
    async fn observe(&mut self, link: &Link) -> Result<(), PipelineError> {
        let Some(newest) = self.store.outbox_last_id().await? else {
            self.barriers.clear();
            let names: Vec<_> = link.topics().iter().map(|topic| topic.name()).collect();
            link.shared.refused.forget(&names);
            return Ok(());
        };
        let producer = link.producer();
        // Everything at or above the lowest id in flight may be published after the ends are observed.
        let last_id = |topic| producer.in_flight().lowest_of(topic).map_or(newest, |lowest| newest.min(lowest - 1));
        let last_ids: Vec<_> = link.topics().iter().map(|topic| (*topic, last_id(*topic))).collect();
        let is_old = |barrier: &Barrier| barrier.since.elapsed() >= OBSERVE_AGAIN_AFTER;
        let wanted: BTreeSet<Topic> =
            link.topics().iter().copied().filter(|topic| self.barriers.get(topic).is_none_or(is_old)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let mut seen = link.observe_each(&self.store, &wanted).await?;
        self.observed_at = Some(Instant::now());
        for (topic, last_id) in last_ids.into_iter().filter(|(topic, _)| wanted.contains(topic)) {
            match (self.barriers.get_mut(&topic), seen.remove(&topic)) {
                (Some(barrier), again) => {
                    // An end that the log has lost is never reached.
                    again.into_iter().for_each(|again| barrier.target.lower_to(&again));
                    barrier.since = Instant::now();
                }
                (None, Some(target)) if last_id >= 1 => {
                    self.barriers.insert(topic, Barrier { last_id, target, since: Instant::now() });
                }
                (None, _) => {}
            }
        }
        Ok(())
    }

    /// Publishes what waits of these topics, up to the id named with each. What is refused waits for the next sweep.
    async fn publish(
        &mut self,
        link: &Link,
        due: &BTreeMap<Topic, i64>,
        stop: &CancellationToken,
    ) -> Result<Swept, PipelineError> {
        let Some(last_id) = due.values().max().copied() else { return Ok(Swept::Nothing) };
        let (mut after, mut published, mut unknown) = (0, 0, 0);
        loop {
            // Else a long refusal would have every sweep read all that waits.
            let now = std::time::Instant::now();
            if due.keys().all(|topic| link.shared.refused.takes_nothing(topic.name(), now)) {
                return Ok(swept(published));
            }
            let page = self.store.outbox_page(after, last_id, PAGE_EVENTS_MAX).await?;
            let Some(last) = page.last_id else { break };
            after = last;
            unknown += page.unknown;
            let is_due = |event: &&Event| due.get(&event.body.topic).is_some_and(|last_id| event.event_id <= *last_id);
            for event in page.events.iter().filter(is_due) {
                if link.producer().in_flight().contains(event) {
                    continue;
                }
                loop {
                    match link.send(event, self.store.now()) {
                        Ok(()) => {
                            published += 1;
                            break;
                        }
                        Err(SendError::QueueFull) if !stop.is_cancelled() => tokio::time::sleep(FULL_PAUSE).await,
                        Err(SendError::QueueFull) => return Ok(Swept::Events(published)),
                        Err(SendError::HeldBack) => break,
                        Err(SendError::Kafka(error)) => {
                            tracing::debug!(%error, event_id = event.event_id, "an event waits in the outbox");
                            break;
                        }
                    }
                }
            }
        }
        self.say_of_unknown(unknown);
        Ok(swept(published))
    }

    /// Says so once, when there are some.
    fn say_of_unknown(&mut self, events: usize) {
        if events > 0 && self.unknown == 0 {
            tracing::warn!(
                events,
                "events of a newer version, or of streams that are not declared here, wait in the outbox; minutes close again \
                 when a server runs that knows them"
            );
        }
        self.unknown = events;
    }
}

fn swept(published: usize) -> Swept {
    if published == 0 { Swept::Nothing } else { Swept::Events(published) }
}
