//! The closer: closes minutes once nothing of them can be missing any more.
//!
//! It reads the log's ends once after a minute's end plus grace. The store closes when no outbox row lies before the
//! minute's end and every position has reached these ends. While no broker answers nothing closes: it would be a guess.

use crate::pipeline::link::CurrentLink;
use crate::pipeline::{PipelineError, RETRY_PAUSE};
use domain::{ClockWatch, Minute};
use std::time::Duration;
use store::{Closing, Store, Target};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long after its end a minute stays open for records of other producers that are under way.
const GRACE_MICROS: i64 = 2_000_000;
/// How often the closer looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How long ends that are not reached are waited for before they are observed again.
pub(crate) const OBSERVE_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What one look did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// No minute is due.
    NotDue,
    /// A minute is due and something of it is still on its way, or no broker answers.
    Waits,
    /// Every minute before this one is closed.
    Closed(Minute),
}

/// Looks and closes.
pub(crate) struct Closer {
    pub(crate) store: Store,
    pub(crate) links: CurrentLink,
    /// Told up to where minutes are closed.
    pub(crate) closed_until: watch::Sender<Minute>,
    /// The ends to reach, for every minute before the one named with them.
    target: Option<(Minute, Target)>,
    /// When ends were last observed.
    observed_at: Instant,
    watch: ClockWatch,
}

impl Closer {
    pub(crate) fn new(store: Store, links: CurrentLink, closed_until: watch::Sender<Minute>) -> Closer {
        Closer { store, links, closed_until, target: None, observed_at: Instant::now(), watch: ClockWatch::default() }
    }

    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let pause = match self.close_once().await {
                // More may be due after a long pause of the server.
                Ok(Outcome::Closed(_)) => Duration::ZERO,
                Ok(Outcome::NotDue | Outcome::Waits) => LOOK_EVERY,
                Err(error) => {
                    tracing::debug!(%error, "closing did not get through");
                    RETRY_PAUSE
                }
            };
            let _ = tokio::time::timeout(pause, shutdown.cancelled()).await;
        }
    }

    async fn close_once(&mut self) -> Result<Outcome, PipelineError> {
        let clock = self.store.clock();
        // One reading for the watch and for what is due.
        let now = clock.now();
        if !self.watch.may_close(now, clock.monotonic()) {
            // The wall clock jumped ahead. Minutes that have not been would be closed for ever.
            self.target = None;
            return Ok(Outcome::Waits);
        }
        let due = Minute::of(now.plus_micros(-GRACE_MICROS));
        if due <= *self.closed_until.borrow() {
            return Ok(Outcome::NotDue);
        }
        let (until, target) = match self.target.take() {
            Some(target) => target,
            None => {
                let Some(link) = self.links.borrow().clone() else { return Ok(Outcome::Waits) };
                let Some(target) = link.observe(&self.store).await? else { return Ok(Outcome::Waits) };
                self.observed_at = Instant::now();
                (due, target)
            }
        };
        let closing = self.store.close_minutes(until, target.clone()).await?;
        match closing {
            Closing::Closed(closed_until) => {
                if closed_until < until {
                    self.target = Some((until, target));
                }
                self.closed_until.send_replace(closed_until);
                Ok(Outcome::Closed(closed_until))
            }
            Closing::TargetVoid => Ok(Outcome::Waits),
            Closing::OutboxWaits | Closing::LogWaits => {
                // Void as soon as another log is linked: its ends say nothing about this one's.
                let is_current = self.links.borrow().as_ref().is_none_or(|link| link.log == target.log);
                if is_current {
                    self.target = Some((until, self.lowered(target, closing).await?));
                }
                Ok(Outcome::Waits)
            }
        }
    }

    /// The target, with the ends that the log has lost since.
    async fn lowered(&mut self, mut target: Target, closing: Closing) -> Result<Target, PipelineError> {
        if closing != Closing::LogWaits || self.observed_at.elapsed() < OBSERVE_AGAIN_AFTER {
            return Ok(target);
        }
        self.observed_at = Instant::now();
        let link = self.links.borrow().clone();
        if let Some(link) = link
            && let Some(again) = link.observe(&self.store).await?
        {
            target.lower_to(&again);
        }
        Ok(target)
    }
}
