//! The connection to one life of the cluster: its clients and what they share. No client outlives its log.

use crate::PipelineError;
use crate::kafka::{Batches, Cluster, Partitions, Probe, Producer, Reasons, Refused, SendError, Shared, Tell, Topics};
use domain::Timestamp;
use rdkafka::error::KafkaError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use store::{LogEnd, Store, Target};
use streams::{Event, Topic};
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Consumers that leave their group while others have taken their place.
const LEAVING_MAX: usize = 4;
/// How long the supervisor's next look at the cluster is waited for.
const LOOK_WITHIN: Duration = Duration::from_secs(10);

/// Everything that is bound to one life of the cluster.
pub(crate) struct Link {
    /// The cluster's id: the log's name in `positions`.
    pub(crate) log: String,
    pub(crate) cluster: Cluster,
    pub(crate) probe: Probe,
    producer: RwLock<Arc<Producer>>,
    pub(crate) shared: Shared,
    pub(crate) partitions: Partitions,
    /// It is over, or has to be. Told by a consumer whose topic turned out to be another one, since what its clients
    /// know of the old one, such as the epochs of its leaders, keeps them from the new one; and by the supervisor, who
    /// looks at it no longer.
    pub(crate) outlived: CancellationToken,
    /// Places for consumers that take long to leave their group.
    pub(crate) leaving: Arc<Semaphore>,
    source: String,
    /// When the supervisor last asked who answers, and who did.
    looks: watch::Sender<Option<(Instant, String)>>,
}

/// The current link, for those who publish and close; `None` while there is none.
pub(crate) type CurrentLink = watch::Receiver<Option<Arc<Link>>>;

impl Link {
    /// A link to the cluster that this probe has asked.
    ///
    /// # Errors
    /// A producer cannot be made.
    pub(crate) fn new(
        cluster: &Cluster,
        (log, probe, topics): (String, Probe, &Topics),
        source: &str,
        reasons: Arc<Reasons>,
        tell: Tell,
    ) -> Result<Link, KafkaError> {
        let shared = Shared {
            refused: Refused::new(Arc::clone(&tell)),
            reasons,
            tell,
            kept: Arc::default(),
            letters: Arc::default(),
        };
        let producer = Arc::new(Producer::new(cluster, source, &shared, Batches::Whole)?);
        Ok(Link {
            log,
            cluster: cluster.clone(),
            probe,
            producer: RwLock::new(producer),
            shared,
            partitions: topics.partitions.clone(),
            outlived: CancellationToken::new(),
            leaving: Arc::new(Semaphore::new(LEAVING_MAX)),
            source: source.to_owned(),
            looks: watch::Sender::new(None),
        })
    }

