//! Rules on measures on a whole shop with a stream of its own: judged over complete minutes, told to the webhook, and
//! left alone where nothing is known.

use crate::alerts::{sending, wait_posted};
use crate::declared::declare;
use crate::harness::receiver::Receiver;
use crate::harness::records::{self, Record};
use crate::harness::{Browser, OpenShop, Place, run, until, until_equal};
use std::fs;
use streams::Totals;

const AIR: &str = r#"topic = "air"
title = "Air in the kitchen"
about = "What a sensor measures."

[[fields]]
name = "pm25"
type = "decimal(1)"
min = -50
max = 999.9
about = "fine dust"

[[measures]]
name = "readings_num"
count = true
about = "readings"

[[measures]]
name = "pm25_max"
max = "pm25"
unit = "µg/m³"
about = "fine dust at most"
"#;
const MEASURES: &str = "/admin/alerts/measures";

async fn add(owner: &Browser, measure: &str, side: &str, value: &str, minutes: &str) {
    let fields = [("measure", measure), ("side", side), ("value", value), ("minutes", minutes)];
    assert_eq!(owner.post(MEASURES, &fields).await.status, 303, "{fields:?}");
}

/// Sends a reading, and waits until so many are counted.
async fn read(shop: &OpenShop, pm25: &str, readings: i64) {
    let reading = Record::new("air", format!(r#"{{"pm25": {pm25}}}"#)).at(shop.clock.now().millis());
    records::produce(&shop.running.bootstrap_servers, &[reading]).await;
    let air = shop.running.store.streams().of("air").unwrap();
    until("the reading to be counted", async || {
        let Totals(totals) = shop.running.store.totals_ever(air).await.unwrap();
        if totals[0] == Some(readings) { Ok(()) } else { Err(format!("{totals:?}")) }
    })
    .await;
}

/// The names of the rules whose alerts are open.
fn open(shop: &OpenShop) -> Vec<String> {
    let mut names: Vec<_> =
        shop.running.snapshots.borrow().alerting.open.iter().map(|alert| alert.rule.to_string()).collect();
    names.sort();
    names
}

async fn wait_open(shop: &OpenShop, expected: &[&str]) {
    until_equal("the open alerts", expected.iter().map(|name| (*name).to_owned()).collect(), async || open(shop)).await;
}

#[test]
fn a_rule_on_a_measure_begins_is_told_and_ends() {
    run(async {
        let receiver = Receiver::start(&[200]).await;
        let place = sending(Place::new(), &receiver);
        declare(&place, &[("air.toml", AIR)]);
        let shop = place.open_ready().await;
        let owner = Browser::of_owner(shop.running.addr).await;
        // 1 is what this is about; the others show that a minute was judged.
        add(&owner, "air/pm25_max", "above", "30", "2").await;
        add(&owner, "air/readings_num", "above", "0", "1").await;
        add(&owner, "air/readings_num", "below", "1", "2").await;

        read(&shop, "31.2", 1).await;
        shop.close_open_minute().await;
        wait_open(&shop, &["measure:2"]).await;
        let first = shop.open_minute();
        shop.close_open_minute().await;
        wait_open(&shop, &["measure:1"]).await;
        let posted = wait_posted(&receiver, 3).await;
        let told = posted.iter().find(|message| message.text("/alert/rule") == "measure:1").unwrap();
        let clock = first.plus(1).hour_minute();
        let words = format!("31.2 µg/m³ in the 2 minutes until {clock}, above 30.0 µg/m³.");
        assert_eq!(told.text("/event"), "alert.began");
        assert_eq!(told.text("/alert/words"), format!("Air in the kitchen, fine dust at most: {words}"));
        assert_eq!([told.text("/alert/topic"), told.text("/alert/measure")], ["air", "pm25_max"]);
        assert_eq!([told.text("/alert/comparison"), told.text("/alert/value")], ["above", "30.0"]);
        let number = |pointer: &str| told.json().pointer(pointer).and_then(serde_json::Value::as_i64);
        assert_eq!(
            ["figure", "threshold", "minutes"].map(|name| number(&format!("/alert/{name}"))),
            [Some(312), Some(300), Some(2)]
        );
        let page = owner.get("/admin/alerts").await.body;
        assert!(page.contains("Air in the kitchen, fine dust at most began") && page.contains(&words), "{page}");
        let dashboard = owner.get("/admin/metrics").await.body;
        assert!(dashboard.contains(&words), "{dashboard}");

        // No reading is no lower one: the alert stays. That there is none is a rule of its own.
        shop.close_open_minute().await;
        wait_open(&shop, &["measure:1", "measure:3"]).await;
        read(&shop, "8.0", 2).await;
        shop.close_open_minute().await;
        wait_open(&shop, &["measure:2"]).await;
        let posted = wait_posted(&receiver, 7).await;
        let ended = posted.iter().rfind(|message| message.text("/alert/rule") == "measure:1").unwrap();
        assert_eq!([ended.text("/event"), ended.text("/alert/value")], ["alert.ended", "30.0"]);
        assert_eq!(ended.json().pointer("/alert/id"), told.json().pointer("/alert/id"));

        // Completed together with calm ones, as when Kafka is back.
        read(&shop, "40", 3).await;
        let busy = shop.open_minute();
        shop.move_clock_to(busy.plus(3), 5_000_000);
        wait_open(&shop, &["measure:1", "measure:2", "measure:3"]).await;
        shop.close().await;
    });
}

#[test]
fn an_alert_of_what_is_no_longer_declared_stays_until_its_rule_is_off_or_deleted() {
    run(async {
        let place = Place::new();
        declare(&place, &[("air.toml", AIR)]);
        let shop = place.open_ready().await;
        let owner = Browser::of_owner(shop.running.addr).await;
        add(&owner, "air/pm25_max", "above", "-0.5", "1").await;
        add(&owner, "air/readings_num", "above", "0", "1").await;
        read(&shop, "-0.4", 1).await;
        shop.close_open_minute().await;
        wait_open(&shop, &["measure:1", "measure:2"]).await;
        shop.close().await;

        fs::remove_file(place.data().join("streams/air.toml")).unwrap();
        let shop = place.open_ready().await;
        let owner = Browser::of_owner(shop.running.addr).await;
        // It shows that a minute was judged.
        add(&owner, "web_requests/requests_num", "below", "1", "1").await;
        shop.close_open_minute().await;
        wait_open(&shop, &["measure:1", "measure:2", "measure:3"]).await;
        let page = owner.get("/admin/alerts").await.body;
        for words in ["air, pm25_max", "above -0.5 over 1 minute", "(no longer declared)", "fine dust at most"] {
            assert!(page.replace('−', "-").contains(words), "{words} in {page}");
        }
        let off = [("side", "above"), ("value", "-0.5"), ("minutes", "1")];
        assert_eq!(owner.post(&format!("{MEASURES}/1"), &off).await.status, 303);
        wait_open(&shop, &["measure:2", "measure:3"]).await;
        assert_eq!(owner.post(&format!("{MEASURES}/2/delete"), &[]).await.status, 303);
        wait_open(&shop, &["measure:3"]).await;
        assert_eq!(shop.running.store.ended_alerts_num().await.unwrap(), 2);
        shop.close().await;
    });
}
