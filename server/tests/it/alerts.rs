//! Alerts on a whole shop: a rule fires, the dashboard and the history tell it, and a receiver gets signed messages, at
//! least once each, whatever it answers and whoever is killed meanwhile.

use crate::harness::broker::OutsideCluster;
use crate::harness::database::Database;
use crate::harness::process::ServerProcess;
use crate::harness::receiver::{Posted, Receiver};
use crate::harness::{Browser, Cart, OpenShop, Place, run, until, until_equal};
use domain::RuleKind;
use domain::alert::RuleName;
use store::{Batch, DeadLetter};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const SECOND: i64 = 1_000_000;

/// A place whose alerts go to this receiver.
pub(crate) fn sending(place: Place, receiver: &Receiver) -> Place {
    place.with("ALERT_WEBHOOK_URL", receiver.url("/hook")).with("ALERT_WEBHOOK_SECRET", SECRET)
}

async fn keep_letter(shop: &OpenShop) {
    let letter = DeadLetter {
        log: "a log".to_owned(),
        generation: 0,
        topic: streams::Topic::web_requests(),
        partition: 0,
        offset: shop.clock.now().micros(),
        reason: "not understood".to_owned(),
        key: None,
        value: Some(b"seven".to_vec()),
        headers: Vec::new(),
        timestamp_millis: None,
        seen_at: shop.clock.now(),
    };
    shop.running.store.count(Batch { dead_letters: vec![letter], ..Batch::default() }).await.unwrap();
}

async fn discard_letter(shop: &OpenShop, id: i64) {
    shop.running.store.discard(id, domain::DiscardReason::parse("a test").unwrap()).await.unwrap();
}

/// The shop's own rules that the dashboard shows as open; there is none on a measure.
pub(crate) fn shown(shop: &OpenShop) -> Vec<RuleKind> {
    let kind = |name| match name {
        RuleName::Shop(kind) => kind,
        RuleName::Measure(id) => panic!("an alert of the rule {id} on a measure"),
    };
    shop.running.snapshots.borrow().alerting.open.iter().map(|alert| kind(alert.rule)).collect()
}

/// Waits for so many messages; each must be signed.
pub(crate) async fn wait_posted(receiver: &Receiver, expected: usize) -> Vec<Posted> {
    let posted = until(&format!("{expected} messages"), async || {
        let posted = receiver.posted();
        if posted.len() >= expected { Ok(posted) } else { Err(format!("{posted:?}")) }
    })
    .await;
    for message in &posted {
        message.assert_signed(SECRET);
    }
    posted
}

