//! Reads and writes Kafka's records as other programs do, with clients of its own.

use super::until;
use rdkafka::admin::{
    AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication,
};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{Header, Headers, Message, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer};
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use streams::Streams;

const TIMEOUT: Duration = Duration::from_secs(20);
/// More than a broker takes unless it is told to.
const RECORD_BYTES_MAX: usize = 20_000_000;

/// The tutorial's four fields, as kafka-python sends what `json.dumps` makes of them.
pub(crate) const TUTORIAL_ORDER: &str =
    r#"{"order_id": 17, "order_amount": 3, "order_total_price": 45.5, "is_paid": true}"#;

/// A record, written or read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) topic: String,
    pub(crate) partition: Option<i32>,
    pub(crate) offset: i64,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) headers: Vec<(String, Option<Vec<u8>>)>,
    pub(crate) timestamp_millis: Option<i64>,
}

impl Record {
    pub(crate) fn new(topic: &str, value: impl Into<Vec<u8>>) -> Record {
        Record { topic: topic.to_owned(), value: Some(value.into()), ..Record::default() }
    }

    pub(crate) fn at(mut self, millis: i64) -> Record {
        self.timestamp_millis = Some(millis);
        self
    }

    pub(crate) fn on(mut self, partition: i32) -> Record {
        self.partition = Some(partition);
        self
    }

    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Record {
        self.headers.push((name.to_owned(), Some(value.as_bytes().to_vec())));
        self
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let found = self.headers.iter().find(|(key, _)| key == name)?;
        found.1.as_ref().map(|value| String::from_utf8_lossy(value).into_owned())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.value.as_deref().unwrap_or_default()).into_owned()
    }
}

/// Writes records and waits until the broker has them all.
pub(crate) async fn produce(bootstrap: &str, records: &[Record]) {
    produce_compressed(bootstrap, records, "none").await;
}

/// Writes records in batches of this codec and waits until the broker has them all.
pub(crate) async fn produce_compressed(bootstrap: &str, records: &[Record], codec: &str) {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set("message.timeout.ms", "20000").set("linger.ms", "5");
    config.set("compression.type", codec);
    config.set("message.max.bytes", RECORD_BYTES_MAX.to_string());
    let producer: FutureProducer = config.create().unwrap();
    let send = |record| producer.send_result(outgoing(record)).map_err(|(error, _)| error).unwrap();
    let deliveries: Vec<_> = records.iter().map(|record| (record, send(record))).collect();
    let began = Instant::now();
    for (record, mut delivery) in deliveries {
        while let Err((error, _)) = delivery.await.unwrap() {
            // A broker hears of a topic's new setting a moment after it was made.
            let is_early = error.rdkafka_error_code() == Some(RDKafkaErrorCode::MessageSizeTooLarge);
            assert!(is_early && began.elapsed() < TIMEOUT, "{error}");
            delivery = send(record);
        }
    }
    tokio::task::spawn_blocking(move || producer.flush(TIMEOUT)).await.unwrap().unwrap();
}

fn outgoing(record: &Record) -> FutureRecord<'_, [u8], [u8]> {
    let mut headers = OwnedHeaders::new();
    for (key, value) in &record.headers {
        headers = headers.insert(Header { key, value: value.as_ref() });
    }
    let mut outgoing: FutureRecord<'_, [u8], [u8]> = FutureRecord::to(&record.topic);
    if !record.headers.is_empty() {
        outgoing = outgoing.headers(headers);
    }
    outgoing.key = record.key.as_deref();
    outgoing.payload = record.value.as_deref();
    outgoing.partition = record.partition;
    outgoing.timestamp = record.timestamp_millis;
    outgoing
}

/// Tells a cluster to take large records for a topic.
pub(crate) async fn allow_large(bootstrap: &str, topic: &str) {
    configure(bootstrap, topic, "max.message.bytes", &RECORD_BYTES_MAX.to_string()).await;
}

/// Changes one setting of a topic.
pub(crate) async fn configure(bootstrap: &str, topic: &str, key: &str, value: &str) {
    let (admin, options) = admin(bootstrap);
    let altered = AlterConfig::new(ResourceSpecifier::Topic(topic)).set(key, value);
    admin.alter_configs([&altered], &options).await.unwrap()[0].as_ref().unwrap();
}

fn admin(bootstrap: &str) -> (AdminClient<DefaultClientContext>, AdminOptions) {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap);
    (config.create().unwrap(), AdminOptions::new().operation_timeout(Some(TIMEOUT)))
}

/// Creates a topic of three partitions with these settings, as its owner does by hand.
pub(crate) async fn create(bootstrap: &str, topic: &str, settings: &[(&str, &str)]) {
    let mut new = NewTopic::new(topic, 3, TopicReplication::Fixed(1));
    for (key, value) in settings {
        new = new.set(key, value);
    }
    let (admin, options) = admin(bootstrap);
    for created in admin.create_topics(&[new], &options).await.unwrap() {
        assert!(matches!(created, Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists))), "{created:?}");
    }
}

