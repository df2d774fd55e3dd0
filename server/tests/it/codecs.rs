//! Batches compressed with each codec of Kafka are read, own ones and those of other producers.

use crate::harness::records::{self, Record, TUTORIAL_ORDER};
use crate::harness::{Cart, Place, Stack, run, until_equal};
use rdkafka::ClientConfig;
use rdkafka::producer::BaseProducer;

/// Every value of a producer's `compression.type`.
const CODECS: [&str; 5] = ["none", "gzip", "snappy", "lz4", "zstd"];
/// Enough that a batch is worth compressing.
const RECORDS_PER_CODEC: usize = 100;

#[test]
fn the_client_is_built_with_every_codec() {
    for codec in CODECS {
        let created = ClientConfig::new().set("compression.type", codec).create::<BaseProducer>();
        assert!(created.is_ok(), "{codec}: {:?}", created.err());
    }
}

#[test]
fn records_of_other_producers_count_in_each_codec() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let millis = shop.clock.now().millis();
        for (done, codec) in CODECS.iter().enumerate() {
            let record = |_| Record::new("web_requests", "2").at(millis);
            let requests: Vec<Record> = (0..RECORDS_PER_CODEC).map(record).collect();
            records::produce_compressed(&bootstrap, &requests, codec).await;
            let order = Record::new("new_orders", TUTORIAL_ORDER).at(millis);
            records::produce_compressed(&bootstrap, &vec![order; RECORDS_PER_CODEC], codec).await;
            let expected = ((done + 1) * RECORDS_PER_CODEC) as i64;
            until_equal(&format!("requests in {codec}"), 2 * expected, async || shop.figures().await.requests_num)
                .await;
            until_equal(&format!("orders in {codec}"), expected, async || shop.figures().await.total_orders_num).await;
        }
        shop.assert_all_agree().await;
        shop.close().await;
    });
}

#[test]
fn own_records_count_in_each_codec() {
    run(async {
        for codec in CODECS {
            let place = Place::new().with("KAFKA_COMPRESSION_TYPE", codec);
            let shop = place.open_ready().await;
            for _ in 0..3 {
                shop.browser().order(&Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true }).await;
            }
            until_equal(&format!("own orders in {codec}"), 3, async || shop.figures().await.total_orders_num).await;
            shop.assert_all_agree().await;
            shop.close().await;
        }
    });
}

#[test]
fn a_topic_that_the_broker_compresses_with_zstd_is_read() {
    if Stack::Production.is_missing("the embedded broker stores batches as they come") {
        return;
    }
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        for topic in ["new_orders", "web_requests"] {
            records::configure(&bootstrap, topic, "compression.type", "zstd").await;
        }
        let millis = shop.clock.now().millis();
        let requests = vec![Record::new("web_requests", "2").at(millis); RECORDS_PER_CODEC];
        records::produce_compressed(&bootstrap, &requests, "gzip").await;
        shop.browser().order(&Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true }).await;
        until_equal("the own order", 1, async || shop.figures().await.total_orders_num).await;
        let foreign = "select cast(coalesce(sum(foreign_requests_num), 0) as bigint) from minutes_web_requests";
        until_equal("requests", 2 * RECORDS_PER_CODEC as i64, async || shop.database().await.number(foreign).await)
            .await;
        let closed = shop.close_open_minute().await;
        assert_eq!(shop.row(closed).total_orders_num, 1);
        shop.assert_all_agree().await;
        shop.close().await;
    });
}
