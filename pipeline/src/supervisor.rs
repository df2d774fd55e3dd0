//! Keeps a link to the cluster: makes one when a broker answers, and makes it anew when the cluster's id or its topics
//! change. Looks once a second, with one question for all of it.

use crate::health::HealthBoard;
use crate::kafka::{Cluster, Partitions, Probe, Reasons, Request, Tell, Topics, group_of};
use crate::link::Link;
use crate::producer_watch::ProducerWatch;
use crate::{PipelineError, RETRY_PAUSE, consumer};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use streams::Topic;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often the cluster is asked who it is.
const WATCH_EVERY: Duration = Duration::from_secs(1);
/// How often topics that are missing are looked for and, where that is allowed, created.
const TOPICS_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How often a server whose database lives twice looks whether the other one is gone.
const JOIN_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How often a server says in its database that it runs.
const SAYS_EVERY: Duration = Duration::from_secs(10);
/// How long consumers may take to end; one that hangs on a lost broker is left behind.
const CONSUMERS_END_WITHIN: Duration = Duration::from_secs(3);

/// Keeps a link as long as the shop runs.
pub(crate) struct Supervisor {
    pub(crate) cluster: Cluster,
    pub(crate) store: Store,
    pub(crate) health: HealthBoard,
    pub(crate) links: watch::Sender<Option<Arc<Link>>>,
    /// Told when a closed minute was revised.
    pub(crate) revised: Arc<Notify>,
    pub(crate) shutdown: CancellationToken,
    /// Why clients do not connect.
    pub(crate) reasons: Arc<Reasons>,
    /// A broker that does not answer is logged once, until one does.
    pub(crate) has_warned: bool,
}

impl Supervisor {
    pub(crate) async fn run(mut self) {
        while !self.shutdown.is_cancelled() {
            match self.connect().await {
                Ok(link) => self.serve(&link).await,
                Err(PipelineError::Copied(words)) => {
                    self.note_reachable();
                    self.health.note_kafka_error(Request::Join, Some(words));
                    let _ = tokio::time::timeout(JOIN_AGAIN_AFTER, self.shutdown.cancelled()).await;
                }
                Err(error) => {
                    self.note_unreachable(&error);
                    let refused = self.reasons.refused().or_else(|| error.refusal(Request::Connect));
                    self.health.note_kafka_error(Request::Connect, refused);
                    let _ = tokio::time::timeout(RETRY_PAUSE, self.shutdown.cancelled()).await;
                }
            }
        }
    }

    async fn connect(&self) -> Result<Arc<Link>, PipelineError> {
        let probe = Probe::new(&self.cluster, Arc::clone(&self.reasons))?;
        let log = probe.cluster_id().await?;
        if !self.cluster.is_embedded {
            self.look_for_a_copy(&probe).await?;
        }
        let topics = probe.ensure_topics(&self.cluster).await?;
        self.note_topics(&topics);
        #[cfg(feature = "embedded-broker")]
        if self.cluster.is_embedded {
            self.store.forget_positions(crate::kafka::embedded::CLUSTER_ID_PREFIX, &log).await?;
        }
        let health = self.health.clone();
        let tell: Tell = Arc::new(move |request, words| health.note_kafka_error(request, words));
        let asked = (log, probe, &topics);
        Ok(Arc::new(Link::new(&self.cluster, asked, self.store.source(), Arc::clone(&self.reasons), tell)?))
    }

    /// Joins no group in which servers of a copy of this database are.
    async fn look_for_a_copy(&self, probe: &Probe) -> Result<(), PipelineError> {
        self.store.note_server(self.cluster.server_id.clone()).await?;
        let group = group_of(self.store.source());
        match probe.stranger(group.clone(), self.store.servers().await?).await {
            Ok(None) => {
                self.health.note_kafka_error(Request::Join, None);
                Ok(())
            }
            Ok(Some(host)) => Err(PipelineError::Copied(format!(
                "A server on {host} counts as this shop in the consumer group {group}, and from another database: one of the \
                 two is a copy. Stop one of them, or run `server new-life` for the copy."
            ))),
            // Whoever may not know counts as before.
            Err(error) => {
                tracing::debug!(%error, group, "who else is in the consumer group is not known");
                Ok(())
            }
        }
    }

    fn note_topics(&self, topics: &Topics) {
        self.health.note_topics(&topics.refused);
        self.health.update(|health| {
            health.topics_exist = topics.partitions.has_all_topics();
            health.topics_num = self.cluster.streams.all().len();
        });
    }

