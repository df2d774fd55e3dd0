//! Topics that somebody changes under a running shop: given more partitions, deleted and made anew.

use super::broker::Selling;
use super::random::Random;
use super::say;
use crate::harness::broker::OutsideCluster;
use crate::harness::records::{self, Record};
use crate::harness::{OpenShop, Place, Stack, run, stack, until};

const TOPICS: [&str; 2] = ["new_orders", "web_requests"];
const PARTITIONS_LATER: i32 = 4;

#[test]
fn partitions_that_are_added_are_read_from_their_beginning() {
    if Stack::Production.is_missing("the embedded broker adds no partitions") {
        return;
    }
    run(async {
        let cluster = OutsideCluster::started();
        let place = Place::on(&cluster).with("KAFKA_TOPIC_PARTITIONS", 1);
        let selling = Selling::begin(place).await;
        let shop = &selling.shop;
        let bootstrap = shop.running.bootstrap_servers.clone();
        for topic in TOPICS {
            records::add_partitions(&bootstrap, topic, PARTITIONS_LATER as usize).await;
        }
        // At once, before the shop can know of them.
        let millis = shop.clock.now().millis();
        let tutorial = |partition: i32| Record::new("web_requests", "1").at(millis).on(partition);
        let mut foreign: Vec<Record> = (0..PARTITIONS_LATER).map(tutorial).collect();
        records::produce(&bootstrap, &foreign).await;
        let mut database = shop.database().await;
        until("own records in new partitions, and their count", async || {
            let read = "select count(*) from positions where next_offset > 1 and partition_id > 0";
            let (read, all) = (database.number(read).await, 2 * i64::from(PARTITIONS_LATER - 1));
            if read == all { Ok(()) } else { Err(format!("{read} of {all} partitions")) }
        })
        .await;
        foreign.extend((0..PARTITIONS_LATER).map(tutorial));
        records::produce(&bootstrap, &foreign[PARTITIONS_LATER as usize..]).await;
        selling.memory.lock().unwrap().views_sent += foreign.len();
        let closed = shop.close_open_minute().await;
        say(&format!("{closed} closed with {PARTITIONS_LATER} partitions"));
        selling.end_exact(&format!("1 partition, then {PARTITIONS_LATER}")).await;
    });
}

/// The generations of all positions together.
async fn generations(shop: &OpenShop) -> i64 {
    shop.database().await.number("select cast(coalesce(sum(generation), 0) as bigint) from positions").await
}

#[test]
fn topics_deleted_and_made_anew_under_traffic() {
    run(async {
        let mut random = Random::new(stack::faults_seed());
        let cluster = OutsideCluster::started();
        let place = Place::on(&cluster).with("KAFKA_TOPIC_PARTITIONS", 1);
        let selling = Selling::begin(place).await;
        let bootstrap = selling.shop.running.bootstrap_servers.clone();
        let first = random.within(0..2) as usize;
        // By somebody, and by the shop, which misses it. That a log shorter than the position is known for another one
        // is tried without traffic, in `foreign`.
        for (topic, is_made_by_the_shop) in [(TOPICS[first], false), (TOPICS[1 - first], true)] {
            let before = generations(&selling.shop).await;
            match is_made_by_the_shop {
                true => records::delete(&bootstrap, topic).await,
                false => records::make_anew(&bootstrap, topic, 1, 1).await,
            }
            selling.sell().await;
            let took = selling.counts_again().await;
            let closed = selling.shop.close_open_minute().await;
            // Where the new log grew beyond the position before anybody looked, it was read on from there.
            let is_known = generations(&selling.shop).await > before;
            say(&format!(
                "{topic} was made anew; counted again after {took:.1?}, {closed} closed, known for another log: {is_known}"
            ));
        }
        selling.end_exact("both topics deleted and made anew").await;
    });
}
