//! Quotas: a cluster that lets the shop have little is slow, and the dashboard says that it is the quota.

use super::{ONLY_APACHE, close_exact, wait_refused};
use crate::harness::broker::OutsideCluster;
use crate::harness::traffic::{Remember, Traffic};
use crate::harness::{Place, Stack, run};

#[test]
fn a_quota_that_slows_the_producer_is_told_and_nothing_is_lost() {
    run(async {
        if Stack::Production.is_missing(ONLY_APACHE) {
            return;
        }
        let Some(cluster) = OutsideCluster::apache(&[]) else { return };
        let place = Place::on(&cluster);
        let shop = place.open_ready().await;
        let client = ["--entity-type", "clients", "--entity-name", "pantry"];
        cluster.administer("configs", &[&["--alter", "--add-config", "producer_byte_rate=500"], &client[..]].concat());
        let memory = Remember::default();
        let traffic = Traffic::start(&shop.browser(), &memory);
        Traffic::wait_orders(&memory, 40).await;
        wait_refused(&shop, "A quota of Kafka's makes the producer wait").await;
        traffic.stop().await;
        cluster.administer("configs", &[&["--alter", "--delete-config", "producer_byte_rate"], &client[..]].concat());
        let memory = close_exact(shop, &memory).await;
        assert!(memory.orders.values().all(|order| order.answered.is_some()), "the shop sold all the time");
    });
}
