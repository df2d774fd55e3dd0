//! Faults of the broker and of the way to it, under traffic: slow, cut, silent, paused, killed, away for a while, one
//! of three gone. The shop sells all the time, and afterwards it is exact by itself.

use super::random::Random;
use super::say;
use crate::harness::broker::OutsideCluster;
use crate::harness::proxy::Proxy;
use crate::harness::traffic::{Remember, Traffic, assert_exact_in};
use crate::harness::{OpenShop, Place, Stack, records, run, stack, unused_port};
use std::time::{Duration, Instant};
use streams::Streams;

const ONLY_APACHE: &str = "the embedded broker lives in a process of its client's";
/// How often the connections are cut, after how many milliseconds each.
const CUTS: u64 = 12;
const CUT_AFTER_MS: std::ops::Range<u64> = 20..700;
/// What a slow way holds back in each direction, in milliseconds.
const SLOW_MS: std::ops::Range<u64> = 20..200;
/// Longer than a client waits for an answer, and than a group waits for a member: ten seconds each.
const BEYOND_TIMEOUTS: Duration = Duration::from_secs(12);
/// How soon after a fault something is counted again: the time-outs, and what a busy machine adds. With librdkafka's
/// own time-out of a minute it would take longer.
const COUNTS_AGAIN_WITHIN: Duration = Duration::from_secs(40);
const ORDERS_BETWEEN: usize = 20;

/// A shop with customers.
pub(super) struct Selling {
    pub(super) shop: OpenShop,
    pub(super) memory: Remember,
    traffic: Traffic,
    /// Its folder ends with it.
    _place: Place,
}

impl Selling {
    /// Opens the shop and waits until something is counted.
    pub(super) async fn begin(place: Place) -> Selling {
        let shop = place.open_ready().await;
        let memory = Remember::default();
        let traffic = Traffic::start(&shop.browser(), &memory);
        Traffic::wait_orders(&memory, ORDERS_BETWEEN).await;
        shop.wait_counted_once().await;
        Selling { shop, memory, traffic, _place: place }
    }

    /// Waits for customers; they find the shop open whatever the broker does.
    pub(super) async fn sell(&self) {
        Traffic::wait_orders(&self.memory, ORDERS_BETWEEN).await;
    }

    /// Waits until something is counted again, in bounded time, and answers how long that took.
    pub(super) async fn counts_again(&self) -> Duration {
        let began = Instant::now();
        self.shop.wait_counted_once().await;
        let took = began.elapsed();
        assert!(took < COUNTS_AGAIN_WITHIN, "nothing was counted for {took:?}");
        took
    }

    /// Sends the customers home and demands that every order and every view is there once.
    pub(super) async fn end_exact(self, what: &str) {
        self.traffic.stop().await;
        let memory = std::mem::take(&mut *self.memory.lock().unwrap());
        assert!(memory.orders.values().all(|order| order.answered.is_some()), "the shop sold all the time");
        self.shop.wait_views(memory.views_sent as i64).await;
        let figures = assert_exact_in(&self.shop, &memory, memory.views_sent).await;
        self.shop.close().await;
        let (orders, views) = (figures.total_orders_num, figures.requests_num);
        say(&format!("{what}, seed {}: {orders} orders and {views} page views, each once", stack::faults_seed()));
    }
}

/// A cluster, and the only way to it.
async fn behind_a_proxy() -> (OutsideCluster, Proxy) {
    let cluster = OutsideCluster::behind(unused_port());
    let proxy = Proxy::start(cluster.advertised_port(), cluster.port()).await;
    (cluster, proxy)
}

#[test]
fn a_way_that_is_slow_and_cut_again_and_again() {
    run(async {
        let mut random = Random::new(stack::faults_seed());
        let (cluster, proxy) = behind_a_proxy().await;
        let selling = Selling::begin(Place::on(&cluster)).await;
        assert!(proxy.connections() > 0, "there is no other way");
        let mut slow = || Duration::from_millis(random.within(SLOW_MS));
        proxy.delay(slow(), slow());
        selling.sell().await;
        selling.counts_again().await;
        for cut in 0..CUTS {
            tokio::time::sleep(Duration::from_millis(random.within(CUT_AFTER_MS))).await;
            proxy.cut();
            if cut == CUTS / 2 {
                proxy.restore();
            }
        }
        let took = selling.counts_again().await;
        selling.end_exact(&format!("a slow way, and {CUTS} cuts; counted again after {took:.1?}")).await;
    });
}

