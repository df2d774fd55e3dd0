//! Puts the pipeline together: makes the channels, hands out their ends, starts every task.

use crate::alerts::Alerts;
use crate::closer::Closer;
use crate::deliveries::Deliveries;
use crate::files::Files;
use crate::health::{Health, HealthBoard};
use crate::kafka::Cluster;
use crate::live::Live;
use crate::mails::Mails;
use crate::page_views::PageViews;
use crate::supervisor::Supervisor;
use crate::sweeper::Sweeper;
use crate::verifier::Verifier;
use crate::{
    Tasks, address_retention, ingest_retention, letter_retention, page_views, relay, subscriber_retention, trimmer,
};
use domain::Snapshot;
use domain::snapshot::{DeliveryCounts, Verifying};
use sinks::mailer::{MailCounts, Mailer};
use sinks::webhook::Receiver;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use store::{PageView, Store, StoreError};
use streams::Event;
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::CancellationToken;

/// What the pipeline is told at its start.
#[derive(Debug)]
pub struct Settings {
    /// Where the files are.
    pub folder: PathBuf,
    /// Page views that may wait in the outbox.
    pub page_views_waiting_max: i64,
    /// How long dead letters that were settled are kept, in days.
    pub letters_keep_days: u16,
    /// How long addresses of customers are kept, in days; `None`: for ever.
    pub addresses_keep_days: Option<u16>,
    /// How long the ids of events that came over HTTP are known.
    pub ids_keep: Duration,
    /// Where alerts are sent.
    pub receiver: Option<Receiver>,
    /// How customers' mails go out.
    pub mailer: Option<Mailer>,
}

/// A pipeline that runs: what it tells, and the ends by which it is told something.
#[derive(Debug)]
pub struct Pipeline {
    /// What it knows of itself.
    pub health: watch::Receiver<Health>,
    /// The dashboard's figures.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Takes page views.
    pub page_views: mpsc::Sender<PageView>,
    /// Page views that were dropped.
    pub dropped_page_views: Arc<AtomicI64>,
    /// Asks for a verification.
    pub verify_asked: Arc<Notify>,
    /// Says that a message for the receiver of alerts was written.
    pub delivery_made: Arc<Notify>,
    /// Messages about alerts.
    pub deliveries: watch::Receiver<DeliveryCounts>,
    /// Mails to customers.
    pub mails: watch::Receiver<MailCounts>,
    /// What runs; others that write events may be added.
    pub tasks: Tasks,
    relay: Tasks,
}

