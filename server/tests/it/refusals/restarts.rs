//! A cluster that is upgraded: its brokers are restarted in good order, one after the other, under traffic.

use super::{ONLY_APACHE, close_exact};
use crate::harness::broker::OutsideCluster;
use crate::harness::traffic::{Remember, Traffic};
use crate::harness::{Place, Stack, run};

const BROKERS: u64 = 3;
const ORDERS_BETWEEN: usize = 20;

/// Restarts each broker under traffic; afterwards all is exact.
async fn restart_each(cluster: &OutsideCluster, brokers: u64) {
    let place = Place::on(cluster);
    let shop = place.open_ready().await;
    let memory = Remember::default();
    let traffic = Traffic::start(&shop.browser(), &memory);
    for broker in 1..=brokers {
        Traffic::wait_orders(&memory, ORDERS_BETWEEN).await;
        cluster.stop_one(broker);
        Traffic::wait_orders(&memory, ORDERS_BETWEEN).await;
        cluster.start_again();
        shop.wait_counted_once().await;
    }
    traffic.stop().await;
    let memory = close_exact(shop, &memory).await;
    assert!(memory.orders.values().all(|order| order.answered.is_some()), "the shop sold all the time");
}

#[test]
fn the_only_broker_is_restarted_in_good_order() {
    run(async {
        if Stack::Production.is_missing(ONLY_APACHE) {
            return;
        }
        let Some(cluster) = OutsideCluster::apache(&[]) else { return };
        restart_each(&cluster, 1).await;
    });
}

#[test]
fn three_brokers_are_restarted_one_after_the_other() {
    run(async {
        if Stack::Production.is_missing(ONLY_APACHE) {
            return;
        }
        let Some(cluster) = OutsideCluster::apache(&["--brokers", "3"]) else { return };
        restart_each(&cluster, BROKERS).await;
    });
}
