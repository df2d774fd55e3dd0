//! Records of any bytes, written over Kafka's protocol and read by the real consumers: none panics, each is told once,
//! and the partitions go on. The records are drawn from a fixed seed.

use crate::harness::raw_records::{self, RawRecord};
use crate::harness::{Place, Stack, records, run, until_equal};
use pipeline::decode::{Decoded, RawRecord as DecodedFrom, decode, is_in_range};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use store::Tallies;
use streams::{Streams, Topic};

const BATCHES: usize = 60;
const RECORDS_PER_BATCH_MAX: usize = 12;

/// Texts that mean something, as names or as values; `own` stands for the shop's own source.
const KNOWN: [&str; 10] = [
    "source",
    "event_id",
    "own",
    "1",
    r#"{"path":"/"}"#,
    r#"{"path":"/","source":"another"}"#,
    r#"{"order_id":5,"order_amount":4,"order_total_price":12.5,"is_paid":true}"#,
    r#"{"order_id":5,"stars":4}"#,
    r"\u0000",
    "",
];

/// Any bytes, or a known text.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let known = proptest::sample::select(&KNOWN).prop_map(|text| text.as_bytes().to_vec());
    prop_oneof![vec(any::<u8>(), 0..40), known]
}

fn record() -> impl Strategy<Value = RawRecord> {
    let header = || (bytes(), option::of(bytes()));
    let headers = prop_oneof![9 => vec(header(), 0..4), 1 => vec(header(), 50..200)];
    (option::of(bytes()), option::of(bytes()), headers).prop_map(|(key, value, headers)| RawRecord {
        key,
        value,
        headers,
    })
}

/// The time of a batch, as an offset from now in milliseconds or as it is.
fn millis(now: i64) -> impl Strategy<Value = i64> {
    prop_oneof![6 => Just(now), 1 => Just(0), 1 => Just(-1), 1 => Just(now + 120_000), 1 => 0..now, 1 => any::<i64>()]
}

/// What the shop must tell of everything that the brokers took.
#[derive(Debug, Default)]
struct Expected {
    tallies: Tallies,
    requests_num: i64,
    orders_num: i64,
    feedback_num: i64,
    others_num: i64,
}

impl Expected {
    fn add(&mut self, topic: Topic, decoded: &Decoded, is_in_range: impl Fn(domain::Timestamp) -> bool) {
        match decoded {
            Decoded::Own { event_id } => {
                assert_eq!(*event_id, None, "ids are not drawn: one could be issued");
                self.tallies.anomalies += 1;
            }
            Decoded::OtherShop => self.tallies.other_shops_records += 1,
            Decoded::Bad(_) => self.tallies.dead_letters += 1,
            Decoded::Foreign { at, .. } if !is_in_range(*at) => self.tallies.out_of_range_records += 1,
            Decoded::Foreign { values, .. } => match topic.name() {
                "web_requests" => self.requests_num += values.events,
                "new_orders" => self.orders_num += 1,
                "feedback" => self.feedback_num += 1,
                _ => self.others_num += 1,
            },
        }
    }
}

/// Puts the shop's own source in its place, and takes ids away: one of them could be issued.
fn make_own(record: &mut RawRecord, source: &str) {
    record.headers.retain(|(name, _)| !name.starts_with(b"event_id"));
    for (_, value) in &mut record.headers {
        if value.as_deref() == Some(b"own") {
            *value = Some(source.as_bytes().to_vec());
        }
    }
}

/// The value of the first header of this name. librdkafka ends a name at its first zero byte.
fn header<'a>(record: &'a RawRecord, name: &str) -> Option<&'a [u8]> {
    let named = |header: &&(Vec<u8>, _)| header.0.split(|byte| *byte == 0).next() == Some(name.as_bytes());
    record.headers.iter().find(named)?.1.as_deref()
}

#[test]
fn of_records_of_any_bytes_each_is_told_once() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        if Stack::of_this_run() == Stack::Production {
            for topic in Streams::own().all().iter().copied() {
                // Some records are dated decades ago: retention would take them before they are read.
                records::configure(&bootstrap, topic.name(), "retention.ms", "-1").await;
            }
        }
        let (own, first, now) =
            (shop.running.store.source().to_owned(), shop.running.store.first_minute(), shop.clock.now());
        let mut runner = TestRunner::deterministic();
        let mut draw = |strategy: BoxedStrategy<(i64, i32, usize, Vec<RawRecord>)>| {
            strategy.new_tree(&mut runner).unwrap().current()
        };
        let (mut expected, mut taken, mut refused) = (Expected::default(), 0, 0);
        for _ in 0..BATCHES {
            let batch = vec(record(), 1..RECORDS_PER_BATCH_MAX);
            let drawn = (millis(now.millis()), 0..3_i32, 0..Streams::own().all().len(), batch).boxed();
            let (millis, partition, topic, mut records) = draw(drawn);
            records.iter_mut().for_each(|record| make_own(record, &own));
            let topic = Streams::own().all()[topic];
            if raw_records::offer(&bootstrap, topic.name(), partition, millis, &records).await != 0 {
                refused += 1;
                continue;
            }
            taken += records.len() as i64;
            for record in &records {
                let from = DecodedFrom {
                    topic,
                    value: record.value.as_deref(),
                    source: header(record, "source"),
                    event_id: None,
                    timestamp_millis: Some(millis),
                };
                expected.add(topic, &decode(&own, &from), |at| is_in_range(at, first, now));
            }
        }
        assert!(taken > 100, "{taken} were taken, {refused} batches refused");
        for partition in 0..3 {
            let marker = [RawRecord::new("1000")];
            raw_records::produce(&bootstrap, "web_requests", partition, now.millis(), &marker).await;
        }
        let figures = (expected.requests_num + 3_000, expected.orders_num, expected.feedback_num);
        until_equal("the figures", figures, async || {
            let figures = shop.figures().await;
            (figures.requests_num, figures.total_orders_num, figures.total_feedback_num)
        })
        .await;
        until_equal("the tallies", expected.tallies, async || shop.running.store.tallies().await.unwrap()).await;
        let tallies = expected.tallies;
        assert!(tallies.dead_letters > 0 && tallies.other_shops_records > 0 && tallies.anomalies > 0, "{tallies:?}");
        shop.assert_all_agree().await;
        shop.close().await;
    });
}
