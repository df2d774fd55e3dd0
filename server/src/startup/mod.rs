//! Puts a whole shop together: binds first, opens the database, makes the channels and hands out their ends, starts
//! every task. The only place that knows all parts. Called by `serve`, and by the tests with a clock of their own.

mod broker;
mod connections;
mod error;
mod ingest;
mod mail;
mod owner;
mod site;

pub use error::StartError;

use crate::config::{Broker, Config};
use crate::health::{Health, HealthBoard};
use crate::http::serving::{Places, serve};
use crate::http::{self, HttpState};
use crate::mailer::Mailer;
use crate::pipeline::alerts::Alerts;
use crate::pipeline::closer::Closer;
use crate::pipeline::deliveries::Deliveries;
use crate::pipeline::files::Files;
use crate::pipeline::live::Live;
use crate::pipeline::page_views::PageViews;
use crate::pipeline::supervisor::Supervisor;
use crate::pipeline::sweeper::Sweeper;
use crate::pipeline::verifier::Verifier;
use crate::pipeline::{address_retention, letter_retention, page_views, relay, trimmer};
use crate::webhook::Receiver;
use app::Shop;
use domain::Snapshot;
use domain::snapshot::{DeliveryCounts, Verifying};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use store::{Clock, DatabaseOptions, FolderLock, Sharing, Store};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::{CancellationToken, DropGuard};

/// How long requests under way may take after a shutdown was asked for.
const DRAIN_WITHIN: Duration = Duration::from_secs(5);
/// How long everything behind HTTP may then take.
const STOP_WITHIN: Duration = Duration::from_secs(4);

/// A shop that runs.
#[derive(Debug)]
pub struct RunningShop {
    /// Where customers reach it.
    pub addr: SocketAddr,
    /// Where Prometheus reaches it.
    pub metrics_addr: SocketAddr,
    /// The broker's name, for people.
    pub broker: String,
    /// The broker's `host:port` list, for clients.
    pub bootstrap_servers: String,
    /// The owner's password, when it was made at this start. Shown once, stored as a hash only.
    pub generated_password: Option<String>,
    /// The database.
    pub store: Store,
    /// What the pipeline knows of itself.
    pub health: watch::Receiver<Health>,
    /// The dashboard's figures.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    shutdown: CancellationToken,
    /// A shop that is dropped, as by a test that fails, ends its threads all the same.
    _shutdown_when_dropped: DropGuard,
    web: JoinSet<&'static str>,
    pipeline: JoinSet<&'static str>,
    relay: JoinHandle<()>,
    /// What ends last: the embedded broker, since clients that have lost theirs take long to end, and the place in the
    /// database.
    last: JoinSet<&'static str>,
    last_shutdown: DropGuard,
    _folder_lock: FolderLock,
}