impl Pipeline {
    /// Starts all of it. `events` is where the store's writer hands over what it has committed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn start(
        store: &Store,
        events: mpsc::Receiver<Event>,
        cluster: Cluster,
        settings: Settings,
        shutdown: &CancellationToken,
    ) -> Result<Pipeline, StoreError> {
        let (board, health) = HealthBoard::new(store.now());
        let (links_sender, links) = watch::channel(None);
        let (page_views, views_receiver) = mpsc::channel(page_views::QUEUE_VIEWS_MAX);
        let (snapshots_sender, snapshots) = watch::channel(Arc::new(Snapshot::default()));
        let (closed_sender, closed_until) = watch::channel(store.closed_until().await?);
        let revised = Arc::new(Notify::new());
        let dropped_page_views = Arc::new(AtomicI64::new(0));
        let (verifying_sender, verifying) = watch::channel(Verifying::default());
        let verify_asked = Arc::new(Notify::new());
        let (deliveries_sender, deliveries) = watch::channel(DeliveryCounts::default());
        let delivery_made = Arc::new(Notify::new());
        let (mails_sender, mails) = watch::channel(MailCounts::default());

        let mut live = Live {
            store: store.clone(),
            broker: cluster.name.clone(),
            health: health.clone(),
            verifying,
            deliveries: deliveries.clone(),
            dropped_page_views: Arc::clone(&dropped_page_views),
            snapshots: snapshots_sender,
        };
        // The first page that is served shows figures, not zeros.
        live.take_first().await;

        let supervisor = Supervisor {
            cluster,
            store: store.clone(),
            health: board,
            links: links_sender,
            revised: Arc::clone(&revised),
            shutdown: shutdown.clone(),
            reasons: Arc::default(),
            has_warned: false,
        };
        let verifier = Verifier {
            store: store.clone(),
            folder: settings.folder.clone(),
            closed_until: closed_until.clone(),
            asked: Arc::clone(&verify_asked),
            state: verifying_sender,
        };
        let files = Files { store: store.clone(), folder: settings.folder, closed_until, revised };
        let alerts = Alerts {
            store: store.clone(),
            snapshots: snapshots.clone(),
            sender: settings.receiver.is_some().then(|| Arc::clone(&delivery_made)),
            judged: None,
            unchanged: None,
        };
        let views = PageViews {
            store: store.clone(),
            waiting_max: settings.page_views_waiting_max,
            dropped: Arc::clone(&dropped_page_views),
            shutdown: shutdown.clone(),
        };
        let closer = Closer::new(store.clone(), links.clone(), closed_sender);
        let sweeper = Sweeper::new(store.clone());

        let (mut tasks, mut relay) = (Tasks::default(), Tasks::default());
        relay.spawn("relay", relay::run(events, links.clone(), store.clock()));
        tasks.spawn("page views", views.run(views_receiver));
        tasks.spawn("link", supervisor.run());
        tasks.spawn("sweeper", sweeper.run(links.clone(), shutdown.clone()));
        tasks.spawn("closer", closer.run(shutdown.clone()));
        tasks.spawn("files", files.run(shutdown.clone()));
        tasks.spawn("verifier", verifier.run(shutdown.clone()));
        tasks.spawn("trimmer", trimmer::run(store.clone(), links, shutdown.clone()));
        tasks.spawn("live", live.run(shutdown.clone()));
        tasks.spawn("alerts", alerts.run(shutdown.clone()));
        if let Some(receiver) = settings.receiver {
            let made = Arc::clone(&delivery_made);
            let deliveries = Deliveries { store: store.clone(), receiver, made, counts: deliveries_sender };
            tasks.spawn("deliveries", deliveries.run(shutdown.clone()));
        }
        if let Some(mailer) = settings.mailer {
            let mails = Mails { store: store.clone(), mailer, counts: mails_sender };
            tasks.spawn("mails", mails.run(shutdown.clone()));
        }
        let keep_days = settings.letters_keep_days;
        tasks.spawn("letter retention", letter_retention::run(store.clone(), keep_days, shutdown.clone()));
        if let Some(keep_days) = settings.addresses_keep_days {
            tasks.spawn("address retention", address_retention::run(store.clone(), keep_days, shutdown.clone()));
        }
        tasks.spawn("ingest retention", ingest_retention::run(store.clone(), settings.ids_keep, shutdown.clone()));
        tasks.spawn("subscriber retention", subscriber_retention::run(store.clone(), shutdown.clone()));

        Ok(Pipeline {
            health,
            snapshots,
            page_views,
            dropped_page_views,
            verify_asked,
            delivery_made,
            deliveries,
            mails,
            tasks,
            relay,
        })
    }

    /// Waits until a task ends that should never end, and names it.
    pub async fn failed(&mut self) -> &'static str {
        let ended = tokio::select! {
            ended = self.tasks.next_end() => ended,
            ended = self.relay.next_end() => ended,
        };
        ended.unwrap_or("everything")
    }

    /// Waits until all tasks have ended after a shutdown was asked for, and closes the database.
    pub async fn stop(self, store: Store) {
        let Pipeline { page_views, mut tasks, mut relay, .. } = self;
        // The writer of page views ends with their queue.
        drop(page_views);
        tasks.ended().await;
        // The store closes when nobody uses it any more; the relay ends with the store's writer.
        store.close().await;
        relay.ended().await;
    }
}
