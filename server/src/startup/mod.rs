//! Puts a whole shop together: binds first, opens the database, makes the channels and hands out their ends, starts
//! every task. The only place that knows all parts. Called by `serve`, and by the tests with a clock of their own.

mod broker;
mod connections;
mod error;
mod owner;
mod site;

pub use error::StartError;

use crate::config::{Broker, Config, ConfigError};
use crate::http::ingest::Ingest;
use crate::http::serving::{Places, serve};
use crate::http::{self, HttpState};
use crate::system_stats::SystemStats;
use app::Shop;
use domain::Snapshot;
use pipeline::health::Health;
use pipeline::{Pipeline, QUEUE_EVENTS_MAX, Settings, Tasks};
use sinks::mailer::Mailer;
use sinks::webhook::Receiver;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Clock, DatabaseOptions, FolderLock, Sharing, Store};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
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
    web: Tasks,
    pipeline: Pipeline,
    /// What ends last: the embedded broker, since clients that have lost theirs take long to end, and the place in the
    /// database.
    last: Tasks,
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

    let refused = |variable| move |problem: String| ConfigError::new(variable, problem);
    let receiver = config.webhook.clone().map(Receiver::new).transpose().map_err(refused("ALERT_WEBHOOK_URL"))?;
    let mailer = config.mail.clone().map(Mailer::new).transpose().map_err(refused("SMTP_URL"))?;

    let shutdown = CancellationToken::new();
    let (relay_sender, relay_receiver) = mpsc::channel(QUEUE_EVENTS_MAX);
    let streams = config.data.streams()?;
    let database = DatabaseOptions { streams: streams.clone(), ..config.database_options() };
    let store = Store::open(&database, clock, relay_sender).await?;
    let folder_lock = FolderLock::take(&config.data.dir)?;
    let is_embedded = matches!(config.kafka.broker, Broker::Embedded { .. });
    let place = store.take_place(if is_embedded { Sharing::Alone } else { Sharing::Shared }).await?;
    let generated_password = owner::set_password(&store, config).await?;

    let mut last = Tasks::default();
    let last_shutdown = CancellationToken::new();
    let cluster = broker::cluster(config, streams, &mut last, &last_shutdown).await?;
    if let Some(place) = place {
        last.spawn("place in the database", place.hold(last_shutdown.clone()));
    }
    let last_shutdown = last_shutdown.drop_guard();
    let (broker, bootstrap_servers) = (cluster.name.clone(), cluster.bootstrap_servers.clone());
    let settings = Settings {
        folder: config.data.dir.clone(),
        page_views_waiting_max: config.data.page_views_waiting_max.into(),
        letters_keep_days: config.data.dead_letters_keep_days,
        addresses_keep_days: config.data.orders_email_keep_days,
        ids_keep: config.ingest.limits.dedupe,
        receiver,
        mailer,
    };
    let mut pipeline = Pipeline::start(&store, relay_receiver, cluster, settings, &shutdown).await?;

    let places = Places::new(connections::limits(config));
    let metrics = http::metrics::MetricsState {
        store: store.clone(),
        places: Arc::clone(&places),
        snapshots: pipeline.snapshots.clone(),
        health: pipeline.health.clone(),
        deliveries: pipeline.deliveries.clone(),
        mails: pipeline.mails.clone(),
        dropped_page_views: Arc::clone(&pipeline.dropped_page_views),
    };
    let tokens = config.ingest.tokens.iter().map(|(name, token)| (name.as_str(), token.reveal()));
    let state = HttpState {
        shop: Shop {
            store: store.clone(),
            live: pipeline.snapshots.clone(),
            webhook: config.webhook.as_ref().map(|webhook| webhook.host.as_str().into()),
        },
        options: site::leptos_options(config, addr),
        page_views: pipeline.page_views.clone(),
        dropped_page_views: Arc::clone(&pipeline.dropped_page_views),
        verify_asked: Arc::clone(&pipeline.verify_asked),
        delivery_made: Arc::clone(&pipeline.delivery_made),
        site: site::version(config),
        reload_port: config.site.reload_port,
        data_dir: config.data.dir.clone(),
        shutdown: shutdown.clone(),
        clients: connections::clients(&config.clients),
        ingest: Ingest::new(tokens, config.ingest.limits, config.ingest.requests_per_minute),
        login_desk: Arc::default(),
        stream_places: http::StreamPlaces::default(),
    };
    let shop = http::router(state).merge(http::health::router(store.clone(), pipeline.health.clone()));
    let mut web = Tasks::default();
    if let Some(every) = config.system_stats_every {
        let stats = SystemStats { store: store.clone(), places: Arc::clone(&places), every };
        pipeline.tasks.spawn("system stats", stats.run(shutdown.clone()));
    }
    web.spawn("shop", serve(listener, shop, places, shutdown.clone()));
    let metrics_places = Places::new(connections::metrics_limits());
    let metrics = http::metrics::router(metrics);
    web.spawn("metrics", serve(metrics_listener, metrics, metrics_places, shutdown.clone()));

    Ok(RunningShop {
        addr,
        metrics_addr,
        broker,
        bootstrap_servers,
        generated_password,
        store,
        health: pipeline.health.clone(),
        snapshots: pipeline.snapshots.clone(),
        _shutdown_when_dropped: shutdown.clone().drop_guard(),
        shutdown,
        web,
        pipeline,
        last,
        last_shutdown,
        _folder_lock: folder_lock,
    })
}

impl RunningShop {
    /// Waits until a task ends that should never end, and names it.
    pub async fn failed(&mut self) -> &'static str {
        tokio::select! {
            Some(ended) = self.web.next_end() => ended,
            ended = self.pipeline.failed() => ended,
            Some(ended) = self.last.next_end() => ended,
        }
    }

    /// Finishes requests, ends streams, writes what is queued, and closes the database; within 10 seconds.
    pub async fn stop(mut self) {
        self.shutdown.cancel();
        if tokio::time::timeout(DRAIN_WITHIN, self.web.ended()).await.is_err() {
            tracing::warn!("requests were still under way after 5 s and are cut off");
            self.web.cut_off().await;
        }
        if tokio::time::timeout(STOP_WITHIN, self.pipeline.stop(self.store)).await.is_err() {
            tracing::warn!("the pipeline did not end in time; what it had not counted waits in the outbox");
        }
        drop(self.last_shutdown);
        self.last.ended().await;
    }
}

async fn bind(variable: &'static str, addr: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(addr).await.map_err(|error| StartError::Listen { variable, addr, error })
}
