//! Checks by itself that orders, figures and files agree: after the first minute that this process closes, after every
//! closed hour, and whenever the owner asks. The dashboard shows the last result.

use crate::verification::verify;
use domain::Minute;
use domain::snapshot::Verifying;
use std::path::PathBuf;
use std::sync::Arc;
use store::Store;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

const MINUTES_PER_HOUR: i64 = 60;

/// Runs the checks, one at a time.
pub(crate) struct Verifier {
    pub(crate) store: Store,
    pub(crate) folder: PathBuf,
    pub(crate) closed_until: watch::Receiver<Minute>,
    /// The owner's button.
    pub(crate) asked: Arc<Notify>,
    pub(crate) state: watch::Sender<Verifying>,
}

impl Verifier {
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        // Nothing is known of the hour that the shop was closed in.
        let mut verified_hour = None;
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.asked.notified() => {}
                changed = self.closed_until.changed() => {
                    if changed.is_err() { return }
                    let hour = hour_of(*self.closed_until.borrow_and_update());
                    if verified_hour == Some(hour) { continue }
                    verified_hour = Some(hour);
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.verify() => {}
            }
        }
    }

    async fn verify(&self) {
        self.state.send_modify(|state| state.is_running = true);
        let verified = verify(|| self.store.audit(), &self.folder).await;
        let now = self.store.now();
        self.state.send_modify(|state| {
            state.is_running = false;
            match verified {
                Ok(found) => {
                    if !found.agrees() {
                        tracing::error!(
                            minutes = found.differing_minutes(),
                            first = ?found.differences.first(),
                            "orders, figures and files do NOT agree; run `server verify`"
                        );
                    }
                    *state = Verifying { last: Some(found), ..Verifying::default() };
                }
                Err(error) => {
                    tracing::warn!(%error, "it could not be checked whether orders, figures and files agree");
                    state.failed_at = Some(now);
                }
            }
        });
    }
}

fn hour_of(minute: Minute) -> i64 {
    minute.number().div_euclid(MINUTES_PER_HOUR)
}