#[test]
fn an_alert_begins_is_told_and_ends() {
    run(async {
        let receiver = Receiver::start(&[500, 200]).await;
        let place = sending(Place::new(), &receiver);
        let shop = place.open_ready().await;
        keep_letter(&shop).await;
        until_equal("the alert on the dashboard", vec![RuleKind::DeadLetters], async || shown(&shop)).await;
        let first = wait_posted(&receiver, 1).await.remove(0);
        assert_eq!([first.text("/event"), first.text("/alert/rule")], ["alert.began", "dead_letters"]);
        assert_eq!(first.text("/alert/words"), "1 record could not be read.");
        assert_eq!(first.delivery, first.text("/delivery"));

        let owner = Browser::of_owner(shop.running.addr).await;
        let page = until("the failed try on the page", async || {
            let page = owner.get("/admin/alerts").await.body;
            if page.contains("answered 500") { Ok(page) } else { Err(page) }
        })
        .await;
        for words in ["1 record could not be read.", "Dead letters began", "Next try at"] {
            assert!(page.contains(words), "{words} in {page}");
        }
        let dashboard = owner.get("/admin/metrics").await.body;
        let told = dashboard.split_once("data-testid=\"open-alerts\"").unwrap().1;
        assert!(told.split_once("</div>").unwrap().0.contains("1 record could not be read."), "{told}");

        // Five seconds later it is tried again, as the same message.
        shop.clock.advance_micros(6 * SECOND);
        let again = wait_posted(&receiver, 2).await.remove(1);
        assert_eq!((&again.delivery, &again.body), (&first.delivery, &first.body));
        assert_ne!(again.signature, first.signature, "its time is signed");

        // What is found meanwhile is told on the pages, and sends no message.
        keep_letter(&shop).await;
        until("the second letter in the open alert", async || {
            let page = owner.get("/admin/metrics").await.body;
            if page.contains("2 records could not be read. Since") { Ok(()) } else { Err(page) }
        })
        .await;
        assert_eq!(receiver.posted().len(), 2);

        discard_letter(&shop, 1).await;
        discard_letter(&shop, 2).await;
        until_equal("the dashboard to be calm", Vec::new(), async || shown(&shop)).await;
        let ended = wait_posted(&receiver, 3).await.remove(2);
        assert_eq!(ended.text("/event"), "alert.ended");
        assert!(ended.text("/alert/ended_at") > ended.text("/alert/began_at"), "{ended:?}");
        assert_eq!(ended.json().pointer("/alert/id"), first.json().pointer("/alert/id"));
        until("the history", async || {
            let page = owner.get("/admin/alerts").await.body;
            let is_told = page.contains("alerts-ended") && page.contains("after 2 tries");
            if is_told { Ok(()) } else { Err(page) }
        })
        .await;
        let operator = Browser::new(shop.running.metrics_addr);
        until("the figures for Prometheus", async || {
            let text = operator.get("/metrics").await.body;
            let wanted = [
                "pantry_open_alerts 0",
                "pantry_alert_deliveries_total 2",
                "pantry_alert_delivery_failures_total 1",
                "pantry_alert_deliveries_given_up_total 0",
            ];
            if wanted.iter().all(|line| text.lines().any(|found| found == *line)) { Ok(()) } else { Err(text) }
        })
        .await;
        shop.close().await;
    });
}

#[test]
fn a_receiver_that_hangs_or_redirects_holds_up_nothing() {
    run(async {
        let receiver = Receiver::start(&[Receiver::HANGS, 302, 200]).await;
        let place = sending(Place::new(), &receiver);
        let shop = place.open_ready().await;
        keep_letter(&shop).await;
        wait_posted(&receiver, 1).await;
        // While it hangs, another rule's alert begins, orders are made, and the first one ends.
        shop.browser().order(&Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: true }).await;
        shop.wait_counted().await;
        discard_letter(&shop, 1).await;
        until_equal("the dashboard to be calm", Vec::new(), async || shown(&shop)).await;
        let error = |wanted: &'static str| {
            let store = shop.running.store.clone();
            until("the failed try", async move || {
                let deliveries = store.alert_deliveries().await.unwrap();
                let error = deliveries.last().unwrap().last_error.clone().unwrap_or_default();
                if error == wanted { Ok(()) } else { Err(format!("{deliveries:?}")) }
            })
        };
        error("no answer within 5 seconds").await;
        shop.clock.advance_micros(6 * SECOND);
        error("answered 302; redirects are not followed").await;
        shop.clock.advance_micros(16 * SECOND);
        let posted = wait_posted(&receiver, 4).await;
        // The end waited for the beginning, although it was due long before.
        let events: Vec<String> = posted.iter().map(|message| message.text("/event")).collect();
        assert_eq!(events, ["alert.began", "alert.began", "alert.began", "alert.ended"]);
        assert!(posted.iter().all(|message| message.path == "/hook"), "{posted:?}");
        shop.close().await;
    });
}

