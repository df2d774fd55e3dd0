//! How to reach the cluster: bootstrap servers, what the environment passes on, and the settings of each kind of
//! client.

use crate::kafka::Batches;
use rdkafka::ClientConfig;
use std::collections::BTreeMap;
use streams::Streams;

/// Records that the producer holds before they are acknowledged. Beyond it the outbox alone holds them.
const PRODUCER_QUEUE_RECORDS_MAX: &str = "20000";
/// What these records may take, in kibibytes.
const PRODUCER_QUEUE_KIB_MAX: &str = "32768";
/// What a consumer fetches ahead for each partition: records, two batches of them, and kibibytes. librdkafka's own
/// 100,000 records, with what it keeps beside each, would take hundreds of megabytes when a long outage is made up for.
const FETCH_QUEUE_RECORDS_MIN: &str = "4000";
const FETCH_QUEUE_KIB_MAX: &str = "8192";
/// How soon a partition is fetched on whose queue was full. librdkafka's own second would be spent idle after every few
/// batches: two of them are counted within some ten milliseconds.
const FETCH_QUEUE_PAUSE_MS: &str = "5";

/// How long a request may stay without an answer, or a connection be under way, before it is given up for a new one. A
/// connection that a router forgot is found out by nothing else: librdkafka's own minute would keep every figure
/// waiting, and the system's keep-alive begins after two hours. A broker that is only slow answers far sooner; and a
/// request that was given up and arrived all the same does no harm, because an event counts when its outbox row goes.
const ANSWER_WITHIN_MS: &str = "10000";

/// How often a client says how it fares, such as how long a quota makes it wait.
const STATISTICS_EVERY_MS: &str = "5000";
/// How long the one try of a trial may take.
const TRIAL_WITHIN_MS: &str = "10000";

/// How the `client.id` of a server's consumers begins; its id follows.
pub(crate) const SERVER_PREFIX: &str = "pantry-";

/// A Kafka cluster and how to talk to it.
#[derive(Clone)]
pub struct Cluster {
    /// What the owner sees, such as `embedded broker on 127.0.0.1:9092`.
    pub name: String,
    /// `host:port`, separated by commas.
    pub bootstrap_servers: String,
    /// Further librdkafka settings from the environment, such as `security.protocol`.
    pub properties: BTreeMap<String, String>,
    /// The streams that travel through it.
    pub streams: Streams,
    /// Partitions of topics that Pantry creates.
    pub partitions: i32,
    /// Replicas of topics that Pantry creates.
    pub replication: i32,
    /// A random name of this server, which the other members of its consumer group see.
    pub server_id: String,
    /// The log is in this process's memory and trimmed behind the consumer.
    pub is_embedded: bool,
}

impl Cluster {
    /// Settings that every client shares.
    pub(crate) fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        // Who knows their network better sets them otherwise.
        config.set("socket.timeout.ms", ANSWER_WITHIN_MS).set("socket.connection.setup.timeout.ms", ANSWER_WITHIN_MS);
        for (key, value) in &self.properties {
            config.set(key, value);
        }
        config
            .set("bootstrap.servers", &self.bootstrap_servers)
            .set("client.id", "pantry")
            .set("allow.auto.create.topics", "false")
            // A broker that comes back is found within a second, not after the default ten.
            .set("reconnect.backoff.ms", "100")
            .set("reconnect.backoff.max.ms", "1000")
            .set("socket.keepalive.enable", "true")
            .set("topic.metadata.refresh.interval.ms", "30000");
        config
    }

    /// Partitions like Java and Python clients; nothing expires in silence.
    pub(crate) fn producer_config(&self, batches: Batches) -> ClientConfig {
        let mut config = self.config();
        if batches == Batches::Single {
            config.set("batch.num.messages", "1");
        }
        config
            .set("statistics.interval.ms", STATISTICS_EVERY_MS)
            .set("enable.idempotence", "true")
            .set("partitioner", "murmur2_random")
            .set("message.timeout.ms", "0")
            .set("linger.ms", "5")
            .set("queue.buffering.max.messages", PRODUCER_QUEUE_RECORDS_MAX)
            .set("queue.buffering.max.kbytes", PRODUCER_QUEUE_KIB_MAX);
        config
    }

    /// A producer that tries once, and tells why it failed.
    pub(crate) fn trial_config(&self) -> ClientConfig {
        let mut config = self.config();
        config
            .set("acks", "all")
            .set("retries", "0")
            .set("partitioner", "murmur2_random")
            .set("message.timeout.ms", TRIAL_WITHIN_MS);
        config
    }

    /// Like [`Cluster::consumer_config`], for one that reads and says how it fares.
    pub(crate) fn reader_config(&self, group: &str) -> ClientConfig {
        let mut config = self.consumer_config(group);
        let client_id = format!("{SERVER_PREFIX}{}", self.server_id);
        config.set("statistics.interval.ms", STATISTICS_EVERY_MS).set("client.id", client_id);
        config
    }

    /// A consumer that decides nothing on its own: the positions in the database do.
    pub(crate) fn consumer_config(&self, group: &str) -> ClientConfig {
        let mut config = self.config();
        config
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "error")
            .set("enable.partition.eof", "true")
            .set("heartbeat.interval.ms", "500")
            .set("session.timeout.ms", "10000")
            // The embedded broker answers a fetch only when it times out, so this is what an event waits at most.
            .set("fetch.wait.max.ms", if self.is_embedded { "50" } else { "100" })
            .set("fetch.error.backoff.ms", "100")
            .set("fetch.queue.backoff.ms", FETCH_QUEUE_PAUSE_MS)
            .set("queued.min.messages", FETCH_QUEUE_RECORDS_MIN)
            .set("queued.max.messages.kbytes", FETCH_QUEUE_KIB_MAX);
        config
    }
}