    async fn serve(&mut self, link: &Arc<Link>) {
        tracing::info!(broker = self.cluster.name, cluster_id = link.log, "connected to Kafka");
        self.note_reachable();
        let stop = self.shutdown.child_token();
        let mut consumers = JoinSet::new();
        for topic in link.partitions.topics() {
            self.start_consumer(&mut consumers, topic, link, &stop);
        }
        self.links.send_replace(Some(Arc::clone(link)));
        let mut producer = ProducerWatch::new(self.store.clone(), self.health.clone());
        let mut topics_at = Instant::now();
        let mut said_at = Instant::now();
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
                _ = ticks.tick() => {
                    self.say_that_it_runs(&mut said_at).await;
                    if !self.still_holds(link, &mut producer).await || self.has_new_topics(link, &mut topics_at).await {
                        break;
                    }
                }
            }
        }
        self.links.send_replace(None);
        link.outlived.cancel();
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
            // The next link finds out anew what of it still holds.
            health.kafka_errors.retain(|request, _| {
                matches!(request, Request::Connect | Request::Join | Request::Describe(_) | Request::Create(_))
            });
        });
    }

    fn start_consumer(&self, set: &mut JoinSet<Topic>, topic: Topic, link: &Arc<Link>, stop: &CancellationToken) {
        let (link, store, stop) = (Arc::clone(link), self.store.clone(), stop.clone());
        let revised = Arc::clone(&self.revised);
        let runtime = tokio::runtime::Handle::current();
        let health = self.health.clone();
        self.health.update(|health| health.consumers_running += 1);
        set.spawn_blocking(move || {
            if let Err(error) = consumer::run(topic, &link, store, runtime, health.clone(), &revised, &stop) {
                tracing::warn!(%topic, %error, "the consumer goes back to its positions");
                if let Some(words) = error.refusal(Request::Read(topic.name())) {
                    health.note_kafka_error(Request::Read(topic.name()), Some(words));
                }
            }
            topic
        });
    }

    /// Looks whether the link's cluster is still there and the same.
    async fn still_holds(&mut self, link: &Arc<Link>, producer: &mut ProducerWatch) -> bool {
        producer.mind(link);
        // Before the cluster's id: the ends are this log's, or nothing. While no broker answers it is not worth the
        // wait.
        let ends = if self.has_warned { None } else { link.ends(&self.store).await.ok().flatten() };
        let asked_at = Instant::now();
        let seen = match link.probe.look_at_topics().await {
            Ok((id, _)) if id != link.log => {
                tracing::warn!(was = link.log, is = id, "another cluster answers; making new clients");
                return false;
            }
            Ok((_, seen)) => seen,
            Err(error) => {
                producer.forget_waiting();
                self.note_unreachable(&error.into());
                return true;
            }
        };
        link.note_look(asked_at, &link.log);
        self.note_reachable();
        producer.mind_waiting(link);
        if seen != link.partitions && self.are_other_topics(link, &seen).await {
            return false;
        }
        let lag = match &ends {
            Some(target) => link.lag(&self.store, target).await.ok(),
            None => None,
        };
        self.health.update(|health| health.consumer_lag = lag);
        true
    }

    /// Whether the topics are others than those of the link, and not only on the way to be what they were.
    async fn are_other_topics(&self, link: &Link, seen: &Partitions) -> bool {
        match link.probe.has_lost(&link.partitions, seen).await {
            Ok(true) => {
                tracing::warn!("topics are missing, or hidden; making new clients");
                true
            }
            Ok(false) if seen.lacks_of(&link.partitions) => false,
            Ok(false) => {
                tracing::info!("the topics have other partitions now; making new clients");
                true
            }
            Err(error) => {
                tracing::debug!(%error, "whether topics are missing is not known");
                false
            }
        }
    }

    /// Now and then, whether a topic that was missing is there.
    async fn has_new_topics(&self, link: &Link, tried_at: &mut Instant) -> bool {
        if link.partitions.is_complete() || tried_at.elapsed() < TOPICS_AGAIN_AFTER {
            return false;
        }
        *tried_at = Instant::now();
        match link.probe.ensure_topics(&self.cluster).await {
            Ok(topics) => {
                self.note_topics(&topics);
                topics.partitions != link.partitions
            }
            Err(error) => {
                tracing::debug!(%error, "topics that are missing were not found");
                false
            }
        }
    }

    /// For servers that start, and wonder who is in the group.
    async fn say_that_it_runs(&self, said_at: &mut Instant) {
        if self.cluster.is_embedded || said_at.elapsed() < SAYS_EVERY {
            return;
        }
        *said_at = Instant::now();
        if let Err(error) = self.store.note_server(self.cluster.server_id.clone()).await {
            tracing::debug!(%error, "that this server runs could not be noted");
        }
    }

    fn note_reachable(&mut self) {
        self.has_warned = false;
        self.health.note_kafka_error(Request::Connect, self.reasons.refused());
        self.health.update(|health| health.unreachable_since = None);
    }

    fn note_unreachable(&mut self, error: &PipelineError) {
        let now = self.store.now();
        if !self.has_warned {
            let reason = self.reasons.unreachable();
            tracing::warn!(broker = self.cluster.name, %error, reason, "Kafka cannot be reached; orders wait in the outbox");
            self.has_warned = true;
        }
        self.health.update(|health| {
            health.unreachable_since.get_or_insert(now);
            health.consumer_lag = None;
        });
    }
}
