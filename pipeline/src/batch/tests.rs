//! A record whose reading panics costs itself and nothing else. Records come through a real client from a real broker.

use super::*;
use crate::kafka::embedded;
use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{Offset, TopicPartitionList};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

const WITHIN: Duration = Duration::from_secs(30);
const HELD: Position = Position { generation: 0, next_offset: 0 };

fn panics_at_boom(source: &str, record: &RawRecord<'_>) -> Decoded {
    assert!(record.value != Some(b"boom"), "the decoder has a bug");
    decode(source, record)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_record_whose_reading_panics_becomes_a_dead_letter_by_offset() {
    let shutdown = CancellationToken::new();
    let broker = embedded::EmbeddedBroker::start(0).await.unwrap();
    let port = broker.port();
    let broker = tokio::spawn(broker.run(shutdown.clone()));
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", format!("127.0.0.1:{port}")).set("group.id", "test");
    config.set("message.timeout.ms", "30000");
    let producer: FutureProducer = config.create().unwrap();
    for value in ["2", "boom", "not a number", "boom", "3"] {
        let record: FutureRecord<'_, str, str> = FutureRecord::to("web_requests").payload(value).partition(0);
        producer.send(record, WITHIN).await.map_err(|(error, _)| error).unwrap();
    }

    let gathered = tokio::task::spawn_blocking(move || {
        let consumer: BaseConsumer = config.create().unwrap();
        let mut place = TopicPartitionList::new();
        place.add_partition_offset("web_requests", 0, Offset::Offset(0)).unwrap();
        consumer.assign(&place).unwrap();
        let shop = Shop { source: "own".to_owned(), first_minute: Minute::from_number(0) };
        let mut gathering = Gathering::new(Topic::web_requests(), "log");
        gathering.decode = panics_at_boom;
        let deadline = Instant::now() + WITHIN;
        while gathering.records < 5 {
            assert!(Instant::now() < deadline, "five records come");
            if let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) {
                gathering.take(&message, HELD, &shop, Timestamp::MAX);
            }
        }
        gathering
    });
    let batch = gathered.await.unwrap().batch;
    let requests: i64 = batch.foreign.values().filter_map(|part| part.totals.of(0)).sum();
    assert_eq!(requests, 2 + 3);
    let ranges: Vec<_> =
        batch.dead_letter_ranges.iter().map(|range| (range.first_offset, range.last_offset, range.records)).collect();
    assert_eq!(ranges, [(1, 3, 2)]);
    assert_eq!(batch.dead_letters.iter().map(|letter| letter.offset).collect::<Vec<_>>(), [2]);
    assert_eq!(batch.advances[0].to, 5, "the partition goes on");
    shutdown.cancel();
    broker.await.unwrap();
}