#[test]
fn a_way_on_which_all_bytes_vanish_is_found_out() {
    run(async {
        let (cluster, proxy) = behind_a_proxy().await;
        let selling = Selling::begin(Place::on(&cluster)).await;
        for silence in [Duration::from_secs(1), BEYOND_TIMEOUTS] {
            proxy.half_open();
            tokio::time::sleep(silence).await;
            // The old connections stay silent; nobody tells the clients.
            proxy.restore();
            let took = selling.counts_again().await;
            say(&format!("silent for {silence:?}; counted again {took:.1?} later"));
        }
        selling.end_exact("two silences").await;
    });
}

/// What a consumer says when it joins its group and at no other time: one of the ways to share partitions that it
/// knows.
const JOINING: &[u8] = b"roundrobin";

#[test]
fn a_consumer_whose_joining_is_lost_joins_again() {
    run(async {
        let (cluster, proxy) = behind_a_proxy().await;
        let place = Place::on(&cluster);
        let lost = proxy.forget_question(JOINING);
        let shop = place.open().await;
        lost.await.unwrap();
        let memory = Remember::default();
        let traffic = Traffic::start(&shop.browser(), &memory);
        Traffic::wait_orders(&memory, ORDERS_BETWEEN).await;
        // Of the consumers, one for each topic, the others are not affected.
        traffic.stop().await;
        let memory = std::mem::take(&mut *memory.lock().unwrap());
        // They enter the outbox a little after they were answered.
        shop.wait_views(memory.views_sent as i64).await;
        assert_exact_in(&shop, &memory, memory.views_sent).await;
        shop.close().await;
    });
}

#[test]
fn a_broker_that_is_paused_beyond_all_time_outs() {
    if Stack::Production.is_missing(ONLY_APACHE) {
        return;
    }
    run(async {
        let cluster = OutsideCluster::started();
        let selling = Selling::begin(Place::on(&cluster)).await;
        cluster.signal("STOP");
        tokio::time::sleep(BEYOND_TIMEOUTS).await;
        cluster.signal("CONT");
        let took = selling.counts_again().await;
        selling.end_exact(&format!("paused for {BEYOND_TIMEOUTS:?}; counted again after {took:.1?}")).await;
    });
}

#[test]
fn a_broker_that_is_killed_and_stays_away() {
    run(async {
        let outage = stack::faults_outage();
        let mut cluster = OutsideCluster::started();
        let selling = Selling::begin(Place::on(&cluster)).await;
        // The embedded one has nothing that would outlive it.
        match Stack::of_this_run() {
            Stack::Newcomer => cluster.crash_and_forget(),
            Stack::Production => cluster.crash(),
        }
        tokio::time::sleep(outage).await;
        selling.sell().await;
        cluster.start();
        let took = selling.counts_again().await;
        selling.end_exact(&format!("away for {outage:?}; counted again after {took:.1?}")).await;
    });
}

#[test]
fn one_of_three_brokers_is_killed() {
    if Stack::Production.is_missing(ONLY_APACHE) {
        return;
    }
    run(async {
        let mut random = Random::new(stack::faults_seed());
        let Some(mut cluster) = OutsideCluster::apache(&["--brokers", "3"]) else { return };
        let selling = Selling::begin(Place::on(&cluster)).await;
        let bootstrap = selling.shop.running.bootstrap_servers.clone();
        let leaders = records::leaders(&bootstrap).await;
        let chosen = leaders[random.within(0..leaders.len() as u64) as usize];
        cluster.crash_one(chosen);
        selling.sell().await;
        let took = selling.counts_again().await;
        // Minutes close without it.
        selling.shop.close_open_minute().await;
        cluster.start();
        // The new topics may have other leaders, and their epochs begin below those that clients have seen.
        for topic in Streams::own().all().iter().map(|topic| topic.name()) {
            records::make_anew(&bootstrap, topic, 3, 3).await;
        }
        let anew = selling.counts_again().await;
        let what = format!(
            "broker {chosen} killed, a leader as {leaders:?} are; counted again after {took:.1?}, and after {anew:.1?} when \
             the topics were made anew"
        );
        selling.end_exact(&what).await;
    });
}
