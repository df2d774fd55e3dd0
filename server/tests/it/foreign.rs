//! Records that other programs write: the tutorial's, another shop's, forged ones, and the own ones written again.

use crate::harness::broker::OutsideCluster;
use crate::harness::records::{self, Record, TUTORIAL_ORDER};
use crate::harness::{Cart, OpenShop, Place, Stack, run, until_equal};
use domain::{Figures, Minute, Money};
use store::Tallies;

/// A place whose cluster does not end with the shop, as the embedded broker does; the production stack's never does.
fn place_with_lasting_log() -> (Place, Option<OutsideCluster>) {
    let outside = (Stack::of_this_run() == Stack::Newcomer).then(OutsideCluster::started);
    (outside.as_ref().map_or_else(Place::new, Place::on), outside)
}

async fn wait_tallies(shop: &OpenShop, expected: Tallies) {
    until_equal("the tallies", expected, async || shop.running.store.tallies().await.unwrap()).await;
}

#[test]
fn the_tutorials_records_count_once_also_across_a_restart() {
    run(async {
        let (place, _cluster) = place_with_lasting_log();
        let shop = place.open().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let first = shop.open_minute();
        shop.close_open_minute().await;
        let open = shop.open_minute();
        let millis = |minute: Minute, second: i64| minute.start().millis() + second * 1_000;
        // Closed already: it raises the revision. The others are of the open minute.
        let records = [
            Record::new("web_requests", "1").at(millis(first, 30)),
            Record::new("web_requests", "5").at(millis(open, 1)),
            Record::new("web_requests", "1").at(millis(open, 2)),
            Record::new("new_orders", TUTORIAL_ORDER).at(millis(open, 3)),
            // Before the first minute, and far ahead: tallied only.
            Record::new("web_requests", "7").at(millis(first.plus(-1), 59)),
            Record::new("new_orders", TUTORIAL_ORDER).at(millis(open.plus(2), 30)),
        ];
        records::produce(&bootstrap, &records).await;
        let expected = Figures { requests_num: 7, ..Figures::order(3, Money::from_cents(4_550), true) };
        until_equal("the tutorial's figures", expected, async || shop.figures().await).await;
        let tallies = Tallies { late_events: 1, out_of_range_records: 2, ..Tallies::default() };
        wait_tallies(&shop, tallies).await;
        until_equal("the late row", Some(1), async || {
            let rows = crate::harness::csv::read(&shop.data).ok()?;
            rows.iter().find(|row| row.datetime == first.to_string()).map(|row| row.figures.requests_num)
        })
        .await;
        shop.close().await;

        // While the shop is closed, another one.
        records::produce(&bootstrap, &[Record::new("web_requests", "1").at(millis(open, 9))]).await;
        let shop = place.open().await;
        let expected = Figures { requests_num: 8, ..expected };
        until_equal("the figures after a restart", expected, async || shop.figures().await).await;
        assert_eq!(shop.assert_all_agree().await, expected);
        assert_eq!(shop.row(open), Figures { requests_num: 7, ..expected });
        wait_tallies(&shop, tallies).await;
        assert_eq!(shop.database().await.own_figures().await, Figures::ZERO, "nothing of it is our own");
        shop.close().await;
    });
}

#[test]
fn a_topic_that_is_made_anew_is_read_from_its_beginning() {
    run(async {
        let (place, _cluster) = place_with_lasting_log();
        let place = place.with("KAFKA_TOPIC_PARTITIONS", 1);
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let millis = shop.clock.now().millis();
        let tutorial = |numbers: std::ops::Range<i64>| -> Vec<Record> {
            numbers.map(|number| Record::new("web_requests", number.to_string()).at(millis)).collect()
        };
        records::produce(&bootstrap, &tutorial(1..4)).await;
        shop.wait_views(6).await;
        let mut database = shop.database().await;
        until_equal("the log to be known", 1, async || {
            let known = "select count(*) from positions where topic = 'web_requests' and sample_offset is not null";
            database.number(known).await
        })
        .await;
        shop.close().await;

        // Longer than what was read of the old one, so that the old position lies within it.
        records::make_anew(&bootstrap, "web_requests", 1, 1).await;
        records::produce(&bootstrap, &tutorial(10..20)).await;
        let shop = place.open().await;
        shop.wait_views(6 + 145).await;
        let mut database = shop.database().await;
        let generation = database.number("select generation from positions where topic = 'web_requests'").await;
        assert_eq!(generation, 1);
        shop.assert_all_agree().await;
        shop.close().await;

        // The same log again: nothing is read twice.
        let shop = place.open().await;
        records::produce(&bootstrap, &tutorial(1..2)).await;
        shop.wait_views(6 + 145 + 1).await;
        shop.close().await;
    });
}

#[test]
fn records_of_others_are_tallied_and_forged_ones_are_anomalies() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let own = shop.running.store.source().to_owned();
        let millis = shop.clock.now().millis();
        let value = |source: &str, id: i64| {
            format!(
                r#"{{"order_id":1,"order_amount":9,"order_total_price":9.00,"is_paid":true,"event_id":{id},"source":"{source}","event_time":"{}"}}"#,
                shop.clock.now()
            )
        };
        let records = [
            Record::new("new_orders", value("another", 1)).at(millis),
            Record::new("new_orders", TUTORIAL_ORDER).at(millis).with_header("source", "another"),
            Record::new("new_orders", value(&own, 999_999)).at(millis),
            Record::new("web_requests", "1").at(millis).with_header("source", &own).with_header("event_id", "888888"),
            Record::new("web_requests", "1").at(millis).with_header("source", &own),
        ];
        records::produce(&shop.running.bootstrap_servers, &records).await;
        wait_tallies(&shop, Tallies { other_shops_records: 2, anomalies: 3, ..Tallies::default() }).await;
        assert_eq!(shop.assert_all_agree().await, Figures::ZERO);
        // The dashboard takes them once a second.
        until_equal("the tallies on the dashboard", (2, 3, 0), async || {
            let pipeline = &shop.running.snapshots.borrow().pipeline;
            (pipeline.other_shops_records, pipeline.anomalies, pipeline.dead_letters)
        })
        .await;
        shop.close().await;
    });
}

#[test]
fn an_own_record_written_a_thousand_times_counts_once() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        for _ in 0..2 {
            browser.order(&Cart { goods: &[("oil", 2)], email: "a@example.com", is_paid: true }).await;
        }
        shop.wait_views(2).await;
        shop.wait_counted().await;
        let counted = shop.figures().await;
        assert_eq!((counted.total_orders_num, counted.requests_num), (2, 2));
        let bootstrap = shop.running.bootstrap_servers.clone();
        for topic in ["new_orders", "web_requests"] {
            let own = records::read_all(&bootstrap, topic).await;
            assert_eq!(own.len(), 2);
            let again: Vec<Record> = own.iter().cycle().take(1_000).cloned().collect();
            records::produce(&bootstrap, &again).await;
        }
        // A mangled copy names the same row and changes nothing either.
        let mut mangled = records::read_all(&bootstrap, "new_orders").await[0].clone();
        mangled.value = Some(b"not even JSON".to_vec());
        records::produce(&bootstrap, &[mangled]).await;
        // No minute closes before the consumer has read them all.
        assert_eq!(shop.assert_all_agree().await, counted);
        wait_tallies(&shop, Tallies::default()).await;
        shop.close().await;
    });
}
