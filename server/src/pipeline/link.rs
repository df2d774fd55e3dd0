//! The connection to one life of the cluster: made when a broker answers, made anew when the cluster's id, its
//! partitions or the producer's health change. No client outlives its log.

use crate::health::HealthBoard;
use crate::kafka::{Cluster, Kept, Partitions, Probe, Producer};
use crate::pipeline::unanswered::Unanswered;
use crate::pipeline::{PipelineError, RETRY_PAUSE, consumer};
use domain::Topic;
use std::sync::Arc;
use std::time::Duration;
use store::{LogEnd, Store, Target};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often the cluster is asked who it is.
const WATCH_EVERY: Duration = Duration::from_secs(1);
/// How long consumers may take to end; one that hangs on a lost broker is left behind.
const CONSUMERS_END_WITHIN: Duration = Duration::from_secs(3);

/// What [`HealthBoard::note_kafka_error`] calls the way to the cluster, beside the topics.
const CONNECTION: &str = "connection";
/// Consumers that leave their group while others have taken their place.
const LEAVING_MAX: usize = 4;

/// Everything that is bound to one life of the cluster.
pub(crate) struct Link {
    /// The cluster's id: the log's name in `positions`.
    pub(crate) log: String,
    pub(crate) cluster: Cluster,
    pub(crate) probe: Probe,
    pub(crate) producer: Producer,
    pub(crate) partitions: Partitions,
    /// Told by a consumer whose topic turned out to be another one: what its clients know of the old one, such as the
    /// epochs of its leaders, keeps them from the new one.
    pub(crate) outlived: CancellationToken,
    /// Places for consumers that take long to leave their group.
    pub(crate) leaving: Arc<Semaphore>,
    /// What the embedded broker's log holds, for the trimmer.
    pub(crate) kept: Arc<Kept>,
}

/// The current link, for those who publish and close; `None` while there is none.
pub(crate) type CurrentLink = watch::Receiver<Option<Arc<Link>>>;

impl Link {
    /// The ends of the log as they are now, each with the generation under which it was seen; `None` while a
    /// partition was never read, while one ends before its position (the log is not what it was, and the consumer has
    /// not found out yet), or when another cluster answers.
    pub(crate) async fn observe(&self, store: &Store) -> Result<Option<Target>, PipelineError> {
        // Generations first: one that changes after it was read makes the target void, never wrong.
        let positions = store.positions(&self.log).await?;
        let ends = self.probe.ends(&self.partitions).await?;
        let mut observed = Vec::new();
        for (topic, partition, offset) in ends {
            let Some(position) = positions.get(&(topic, partition)) else { return Ok(None) };
            if offset < position.next_offset {
                return Ok(None);
            }
            observed.push(LogEnd { topic, partition, generation: position.generation, offset });
        }
        // After the ends: they are this log's, or nothing.
        let is_same = self.probe.cluster_id().await? == self.log;
        Ok(is_same.then(|| Target { log: self.log.clone(), ends: observed }))
    }

    async fn lag(&self, store: &Store) -> Result<Option<i64>, PipelineError> {
        let Some(target) = self.observe(store).await? else { return Ok(None) };
        let positions = store.positions(&self.log).await?;
        let behind = |end: &LogEnd| {
            let position = positions.get(&(end.topic, end.partition));
            position.map_or(0, |position| (end.offset - position.next_offset).max(0))
        };
        Ok(Some(target.ends.iter().map(behind).sum()))
    }
}

/// Keeps a link as long as the shop runs.
pub(crate) struct Supervisor {
    pub(crate) cluster: Cluster,
    pub(crate) store: Store,
    pub(crate) health: HealthBoard,
    pub(crate) links: watch::Sender<Option<Arc<Link>>>,
    /// Told when a closed minute was revised.
    pub(crate) revised: Arc<Notify>,
    pub(crate) shutdown: CancellationToken,
    /// A broker that does not answer is logged once, until one does.
    pub(crate) has_warned: bool,
}

impl Supervisor {
    pub(crate) async fn run(mut self) {
        while !self.shutdown.is_cancelled() {
            match self.connect().await {
                Ok(link) => self.serve(&link).await,
                Err(error) => {
                    self.note_unreachable(&error);
                    self.health.note_kafka_error(CONNECTION, error.refusal("the connection to Kafka"));
                    let _ = tokio::time::timeout(RETRY_PAUSE, self.shutdown.cancelled()).await;
                }
            }
        }
    }

    async fn connect(&self) -> Result<Arc<Link>, PipelineError> {
        let probe = Probe::new(&self.cluster)?;
        let log = probe.cluster_id().await?;
        let partitions = probe.ensure_topics(&self.cluster).await?;
        let kept = Arc::default();
        let producer = Producer::new(&self.cluster, self.store.source(), &kept)?;
        #[cfg(feature = "embedded-broker")]
        if self.cluster.is_embedded {
            self.store.forget_positions(crate::kafka::embedded::CLUSTER_ID_PREFIX, &log).await?;
        }
        let (cluster, outlived) = (self.cluster.clone(), CancellationToken::new());
        let leaving = Arc::new(Semaphore::new(LEAVING_MAX));
        Ok(Arc::new(Link { log, cluster, probe, producer, partitions, outlived, leaving, kept }))
    }