    /// The producer of now; another one may take its place at any time.
    pub(crate) fn producer(&self) -> Arc<Producer> {
        Arc::clone(&self.producer.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts a new producer in the place of one that is of no more use. What that one held is still in the outbox.
    ///
    /// # Errors
    /// None can be made.
    pub(crate) fn renew_producer(&self, batches: Batches) -> Result<(), KafkaError> {
        let fresh = Arc::new(Producer::new(&self.cluster, &self.source, &self.shared, batches)?);
        let old = std::mem::replace(&mut *self.producer.write().unwrap_or_else(PoisonError::into_inner), fresh);
        // It may wait for a broker that is gone.
        tokio::task::spawn_blocking(move || drop(old));
        Ok(())
    }

    /// Every topic of events, there or not.
    pub(crate) fn topics(&self) -> &[Topic] {
        self.cluster.streams.all()
    }

    /// Hands an event over without waiting.
    ///
    /// # Errors
    /// Why it was not taken; the outbox still holds it.
    pub(crate) fn send(&self, event: &Event, now: Timestamp) -> Result<(), SendError> {
        match self.partitions.has(event.body.topic) {
            true => self.producer().send(event, now),
            // The producer would keep it, and look for its topic in vain.
            false => Err(SendError::HeldBack),
        }
    }

    /// The ends of the log as they are now, each with the generation under which it was seen; `None` while a topic is
    /// missing, while a partition was never read, while one ends before its position (the log is not what it was, and
    /// the consumer has not found out yet), or when another cluster answers.
    pub(crate) async fn observe(&self, store: &Store) -> Result<Option<Target>, PipelineError> {
        let Some(target) = self.ends(store).await? else { return Ok(None) };
        // After the ends: they are this log's, or nothing.
        let is_same = self.probe.cluster_id().await? == self.log;
        Ok(is_same.then_some(target))
    }

    /// The ends of the whole log as they are now, like [`Link::observe`]; whose they are is for the caller to ask.
    pub(super) async fn ends(&self, store: &Store) -> Result<Option<Target>, PipelineError> {
        if !self.partitions.has_all_topics() {
            return Ok(None);
        }
        let by_topic = self.ends_by_topic(store, &self.topics().iter().copied().collect()).await?;
        let is_whole = by_topic.len() == self.topics().len();
        let ends = by_topic.into_values().flat_map(|target| target.ends).collect();
        Ok(is_whole.then(|| Target { log: self.log.clone(), ends }))
    }

    /// Like [`Link::observe`], of each of these topics for itself. May take some seconds: it asks the cluster who it is
    /// together with the supervisor.
    pub(crate) async fn observe_each(
        &self,
        store: &Store,
        topics: &BTreeSet<Topic>,
    ) -> Result<BTreeMap<Topic, Target>, PipelineError> {
        let targets = self.ends_by_topic(store, topics).await?;
        let read_at = Instant::now();
        let mut looks = self.looks.subscribe();
        let look = looks.wait_for(|look| look.as_ref().is_some_and(|(asked_at, _)| *asked_at >= read_at));
        let is_same = tokio::select! {
            // Nobody looks any more.
            () = self.outlived.cancelled() => false,
            look = tokio::time::timeout(LOOK_WITHIN, look) => match look {
                Ok(Ok(look)) => look.as_ref().is_some_and(|(_, id)| *id == self.log),
                Ok(Err(_)) | Err(_) => false,
            },
        };
        Ok(if is_same { targets } else { BTreeMap::new() })
    }

    /// What the supervisor asked at this instant, and who answered.
    pub(super) fn note_look(&self, asked_at: Instant, cluster_id: &str) {
        self.looks.send_replace(Some((asked_at, cluster_id.to_owned())));
    }

    async fn ends_by_topic(
        &self,
        store: &Store,
        topics: &BTreeSet<Topic>,
    ) -> Result<BTreeMap<Topic, Target>, PipelineError> {
        // Generations first: one that changes after it was read makes the target void, never wrong.
        let positions = store.positions(&self.log).await?;
        let ends = self.probe.ends(&self.partitions, topics).await?;
        let mut observed: BTreeMap<Topic, Option<Target>> = BTreeMap::new();
        for (topic, partition, offset) in ends {
            let target = observed.entry(topic).or_insert_with(|| Some(Target { log: self.log.clone(), ends: vec![] }));
            let position = positions.get(&(topic, partition)).filter(|position| offset >= position.next_offset);
            match (target.as_mut(), position) {
                (Some(target), Some(position)) => {
                    target.ends.push(LogEnd { topic, partition, generation: position.generation, offset });
                }
                _ => *target = None,
            }
        }
        Ok(observed.into_iter().filter_map(|(topic, target)| Some((topic, target?))).collect())
    }

    /// Records between the positions and these ends.
    pub(super) async fn lag(&self, store: &Store, target: &Target) -> Result<i64, PipelineError> {
        let positions = store.positions(&self.log).await?;
        let behind = |end: &LogEnd| {
            let position = positions.get(&(end.topic, end.partition));
            position.map_or(0, |position| (end.offset - position.next_offset).max(0))
        };
        Ok(target.ends.iter().map(behind).sum())
    }
}
