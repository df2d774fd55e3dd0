//! Each right that the shop needs, taken away and given back, before its start and under way.

use super::{ONLY_APACHE, order, wait_granted, wait_orders, wait_ready, wait_refused};
use crate::harness::broker::OutsideCluster;
use crate::harness::records::{self, Record};
use crate::harness::rights::{READ_GROUP, on, topic};
use crate::harness::{Place, Stack, run, until};
use streams::{Streams, Topic};

/// A cluster whose user may do nothing yet.
fn cluster() -> Option<OutsideCluster> {
    if Stack::Production.is_missing(ONLY_APACHE) {
        return None;
    }
    OutsideCluster::with_acls()
}

#[test]
fn the_rights_in_the_manual_suffice_and_without_any_the_shop_sells_and_says_so() {
    run(async {
        let Some(cluster) = cluster() else { return };
        let place = Place::on(&cluster);
        let shop = place.open().await;
        order(&shop).await;
        // It may not even see what it may not create.
        wait_refused(&shop, "the right Describe on topic new_orders is missing").await;
        wait_refused(&shop, "the right Describe on topic web_requests.dlq is missing").await;
        assert_eq!(shop.browser().get("/readyz").await.status, 200);
        assert_eq!(shop.browser().get("/readyz?pipeline").await.status, 503);
        cluster.grant_all_but_create();
        wait_refused(&shop, "the right Create on topic new_orders is missing").await;
        cluster.grant_create();
        wait_granted(&shop).await;
        wait_ready(&shop).await;
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 1);
        shop.close().await;
    });
}

#[test]
fn topics_that_may_not_be_created_keep_nobody_from_those_that_exist() {
    run(async {
        let Some(cluster) = cluster() else { return };
        cluster.grant_all_but_create();
        for topic in [Topic::new_orders(), Topic::subscriptions(), Topic::system_stats(), Topic::web_requests()] {
            records::create(&cluster.insiders(), topic.name(), &[]).await;
        }
        records::create(&cluster.insiders(), Topic::feedback().dead_letter_name(), &[]).await;
        let place = Place::on(&cluster);
        let shop = place.open().await;
        for missing in ["feedback", "new_orders.dlq", "web_requests.dlq"] {
            wait_refused(&shop, &format!("the right Create on topic {missing} is missing")).await;
        }
        order(&shop).await;
        wait_orders(&shop, 1).await;
        shop.wait_views(1).await;
        // Somebody creates what was missing, letters' topics last: without them everything is counted.
        records::create(&cluster.insiders(), "feedback", &[]).await;
        wait_ready(&shop).await;
        wait_refused(&shop, "the right Create on topic new_orders.dlq is missing").await;
        records::produce(&cluster.insiders(), &[Record::new("new_orders", "neither JSON nor a number")]).await;
        until("the letter to be kept", async || {
            let letters = shop.running.snapshots.borrow().pipeline.dead_letters;
            if letters == 1 { Ok(()) } else { Err(format!("{letters} letters")) }
        })
        .await;
        order(&shop).await;
        wait_orders(&shop, 2).await;
        cluster.grant_create();
        wait_granted(&shop).await;
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 2);
        shop.close().await;
    });
}

/// What is refused while a right is missing keeps nothing else waiting, and goes on once it is there again.
#[test]
fn a_right_that_is_taken_away_under_way_is_named_and_nothing_is_lost() {
    run(async {
        let Some(cluster) = cluster() else { return };
        cluster.grant_all_but_create();
        cluster.grant_create();
        let place = Place::on(&cluster);
        let shop = place.open_ready().await;
        let (orders, views) = (topic("new_orders"), topic("web_requests"));

        cluster.revoke(on("Write", &orders));
        order(&shop).await;
        wait_refused(&shop, "Kafka refuses to publish to new_orders: the right Write on topic new_orders is missing")
            .await;
        shop.wait_views(1).await;
        assert_eq!(shop.figures().await.total_orders_num, 0);
        cluster.grant(on("Write", &orders));
        wait_orders(&shop, 1).await;
        wait_granted(&shop).await;

        cluster.revoke(on("Read", &views));
        order(&shop).await;
        wait_refused(&shop, "Kafka refuses to read web_requests").await;
        wait_refused(&shop, "the right Read on topic web_requests is missing").await;
        wait_orders(&shop, 2).await;
        cluster.grant(on("Read", &views));
        shop.wait_views(2).await;
        wait_granted(&shop).await;

        cluster.revoke(READ_GROUP);
        order(&shop).await;
        wait_refused(&shop, "the right Read on the consumer group pantry-").await;
        cluster.grant(READ_GROUP);
        wait_orders(&shop, 3).await;
        wait_granted(&shop).await;

        // Its letters are in the database; they reach their topic once that is granted.
        let letters = topic("new_orders.dlq");
        cluster.grant(on("Describe", &letters));
        cluster.revoke(on("Write", &letters));
        records::produce(&cluster.insiders(), &[Record::new("new_orders", "neither JSON nor a number")]).await;
        wait_refused(&shop, "to publish to new_orders.dlq: the right Write on topic new_orders.dlq is missing").await;
        cluster.grant(on("Write", &letters));
        wait_granted(&shop).await;
        assert_eq!(records::read_all(&cluster.insiders(), "new_orders.dlq").await.len(), 1);

        // Without any right to it, it looks as if it did not exist.
        cluster.revoke(on("Write", &orders));
        cluster.revoke(on("Read", &orders));
        cluster.revoke(on("Create", &orders));
        order(&shop).await;
        wait_refused(&shop, "the right Describe on topic new_orders is missing").await;
        shop.wait_views(4).await;
        cluster.grant(on("Read", &orders));
        cluster.grant(on("Write", &orders));
        wait_orders(&shop, 4).await;
        wait_granted(&shop).await;
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 4);
        shop.close().await;
    });
}

#[test]
fn without_the_right_to_write_anywhere_the_producer_is_refused_and_the_consumers_go_on() {
    run(async {
        let Some(cluster) = cluster() else { return };
        let names =
            Streams::own().all().iter().flat_map(|topic| [topic.name(), topic.dead_letter_name()]).collect::<Vec<_>>();
        for name in &names {
            records::create(&cluster.insiders(), name, &[]).await;
        }
        for topic in Streams::own().all().iter().copied() {
            cluster.grant(on("Read", &["--topic", topic.name()]));
            cluster.grant(on("Describe", &["--topic", topic.dead_letter_name()]));
        }
        cluster.grant(READ_GROUP);
        let place = Place::on(&cluster);
        let shop = place.open_ready().await;
        order(&shop).await;
        wait_refused(&shop, "Kafka refuses to publish: the right Write on the topics").await;
        let other = Record::new("new_orders", records::TUTORIAL_ORDER).at(shop.clock.now().micros() / 1_000);
        cluster.grant(on("Write", &["--topic", "feedback.dlq"]));
        wait_refused(&shop, "Kafka refuses to publish to new_orders: the right Write on topic new_orders").await;
        for topic in Streams::own().all().iter().copied() {
            cluster.grant(on("Write", &["--topic", topic.name()]));
        }
        records::produce(&cluster.insiders(), &[other]).await;
        wait_orders(&shop, 2).await;
        wait_granted(&shop).await;
        shop.assert_all_agree().await;
        shop.close().await;
    });
}