    async fn serve(&mut self, link: &Arc<Link>) {
        tracing::info!(broker = self.cluster.name, cluster_id = link.log, "connected to Kafka");
        self.note_reachable();
        self.health.note_kafka_error(CONNECTION, None);
        self.health.update(|health| health.topics_exist = true);
        let stop = self.shutdown.child_token();
        let mut consumers = JoinSet::new();
        for topic in Topic::ALL {
            self.start_consumer(&mut consumers, topic, link, &stop);
        }
        self.links.send_replace(Some(Arc::clone(link)));
        let mut unanswered = Unanswered::default();
        let mut ticks = tokio::time::interval(WATCH_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.shutdown.cancelled() => break,
                () = link.outlived.cancelled() => {
                    tracing::info!("a topic is another one than it was; making new clients");
                    break;
                }
                Some(ended) = consumers.join_next_with_id() => {
                    let ended = ended.map(|(_, topic)| topic).map_err(|error| error.to_string());
                    self.health.update(|health| health.consumers_running = health.consumers_running.saturating_sub(1));
                    let _ = tokio::time::timeout(RETRY_PAUSE, self.shutdown.cancelled()).await;
                    match ended {
                        Ok(topic) if !stop.is_cancelled() => self.start_consumer(&mut consumers, topic, link, &stop),
                        Ok(_) => break,
                        // Which one panicked is not known: all begin anew with a new link.
                        Err(error) => { tracing::error!(error, "a consumer panicked"); break }
                    }
                }
                _ = ticks.tick() => if !self.still_holds(link, &mut unanswered).await { break },
            }
        }
        self.links.send_replace(None);
        stop.cancel();
        let ended =
            tokio::time::timeout(CONSUMERS_END_WITHIN, async { while consumers.join_next().await.is_some() {} });
        if ended.await.is_err() {
            tracing::warn!("a consumer did not end in time and is left behind");
            consumers.detach_all();
        }
        self.health.update(|health| {
            health.consumers_running = 0;
            health.consumer_lag = None;
            health.kafka_errors.retain(|what, _| *what == CONNECTION);
        });
    }

    fn start_consumer(&self, set: &mut JoinSet<Topic>, topic: Topic, link: &Arc<Link>, stop: &CancellationToken) {
        let (link, store, stop) = (Arc::clone(link), self.store.clone(), stop.clone());
        let revised = Arc::clone(&self.revised);
        let runtime = tokio::runtime::Handle::current();
        let health = self.health.clone();
        self.health.update(|health| health.consumers_running += 1);
        set.spawn_blocking(move || {
            if let Err(error) = consumer::run(topic, &link, store, runtime, health, &revised, &stop) {
                tracing::warn!(%topic, %error, "the consumer goes back to its positions");
            }
            topic
        });
    }

    /// Looks whether the link's cluster is still there and the same.
    async fn still_holds(&mut self, link: &Link, unanswered: &mut Unanswered) -> bool {
        if let Some(reason) = link.producer.fatal_error() {
            tracing::warn!(reason, "the producer failed for good; making a new one");
            return false;
        }
        match link.probe.cluster_id().await {
            Ok(id) if id != link.log => {
                tracing::warn!(was = link.log, is = id, "another cluster answers; making new clients");
                return false;
            }
            Ok(_) => {}
            Err(error) => {
                *unanswered = Unanswered::default();
                self.note_unreachable(&error.into());
                return true;
            }
        }
        if unanswered.is_too_long(link.producer.in_flight().lowest(), Instant::now()) {
            tracing::warn!("the producer waits for an answer that does not come; making a new one");
            return false;
        }
        match link.probe.partitions().await {
            Ok(partitions) if partitions == link.partitions => {}
            Ok(_) => {
                tracing::info!("the topics have other partitions now; making new clients");
                return false;
            }
            Err(error) => {
                tracing::warn!(%error, "topics are missing; creating them again");
                self.health.update(|health| health.topics_exist = false);
                return false;
            }
        }
        let lag = link.lag(&self.store).await.ok().flatten();
        self.note_reachable();
        self.health.update(|health| health.consumer_lag = lag);
        true
    }

    fn note_reachable(&mut self) {
        self.has_warned = false;
        self.health.update(|health| health.unreachable_since = None);
    }

    fn note_unreachable(&mut self, error: &PipelineError) {
        let now = self.store.now();
        if !self.has_warned {
            tracing::warn!(broker = self.cluster.name, %error, "Kafka cannot be reached; orders wait in the outbox");
            self.has_warned = true;
        }
        self.health.update(|health| {
            health.unreachable_since.get_or_insert(now);
            health.consumer_lag = None;
        });
    }
}
