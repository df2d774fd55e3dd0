//! Sends the messages about alerts, one at a time, on a task of its own: a receiver that is slow or hangs holds up
//! nothing but them. What is not settled when the shop stops is sent by the next one.

use crate::{PipelineError, RETRY_PAUSE};
use domain::snapshot::DeliveryCounts;
use sinks::webhook::Receiver;
use std::sync::Arc;
use std::time::Duration;
use store::{Settled, Store};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// How often it looks for a message that is due again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What one look did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing is due.
    Nothing,
    /// A message was tried.
    Tried(Settled),
}

/// Claims, posts and settles.
pub(crate) struct Deliveries {
    pub(crate) store: Store,
    pub(crate) receiver: Receiver,
    /// A message was put on its way.
    pub(crate) made: Arc<Notify>,
    pub(crate) counts: watch::Sender<DeliveryCounts>,
}

impl Deliveries {
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let sent = tokio::select! {
                // A message that is under way is claimed, and sent again when the claim is over.
                () = shutdown.cancelled() => return,
                sent = self.send_once() => sent,
            };
            let pause = match sent {
                Ok(Outcome::Tried(_)) => Duration::ZERO,
                Ok(Outcome::Nothing) => LOOK_EVERY,
                Err(error) => {
                    tracing::debug!(%error, "messages could not be looked for");
                    RETRY_PAUSE
                }
            };
            let woken = async {
                tokio::select! {
                    () = self.made.notified() => {}
                    () = shutdown.cancelled() => {}
                }
            };
            let _ = tokio::time::timeout(pause, woken).await;
        }
    }

    async fn send_once(&self) -> Result<Outcome, PipelineError> {
        let Some(claimed) = self.store.claim_alert_delivery().await? else { return Ok(Outcome::Nothing) };
        let posted = self.receiver.post(&claimed.delivery, &claimed.body, self.store.now()).await;
        let error = posted.err();
        let settled = self.store.settle_alert_delivery(&claimed, error.as_deref()).await?;
        let (attempt, error) = (claimed.attempt, error.unwrap_or_default());
        match settled {
            Settled::Delivered => self.counts.send_modify(|counts| counts.delivered += 1),
            Settled::TriedAgain | Settled::Overtaken => {
                tracing::warn!(attempt, error, "the webhook did not take a message; it is tried again");
                self.counts.send_modify(|counts| counts.failed += 1);
            }
            Settled::GivenUp => {
                tracing::error!(
                    attempt,
                    error,
                    "the webhook did not take a message; it is given up, see /admin/alerts"
                );
                self.counts
                    .send_modify(|counts| (counts.failed, counts.given_up) = (counts.failed + 1, counts.given_up + 1));
            }
        }
        Ok(Outcome::Tried(settled))
    }
}
