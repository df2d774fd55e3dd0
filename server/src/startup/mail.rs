//! Mails to customers: the task that sends them, where a mail server is configured, and the one that deletes old
//! subscriptions, which a shop has without one too. Called by `start`.

use super::spawn;
use crate::mailer::{MailCounts, Mailer};
use crate::pipeline::mails::Mails;
use crate::pipeline::subscriber_retention;
use store::Store;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Starts both. Answers what becomes of mails.
pub(super) fn start(
    mailer: Option<Mailer>,
    store: &Store,
    tasks: &mut JoinSet<&'static str>,
    shutdown: &CancellationToken,
) -> watch::Receiver<MailCounts> {
    let (counts, mails) = watch::channel(MailCounts::default());
    if let Some(mailer) = mailer {
        spawn(tasks, "mails", Mails { store: store.clone(), mailer, counts }.run(shutdown.clone()));
    }
    spawn(tasks, "subscriber retention", subscriber_retention::run(store.clone(), shutdown.clone()));
    mails
}
