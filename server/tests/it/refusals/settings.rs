//! Topics that exist with other settings than Pantry's.

use super::{ONLY_APACHE, close_exact, order, wait_granted, wait_orders, wait_ready, wait_refused};
use crate::harness::broker::OutsideCluster;
use crate::harness::traffic::{Remember, Traffic};
use crate::harness::{Cart, Place, Stack, records, run, until};
use streams::Streams;

/// A cluster whose topics exist, with these settings.
async fn cluster(settings: &[(&str, &str)]) -> Option<OutsideCluster> {
    if Stack::Production.is_missing(ONLY_APACHE) {
        return None;
    }
    let cluster = OutsideCluster::apache(&[])?;
    for topic in Streams::own().all().iter().copied() {
        records::create(&cluster.insiders(), topic.name(), settings).await;
        records::create(&cluster.insiders(), topic.dead_letter_name(), settings).await;
    }
    Some(cluster)
}

/// A broker measures the batch, not the record: batches of small records are too large for such a topic.
#[test]
fn topics_of_one_kilobyte_take_every_event() {
    run(async {
        let Some(cluster) = cluster(&[("max.message.bytes", "1000")]).await else { return };
        let place = Place::on(&cluster);
        let shop = place.open_ready().await;
        let memory = Remember::default();
        let traffic = Traffic::start(&shop.browser(), &memory);
        Traffic::wait_orders(&memory, 60).await;
        traffic.stop().await;
        close_exact(shop, &memory).await;
    });
}

/// The largest event is a comment of 280 characters of four bytes each; the one behind it goes on.
#[test]
fn an_event_that_is_too_large_is_told_and_keeps_no_other_waiting() {
    run(async {
        let Some(cluster) = cluster(&[("max.message.bytes", "1000")]).await else { return };
        let place = Place::on(&cluster);
        let shop = place.open_ready().await;
        let browser = shop.browser();
        let cart = Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: true };
        let longest = "\u{1f35a}".repeat(280);
        for comment in [longest.as_str(), "good"] {
            let address = browser.order(&cart).await;
            let answer = browser.post(&address, &[("stars", "5"), ("comment", comment)]).await;
            assert_eq!(answer.status, 303, "{}", answer.body);
        }
        wait_refused(&shop, "too large for it; raise max.message.bytes of topic feedback").await;
        until("the others to be counted", async || {
            let figures = shop.figures().await;
            match (figures.total_orders_num, figures.total_feedback_num) {
                (2, 1) => Ok(()),
                _ => Err(format!("{figures:?}")),
            }
        })
        .await;
        // What docs/KAFKA.md says is enough.
        records::configure(&cluster.insiders(), "feedback", "max.message.bytes", "2000").await;
        wait_granted(&shop).await;
        assert_eq!(shop.assert_all_agree().await.total_feedback_num, 2);
        shop.close().await;
    });
}

/// The producer tries for ever and tells nobody why: the shop finds out. A broker asks for no more replicas in sync
/// than a topic has, so one of three has to be away.
#[test]
fn too_few_replicas_in_sync_are_told() {
    run(async {
        if Stack::Production.is_missing(ONLY_APACHE) {
            return;
        }
        let Some(cluster) = OutsideCluster::apache(&["--brokers", "3"]) else { return };
        let place = Place::on(&cluster);
        let shop = place.open_ready().await;
        records::configure(&cluster.insiders(), "new_orders", "min.insync.replicas", "3").await;
        cluster.crash_one(3);
        order(&shop).await;
        wait_refused(&shop, "fewer replicas are in sync than min.insync.replicas of topic new_orders asks for").await;
        shop.wait_views(1).await;
        assert_eq!(shop.figures().await.total_orders_num, 0);
        cluster.start_again();
        wait_orders(&shop, 1).await;
        wait_granted(&shop).await;
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 1);
        shop.close().await;
    });
}

#[test]
fn a_compacted_topic_is_told() {
    run(async {
        let Some(cluster) = cluster(&[]).await else { return };
        records::configure(&cluster.insiders(), "web_requests", "cleanup.policy", "compact").await;
        let place = Place::on(&cluster);
        let shop = place.open_ready().await;
        order(&shop).await;
        wait_refused(&shop, "set cleanup.policy of topic web_requests to delete").await;
        wait_orders(&shop, 1).await;
        records::configure(&cluster.insiders(), "web_requests", "cleanup.policy", "delete").await;
        shop.wait_views(1).await;
        wait_granted(&shop).await;
        shop.assert_all_agree().await;
        shop.close().await;
    });
}

/// Events are counted once from a topic that keeps nothing, by their outbox rows.
#[test]
fn a_topic_that_keeps_records_for_a_second_loses_none() {
    run(async {
        let Some(cluster) =
            cluster(&[("retention.ms", "1000"), ("segment.ms", "1000"), ("file.delete.delay.ms", "0")]).await
        else {
            return;
        };
        let place = Place::on(&cluster);
        let shop = place.open_ready().await;
        for number in 1..=3 {
            order(&shop).await;
            wait_orders(&shop, number).await;
        }
        wait_ready(&shop).await;
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 3);
        shop.close().await;
    });
}