/// Deletes a topic.
pub(crate) async fn delete(bootstrap: &str, topic: &str) {
    let (admin, options) = admin(bootstrap);
    admin.delete_topics(&[topic], &options).await.unwrap()[0].as_ref().unwrap();
}

/// Deletes a topic and creates it again, empty; a shop that runs may be quicker.
pub(crate) async fn make_anew(bootstrap: &str, topic: &str, partitions: i32, replicas: i32) {
    delete(bootstrap, topic).await;
    let (admin, options) = admin(bootstrap);
    until("the topic to be created again", async || {
        let new = NewTopic::new(topic, partitions, TopicReplication::Fixed(replicas));
        let created = admin.create_topics(&[new], &options).await.map_err(|error| error.to_string())?;
        match &created[0] {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => Ok(()),
            Err((_, error)) => Err(error.to_string()),
        }
    })
    .await;
}

/// How many records were ever written to a topic.
pub(crate) async fn written(bootstrap: &str, topic: &str) -> i64 {
    let (bootstrap, topic) = (bootstrap.to_owned(), topic.to_owned());
    let ends = move || {
        let mut config = ClientConfig::new();
        let consumer: BaseConsumer = config.set("bootstrap.servers", bootstrap).create().unwrap();
        let metadata = consumer.fetch_metadata(Some(&topic), TIMEOUT).unwrap();
        let end = |partition| consumer.fetch_watermarks(&topic, partition, TIMEOUT).unwrap().1;
        metadata.topics()[0].partitions().iter().map(|partition| end(partition.id())).sum()
    };
    tokio::task::spawn_blocking(ends).await.unwrap()
}

/// Gives a topic this many partitions.
pub(crate) async fn add_partitions(bootstrap: &str, topic: &str, partitions: usize) {
    let (admin, options) = admin(bootstrap);
    let new = NewPartitions::new(topic, partitions);
    admin.create_partitions(&[new], &options).await.unwrap()[0].as_ref().unwrap();
}

/// The brokers that lead partitions of the shop's topics.
pub(crate) async fn leaders(bootstrap: &str) -> Vec<u64> {
    let (admin, _) = admin(bootstrap);
    let metadata = tokio::task::spawn_blocking(move || admin.inner().fetch_metadata(None, TIMEOUT).unwrap()).await;
    let metadata = metadata.unwrap();
    let of_shop = metadata.topics().iter().filter(|topic| Streams::own().of(topic.name()).is_some());
    let leaders: BTreeSet<u64> =
        of_shop.flat_map(|topic| topic.partitions()).filter_map(|one| one.leader().try_into().ok()).collect();
    leaders.into_iter().collect()
}

/// How many offsets each partition of a topic holds now.
pub(crate) async fn held(bootstrap: &str, topic: &str) -> Vec<i64> {
    let (bootstrap, topic) = (bootstrap.to_owned(), topic.to_owned());
    let held = move || {
        let consumer: BaseConsumer = ClientConfig::new().set("bootstrap.servers", bootstrap).create().unwrap();
        let metadata = consumer.fetch_metadata(Some(&topic), TIMEOUT).unwrap();
        let held = |partition| {
            let (low, high) = consumer.fetch_watermarks(&topic, partition, TIMEOUT).unwrap();
            high - low
        };
        metadata.topics()[0].partitions().iter().map(|partition| held(partition.id())).collect()
    };
    tokio::task::spawn_blocking(held).await.unwrap()
}

/// Every record that a topic holds now.
pub(crate) async fn read_all(bootstrap: &str, topic: &str) -> Vec<Record> {
    let (bootstrap, topic) = (bootstrap.to_owned(), topic.to_owned());
    tokio::task::spawn_blocking(move || read_blocking(&bootstrap, &topic)).await.unwrap()
}

fn read_blocking(bootstrap: &str, topic: &str) -> Vec<Record> {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", bootstrap).set("group.id", "a reader").set("fetch.wait.max.ms", "50");
    let consumer: BaseConsumer = config.create().unwrap();
    let metadata = consumer.fetch_metadata(Some(topic), TIMEOUT).unwrap();
    let mut assignment = TopicPartitionList::new();
    let mut missing = 0;
    for partition in metadata.topics()[0].partitions() {
        let (low, high) = consumer.fetch_watermarks(topic, partition.id(), TIMEOUT).unwrap();
        assignment.add_partition_offset(topic, partition.id(), Offset::Offset(low)).unwrap();
        missing += high - low;
    }
    consumer.assign(&assignment).unwrap();
    let mut records = Vec::new();
    while missing > 0 {
        let message = consumer.poll(TIMEOUT).expect("a record in time").unwrap();
        let headers = message.headers().into_iter().flat_map(|headers| headers.iter().collect::<Vec<_>>());
        records.push(Record {
            topic: topic.to_owned(),
            partition: Some(message.partition()),
            offset: message.offset(),
            key: message.key().map(<[u8]>::to_vec),
            value: message.payload().map(<[u8]>::to_vec),
            headers: headers.map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec))).collect(),
            timestamp_millis: message.timestamp().to_millis(),
        });
        missing -= 1;
    }
    records
}
