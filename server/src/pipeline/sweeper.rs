//! The sweeper: publishes outbox rows again that the consumer should have seen and did not.
//!
//! A row is swept only when it is not in flight in this process, and when the consumer has passed an end of the log
//! that was observed after the row was last published (or first seen here). Without that rule a long outage would have
//! every sweep publish the whole backlog again.

use crate::kafka::SendError;
use crate::pipeline::closer::OBSERVE_AGAIN_AFTER;
use crate::pipeline::link::{CurrentLink, Link};
use crate::pipeline::{PipelineError, RETRY_PAUSE};
use std::sync::Arc;
use std::time::Duration;
use store::{Reached, Store, Target};
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

/// Rows up to `last_id` were published before these ends were observed.
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
    barrier: Option<Barrier>,
    /// Events of a newer version that waited at the last look.
    of_newer_version: usize,
}

impl Sweeper {
    pub(crate) fn new(store: Store) -> Sweeper {
        Sweeper { store, barrier: None, of_newer_version: 0 }
    }

    pub(crate) async fn run(mut self, links: CurrentLink, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let link = links.borrow().clone();
            let pause = match link {
                None => {
                    self.barrier = None;
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

    /// Observes the log's ends, or, once the consumer has passed them, publishes what should have been counted by then.
    async fn sweep_once(&mut self, link: &Arc<Link>, shutdown: &CancellationToken) -> Result<Swept, PipelineError> {
        match self.barrier.take() {
            Some(mut barrier) if barrier.target.log == link.log => {
                match self.store.reached(&barrier.target).await? {
                    Reached::Yes if barrier.since.elapsed() >= BARRIER_AGE_MIN => {
                        return self.publish(link, barrier.last_id, shutdown).await;
                    }
                    Reached::NotYet if barrier.since.elapsed() >= OBSERVE_AGAIN_AFTER => {
                        // An end that the log has lost is never reached.
                        if let Some(again) = link.observe(&self.store).await? {
                            barrier.target.lower_to(&again);
                        }
                        barrier.since = Instant::now();
                        self.barrier = Some(barrier);
                    }
                    Reached::Yes | Reached::NotYet => self.barrier = Some(barrier),
                    // What was observed says nothing any more: observe anew.
                    Reached::Void => {}
                }
            }
            _ => self.barrier = self.observe(link).await?,
        }
        Ok(Swept::Nothing)
    }

    async fn observe(&self, link: &Link) -> Result<Option<Barrier>, PipelineError> {
        let Some(last_id) = self.store.outbox_last_id().await? else { return Ok(None) };
        // Everything at or above the lowest id in flight may be published after the ends are observed.
        let last_id = link.producer.in_flight().lowest().map_or(last_id, |lowest| last_id.min(lowest - 1));
        if last_id < 1 {
            return Ok(None);
        }
        let target = link.observe(&self.store).await?;
        Ok(target.map(|target| Barrier { last_id, target, since: Instant::now() }))
    }

    async fn publish(&mut self, link: &Link, last_id: i64, stop: &CancellationToken) -> Result<Swept, PipelineError> {
        let (mut after, mut published, mut of_newer_version) = (0, 0, 0);
        loop {
            let page = self.store.outbox_page(after, last_id, PAGE_EVENTS_MAX).await?;
            let Some(last) = page.last_id else { break };
            after = last;
            of_newer_version += page.of_newer_version;
            for event in page.events.iter().filter(|event| !link.producer.in_flight().contains(event.event_id)) {
                loop {
                    match link.producer.send(event, self.store.now()) {
                        Ok(()) => break,
                        Err(SendError::QueueFull) if !stop.is_cancelled() => tokio::time::sleep(FULL_PAUSE).await,
                        Err(SendError::QueueFull) => return Ok(Swept::Events(published)),
                        Err(SendError::Kafka(error)) => return Err(error.into()),
                    }
                }
                published += 1;
            }
        }
        self.say_of_newer_version(of_newer_version);
        Ok(if published == 0 { Swept::Nothing } else { Swept::Events(published) })
    }

    /// Says so once, when there are some.
    fn say_of_newer_version(&mut self, events: usize) {
        if events > 0 && self.of_newer_version == 0 {
            tracing::warn!(
                events,
                "events of a newer version wait in the outbox; minutes close again when a server of that version runs"
            );
        }
        self.of_newer_version = events;
    }
}
