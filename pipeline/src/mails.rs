//! Sends mails to customers, a few at a time, on a task of its own: a mail server that is slow, hangs or is away holds
//! up nothing but them. What is not settled when the shop stops is sent by the next one.

use crate::{PipelineError, RETRY_PAUSE};
use sinks::mailer::{MailCounts, Mailer};
use std::time::Duration;
use store::{DueMail, Settled, Store};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often each lane looks for a mail that is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often the mails that wait are counted.
const COUNT_EVERY: Duration = Duration::from_secs(5);
/// Mails that are sent at once.
const LANES: usize = 4;

/// Claims, sends and settles.
pub(crate) struct Mails {
    pub(crate) store: Store,
    pub(crate) mailer: Mailer,
    pub(crate) counts: watch::Sender<MailCounts>,
}

impl Mails {
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let lanes = futures::future::join_all((0..LANES).map(|_| self.send_until(&shutdown)));
        tokio::join!(lanes, self.tidy_until(&shutdown));
    }

    async fn send_until(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            let sent = tokio::select! {
                // A mail that is under way is claimed, and sent again when the claim is over.
                () = shutdown.cancelled() => return,
                sent = self.send_once() => sent,
            };
            let pause = match sent {
                Ok(true) => continue,
                Ok(false) => LOOK_EVERY,
                Err(error) => {
                    tracing::debug!(%error, "mails could not be looked for");
                    RETRY_PAUSE
                }
            };
            let _ = tokio::time::timeout(pause, shutdown.cancelled()).await;
        }
    }

    /// Answers whether there was anything to do.
    async fn send_once(&self) -> Result<bool, PipelineError> {
        let claimed = match self.store.claim_mail().await? {
            DueMail::Nothing => return Ok(false),
            DueMail::Dropped => return Ok(true),
            DueMail::Claimed(claimed) => claimed,
        };
        let sent = self.mailer.send(&claimed.delivery, claimed.made_at, &claimed.mail).await;
        crash::step("after_mail_sent");
        let (error, is_final) = sent.err().map_or((None, false), |not_sent| (Some(not_sent.why), not_sent.is_final));
        let settled = self.store.settle_mail(&claimed, error.as_deref(), is_final).await?;
        let (mail, attempt, error) = (claimed.id, claimed.attempt, error.unwrap_or_default());
        self.counts.send_modify(|counts| match settled {
            Settled::Delivered => counts.delivered += 1,
            Settled::TriedAgain | Settled::Overtaken => counts.failed += 1,
            Settled::GivenUp => (counts.failed, counts.given_up) = (counts.failed + 1, counts.given_up + 1),
        });
        match settled {
            Settled::Delivered => {}
            Settled::TriedAgain | Settled::Overtaken => {
                tracing::warn!(mail, attempt, error, "the mail server did not take a mail; it is tried again");
            }
            Settled::GivenUp => tracing::error!(mail, attempt, error, "a mail is given up"),
        }
        Ok(true)
    }

    async fn tidy_until(&self, shutdown: &CancellationToken) {
        while !shutdown.is_cancelled() {
            if let Err(error) = self.tidy().await {
                tracing::debug!(%error, "waiting mails could not be counted");
            }
            let _ = tokio::time::timeout(COUNT_EVERY, shutdown.cancelled()).await;
        }
    }

    /// Counts what waits, and gives up what waits for too long or in too great a number.
    async fn tidy(&self) -> Result<(), PipelineError> {
        let waiting = self.store.mails_waiting().await?;
        self.counts.send_modify(|counts| counts.waiting = waiting.all);
        if waiting.to_give_up > 0 {
            let given_up = self.store.give_up_mails().await?;
            self.counts.send_modify(|counts| counts.given_up += given_up);
            tracing::error!(mails = given_up, "mails are given up: they waited for too long, or there are too many");
        }
        Ok(())
    }
}