/// Starts a shop.
///
/// # Errors
/// In one line, what is wrong and where.
pub async fn start(config: &Config, clock: Clock) -> Result<RunningShop, StartError> {
    let listener = bind("LEPTOS_SITE_ADDR", config.site.addr).await?;
    let metrics_listener = bind("METRICS_ADDR", config.metrics_addr).await?;
    let (addr, metrics_addr) = (listener.local_addr()?, metrics_listener.local_addr()?);

    let receiver = config.webhook.clone().map(Receiver::new).transpose()?;
    let mailer = config.mail.clone().map(Mailer::new).transpose()?;

    let shutdown = CancellationToken::new();
    let (relay_sender, relay_receiver) = mpsc::channel(relay::QUEUE_EVENTS_MAX);
    let streams = config.data.streams()?;
    let database = DatabaseOptions { streams: streams.clone(), ..config.database_options() };
    let store = Store::open(&database, clock, relay_sender).await?;
    let folder_lock = FolderLock::take(&config.data.dir)?;
    let is_embedded = matches!(config.kafka.broker, Broker::Embedded { .. });
    let place = store.take_place(if is_embedded { Sharing::Alone } else { Sharing::Shared }).await?;
    let generated_password = owner::set_password(&store, config).await?;

    let (mut pipeline, mut last) = (JoinSet::new(), JoinSet::new());
    let last_shutdown = CancellationToken::new();
    let cluster = broker::cluster(config, streams, &mut last, &last_shutdown).await?;
    if let Some(place) = place {
        spawn(&mut last, "place in the database", place.hold(last_shutdown.clone()));
    }
    let last_shutdown = last_shutdown.drop_guard();
    let (health_board, health) = HealthBoard::new(store.now());
    let (links_sender, links) = watch::channel(None);
    let (views_sender, views_receiver) = mpsc::channel(page_views::QUEUE_VIEWS_MAX);
    let (snapshots_sender, snapshots) = watch::channel(Arc::new(Snapshot::default()));
    let (closed_sender, closed_until) = watch::channel(store.closed_until().await?);
    let revised = Arc::new(Notify::new());
    let dropped_page_views = Arc::new(AtomicI64::new(0));
    let (verifying_sender, verifying) = watch::channel(Verifying::default());
    let verify_asked = Arc::new(Notify::new());
    let (deliveries_sender, deliveries) = watch::channel(DeliveryCounts::default());
    let delivery_made = Arc::new(Notify::new());

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
        cluster: cluster.clone(),
        store: store.clone(),
        health: health_board,
        links: links_sender,
        revised: Arc::clone(&revised),
        shutdown: shutdown.clone(),
        reasons: Arc::default(),
        has_warned: false,
    };
    let verifier = Verifier {
        store: store.clone(),
        folder: config.data.dir.clone(),
        closed_until: closed_until.clone(),
        asked: Arc::clone(&verify_asked),
        state: verifying_sender,
    };
    let files = Files { store: store.clone(), folder: config.data.dir.clone(), closed_until, revised };
    let alerts = Alerts {
        store: store.clone(),
        snapshots: snapshots.clone(),
        sender: receiver.is_some().then(|| Arc::clone(&delivery_made)),
        judged: None,
        unchanged: None,
    };
    let closer = Closer::new(store.clone(), links.clone(), closed_sender);
    let sweeper = Sweeper::new(store.clone());
    let relay = tokio::spawn(relay::run(relay_receiver, links.clone(), store.clock()));
    let page_views = PageViews {
        store: store.clone(),
        waiting_max: config.data.page_views_waiting_max.into(),
        dropped: Arc::clone(&dropped_page_views),
        shutdown: shutdown.clone(),
    };
    spawn(&mut pipeline, "page views", page_views.run(views_receiver));
    spawn(&mut pipeline, "link", supervisor.run());
    spawn(&mut pipeline, "sweeper", sweeper.run(links.clone(), shutdown.clone()));
    spawn(&mut pipeline, "closer", closer.run(shutdown.clone()));
    spawn(&mut pipeline, "files", files.run(shutdown.clone()));
    spawn(&mut pipeline, "verifier", verifier.run(shutdown.clone()));
    spawn(&mut pipeline, "trimmer", trimmer::run(store.clone(), links, shutdown.clone()));
    let letters = letter_retention::run(store.clone(), config.data.dead_letters_keep_days, shutdown.clone());
    spawn(&mut pipeline, "letter retention", letters);
    if let Some(keep_days) = config.data.orders_email_keep_days {
        let addresses = address_retention::run(store.clone(), keep_days, shutdown.clone());
        spawn(&mut pipeline, "address retention", addresses);
    }
    spawn(&mut pipeline, "live", live.run(shutdown.clone()));
    spawn(&mut pipeline, "alerts", alerts.run(shutdown.clone()));
    if let Some(receiver) = receiver {
        let made = Arc::clone(&delivery_made);
        let deliveries = Deliveries { store: store.clone(), receiver, made, counts: deliveries_sender };
        spawn(&mut pipeline, "deliveries", deliveries.run(shutdown.clone()));
    }

    let mails = mail::start(mailer, &store, &mut pipeline, &shutdown);

    let places = Places::new(connections::limits(config));
    let metrics = http::metrics::MetricsState {
        store: store.clone(),
        places: Arc::clone(&places),
        snapshots: snapshots.clone(),
        health: health.clone(),
        deliveries,
        mails,
        dropped_page_views: Arc::clone(&dropped_page_views),
    };
    let state = HttpState {
        shop: Shop {
            store: store.clone(),
            live: snapshots.clone(),
            webhook: config.webhook.as_ref().map(|webhook| webhook.host.as_str().into()),
        },
        options: site::leptos_options(config, addr),
        page_views: views_sender,
        dropped_page_views,
        verify_asked,
        delivery_made,
        site: site::version(config),
        reload_port: config.site.reload_port,
        data_dir: config.data.dir.clone(),
        shutdown: shutdown.clone(),
        clients: connections::clients(&config.clients),
        ingest: ingest::start(&config.ingest, &store, &mut pipeline, &shutdown),
        login_desk: Arc::default(),
        stream_places: http::StreamPlaces::default(),
    };
    let shop = http::router(state).merge(http::health::router(store.clone(), health.clone()));
    let mut web = JoinSet::new();
    let metrics_places = Places::new(connections::metrics_limits());
    spawn(&mut web, "shop", serve(listener, shop, places, shutdown.clone()));
    spawn(
        &mut web,
        "metrics",
        serve(metrics_listener, http::metrics::router(metrics), metrics_places, shutdown.clone()),
    );

    Ok(RunningShop {
        addr,
        metrics_addr,
        broker: cluster.name,
        bootstrap_servers: cluster.bootstrap_servers,
        generated_password,
        store,
        health,
        snapshots,
        _shutdown_when_dropped: shutdown.clone().drop_guard(),
        shutdown,
        web,
        pipeline,
        relay,
        last,
        last_shutdown,
        _folder_lock: folder_lock,
    })
}

impl RunningShop {
    /// Waits until a task ends that should never end, and names it.
    pub async fn failed(&mut self) -> &'static str {
        let ended = tokio::select! {
            Some(ended) = self.web.join_next() => ended,
            Some(ended) = self.pipeline.join_next() => ended,
            Some(ended) = self.last.join_next() => ended,
            ended = &mut self.relay => ended.map(|()| "relay"),
            else => Ok("everything"),
        };
        ended.unwrap_or_else(|panic| {
            tracing::error!(%panic, "a task panicked");
            "a task that panicked"
        })
    }

    /// Finishes requests, ends streams, writes what is queued, and closes the database; within 10 seconds.
    pub async fn stop(mut self) {
        self.shutdown.cancel();
        let drained = async { while self.web.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN_WITHIN, drained).await.is_err() {
            tracing::warn!("requests were still under way after 5 s and are cut off");
            self.web.shutdown().await;
        }
        // The store closes when nobody uses it any more; the relay ends with the store's writer.
        let stopped = async {
            while self.pipeline.join_next().await.is_some() {}
            self.store.close().await;
            let _ = self.relay.await;
        };
        if tokio::time::timeout(STOP_WITHIN, stopped).await.is_err() {
            tracing::warn!("the pipeline did not end in time; what it had not counted waits in the outbox");
        }
        drop(self.last_shutdown);
        while self.last.join_next().await.is_some() {}
    }
}

fn spawn(tasks: &mut JoinSet<&'static str>, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
    tasks.spawn(async move {
        task.await;
        name
    });
}

async fn bind(variable: &'static str, addr: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(addr).await.map_err(|error| StartError::Listen { variable, addr, error })
}
