//! The closer: closes minutes once nothing of them can be missing any more.
//!
//! Its clock is the one that stamps events: on PostgreSQL the database's, whatever this machine believes the time to
//! be. It reads the log's ends once after a minute's end plus grace. The store closes when no outbox row lies before
//! the minute's end and every position has reached these ends. While no broker answers nothing closes: it would be a
//! guess.

use crate::link::CurrentLink;
use crate::{PipelineError, RETRY_PAUSE};
use domain::{ClockWatch, Minute, Timestamp};
use std::time::Duration;
use store::{Closing, Store, Target};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long after its end a minute stays open for records of other producers that are under way.
const GRACE_MICROS: i64 = 2_000_000;
/// How often the closer looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How often the database is asked for its time; in between, the monotonic clock tells how much has passed.
const ASK_TIME_EVERY: Duration = Duration::from_secs(1);

/// How long ends that are not reached are waited for before they are observed again.
pub(crate) const OBSERVE_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What one look did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// No minute is due.
    NotDue,
    /// A minute is due and something of it is still on its way, or no broker answers.
    Waits,
    /// Every minute before this one is closed, and some of them were closed just now.
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
    /// What the database last said of the time, and when, by the monotonic clock.
    told: Option<(Timestamp, Duration)>,
    watch: ClockWatch,
}

impl Closer {
    pub(crate) fn new(store: Store, links: CurrentLink, closed_until: watch::Sender<Minute>) -> Closer {
        Closer {
            store,
            links,
            closed_until,
            target: None,
            observed_at: Instant::now(),
            told: None,
            watch: ClockWatch::default(),
        }
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
        // One reading for the watch and for what is due.
        let (now, monotonic) = self.time().await?;
        if !self.watch.may_close(now, monotonic) {
            // The wall clock jumped ahead. Minutes that have not been would be closed for ever.
            self.target = None;
            return Ok(Outcome::Waits);
        }
        let due = Minute::of(now.plus_micros(-GRACE_MICROS));
        let closed_before = *self.closed_until.borrow();
        if due <= closed_before {
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
                if closed_until <= closed_before {
                    // Nothing was due inside the transaction: never try again at once.
                    return Ok(Outcome::Waits);
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

    /// The time, and the monotonic clock's at that instant.
    async fn time(&mut self) -> Result<(Timestamp, Duration), PipelineError> {
        let clock = self.store.clock();
        if let Some((told, at)) = self.told {
            let passed = clock.monotonic().saturating_sub(at);
            if passed < ASK_TIME_EVERY {
                return Ok((told.plus_micros(i64::try_from(passed.as_micros()).unwrap_or(0)), at + passed));
            }
        }
        let told = self.store.time().await?;
        // After the answer: what is reckoned from it is late rather than early.
        let at = clock.monotonic();
        self.told = Some((told, at));
        Ok((told, at))
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
