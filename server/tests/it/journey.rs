//! The way of an order, from the form to the record in Kafka and the rows in the files.

use crate::harness::{Browser, Cart, Place, records, run};
use domain::{Figures, Minute, Money, Timestamp};
use reqwest::StatusCode;
use serde_json::Value;

#[test]
fn an_order_becomes_a_record_and_rows() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser: Browser = shop.browser();
        let first = shop.open_minute();

        let cart = Cart { goods: &[("soap", 2), ("rice", 1)], email: "eve@example.com", is_paid: true };
        let address = browser.order(&cart).await;
        let token = address.strip_prefix("/order-new-complete?order=").expect("the order's page");
        assert_eq!(token.len(), 32, "{token}");
        let receipt = browser.get(&address).await;
        assert_eq!(receipt.status, StatusCode::OK);
        for shown in ["Soap", "Rice", "€5.40", "Paid now", "eve@example.com"] {
            assert!(receipt.body.contains(shown), "{shown} in {}", receipt.body);
        }
        assert_eq!(browser.get("/order-new-complete?order=1").await.status, StatusCode::NOT_FOUND);
        let second = browser.order(&Cart { goods: &[("tea", 3)], email: "bob@example.com", is_paid: false }).await;
        assert_ne!(address, second);

        shop.wait_views(3).await;
        shop.wait_counted().await;
        let price = Money::from_cents(540 + 3 * 295);
        let expected = Figures {
            requests_num: 3,
            total_orders_num: 2,
            total_orders_amount: 6,
            total_orders_price: price,
            total_paid_orders_num: 1,
            total_paid_orders_amount: 3,
            total_paid_orders_price: Money::from_cents(540),
            ..Figures::ZERO
        };
        let closed = shop.close_open_minute().await;
        assert_eq!(closed, first);
        assert_eq!(shop.row(closed), expected);
        let file = |name: &str| std::fs::read_to_string(shop.data.join(name)).unwrap();
        assert_eq!(file("requests.csv"), format!("datetime,requests_num\n{first},3\n"));
        let header = crate::harness::csv::ORDERS_HEADER;
        assert_eq!(file("orders.csv"), format!("{header}\n{first},2,6,14.25,1,3,5.40\n"));
        assert!(first.to_string().ends_with(" 12:00:00"), "{first}");

        the_records_are_as_designed(&shop, first).await;
        shop.close().await;
    });
}

async fn the_records_are_as_designed(shop: &crate::harness::OpenShop, minute: Minute) {
    let source = shop.running.store.source().to_owned();
    let mut orders = records::read_all(&shop.running.bootstrap_servers, "new_orders").await;
    orders.sort_by_key(|record| record.key.clone());
    assert_eq!(orders.len(), 2, "{orders:?}");
    let record = &orders[0];
    let value: Value = serde_json::from_slice(record.value.as_deref().unwrap()).unwrap();
    let event_time = value["event_time"].as_str().unwrap();
    let at = Timestamp::parse_rfc3339(event_time).unwrap();
    assert_eq!(Minute::of(at), minute);
    let event_id = value["event_id"].as_i64().unwrap();
    let expected = format!(
        r#"{{"order_id":1,"order_amount":3,"order_total_price":5.40,"is_paid":true,"event_id":{event_id},"source":"{source}","event_time":"{at}"}}"#
    );
    assert_eq!(record.text(), expected);
    assert_eq!(record.key.as_deref(), Some(b"1".as_slice()));
    assert_eq!(record.header("source"), Some(source.clone()));
    assert_eq!(record.header("event_id"), Some(event_id.to_string()));
    assert_eq!(record.timestamp_millis, Some(at.millis()));

    let requests = records::read_all(&shop.running.bootstrap_servers, "web_requests").await;
    let mut paths: Vec<String> = Vec::new();
    for record in &requests {
        let value: Value = serde_json::from_slice(record.value.as_deref().unwrap()).unwrap();
        let path = value["path"].as_str().unwrap();
        let (id, at) = (&value["event_id"], value["event_time"].as_str().unwrap());
        let expected =
            format!(r#"{{"path":"{path}","kind":"page","event_id":{id},"source":"{source}","event_time":"{at}"}}"#);
        assert_eq!(record.text(), expected);
        assert_eq!(record.header("event_id"), Some(id.to_string()));
        paths.push(path.to_owned());
    }
    paths.sort();
    assert_eq!(paths, ["/order-new", "/order-new", "/order-new-complete"]);
}

#[test]
fn two_times_across_a_border_stand_in_two_rows() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let browser = shop.browser();
        let first = shop.open_minute();
        let cart = |quantity| [("rice", quantity)];

        let (mut early, mut late) = (browser.form().await, browser.form().await);
        early.fill(&Cart { goods: &cart(1), email: "a@example.com", is_paid: false });
        late.fill(&Cart { goods: &cart(2), email: "a@example.com", is_paid: false });
        // Page views are stamped when they are written, a little after they were answered.
        shop.wait_views(2).await;
        shop.move_clock_to(first, 59_000_000);
        let answers = browser.send(&early).await;
        assert_eq!(answers.status, StatusCode::SEE_OTHER);
        let at_border = first.plus(1);
        shop.move_clock_to(at_border, 0);
        assert_eq!(browser.send(&late).await.status, StatusCode::SEE_OTHER);
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 2);
        let order = |amount, cents| Figures::order(amount, Money::from_cents(cents), false);
        assert_eq!(shop.row(first), Figures { requests_num: 2, ..order(1, 240) });
        assert_eq!(shop.row(at_border), order(2, 480));
        shop.close().await;
    });
}