#[test]
fn a_shop_stops_in_time_while_a_receiver_hangs() {
    run(async {
        let receiver = Receiver::start(&[Receiver::HANGS]).await;
        let place = sending(Place::new(), &receiver);
        let shop = place.open_ready().await;
        keep_letter(&shop).await;
        let first = wait_posted(&receiver, 1).await.remove(0);
        tokio::time::timeout(std::time::Duration::from_secs(10), shop.close()).await.expect("it stops in time");
        // The next one sends what was not settled, once the claim is over.
        let shop = place.open().await;
        shop.clock.advance_micros(11 * SECOND);
        let again = wait_posted(&receiver, 2).await.remove(1);
        assert_eq!(again.delivery, first.delivery);
        shop.close().await;
    });
}

#[test]
fn a_server_that_is_killed_before_the_delivery_still_delivers() {
    run(async {
        let mut cluster = OutsideCluster::started();
        let receiver = Receiver::start(&[Receiver::HANGS]).await;
        let place = sending(Place::on(&cluster), &receiver);
        let server = ServerProcess::start(&place).await;
        let browser = Browser::of_owner(server.addr).await;
        until_equal("the shop to be ready", 200, async || browser.get("/readyz?pipeline").await.status.as_u16()).await;
        let waits =
            [("waiting_events", "on"), ("waiting_seconds", "5"), ("no_orders_minutes", "60"), ("closing_minutes", "5")];
        let rest =
            [("opens_at", "08:00"), ("closes_at", "20:00"), ("requests_per_minute", "1000"), ("dead_letters", "on")];
        assert_eq!(browser.post("/admin/alerts", &[waits, rest].concat()).await.status, 303);
        // Without a broker, events wait: the alert begins, and the receiver does not answer.
        cluster.crash_and_forget();
        browser.get("/").await;
        let first = wait_posted(&receiver, 1).await.remove(0);
        assert_eq!([first.text("/event"), first.text("/alert/rule")], ["alert.began", "waiting_events"]);
        server.kill().await;
        let mut database = Database::open(&place.database_url()).await;
        let waiting = "select count(*) from alert_deliveries where next_attempt_at is not null";
        assert_eq!(database.number(waiting).await, 1, "it waits in the database");

        let server = ServerProcess::start(&place).await;
        let again = wait_posted(&receiver, 2).await.remove(1);
        assert_eq!((&again.delivery, &again.body), (&first.delivery, &first.body));
        cluster.start();
        let ended = wait_posted(&receiver, 3).await.remove(2);
        assert_eq!([ended.text("/event"), ended.text("/alert/rule")], ["alert.ended", "waiting_events"]);
        assert_eq!(database.number("select count(*) from alerts").await, 1, "one alert over the kill");
        server.kill().await;
    });
}

#[test]
fn a_test_is_sent_and_without_a_webhook_nothing_is() {
    run(async {
        let receiver = Receiver::start(&[204]).await;
        let place = sending(Place::new(), &receiver);
        let shop = place.open_ready().await;
        assert_eq!(Browser::of_owner(shop.running.addr).await.post("/admin/alerts/test", &[]).await.status, 303);
        let test = wait_posted(&receiver, 1).await.remove(0);
        assert_eq!(test.text("/event"), "test");
        assert_eq!(test.json().pointer("/alert"), Some(&serde_json::Value::Null));
        shop.close().await;

        let place = place.without("ALERT_WEBHOOK_URL").without("ALERT_WEBHOOK_SECRET");
        let shop = place.open_ready().await;
        let owner = Browser::of_owner(shop.running.addr).await;
        assert_eq!(owner.post("/admin/alerts/test", &[]).await.status, 409);
        keep_letter(&shop).await;
        until_equal("the alert", vec![RuleKind::DeadLetters], async || shown(&shop)).await;
        let page = owner.get("/admin/alerts").await.body;
        assert!(
            page.contains("data-testid=\"webhook-none\"") && page.contains("1 record could not be read."),
            "{page}"
        );
        let sent = shop.database().await.number("select count(*) from alert_deliveries").await;
        assert_eq!((sent, receiver.posted().len()), (1, 1), "the test alone");
        shop.close().await;
    });
}
