//! An older server beside a newer one, on one database: what it does not know it leaves to the one that does.

use crate::harness::records::{self, Record};
use crate::harness::{Cart, Place, run, until};

/// A row as a newer version may write it, and the record that names it.
async fn assert_left_alone(column: &str, newer: &str, known: &str) {
    let place = Place::new();
    let shop = place.open_ready().await;
    let browser = shop.browser();
    browser.order(&Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: true }).await;
    shop.wait_views(1).await;
    shop.wait_counted().await;
    let mut database = shop.database().await;
    let at = shop.clock.now().micros();
    database
        .execute(&format!(
            "insert into outbox (topic, event_time, path, kind) values ('web_requests', {at}, '/', 'page');
             update outbox set {column} = {newer}"
        ))
        .await;
    let id = database.number("select max(id) from outbox").await;
    let source = shop.running.store.source();
    let value = format!(r#"{{"path":"/","kind":"page","event_id":{id},"source":"{source}","event_time":"{at}"}}"#);
    // On each partition: a batch that fails would hold all of them up.
    let records: Vec<_> = (0..3).map(|partition| Record::new("web_requests", value.clone()).on(partition)).collect();
    records::produce(&shop.running.bootstrap_servers, &records).await;

    // The rest goes on.
    for _ in 0..3 {
        browser.order(&Cart { goods: &[("tea", 1)], email: "a@example.com", is_paid: true }).await;
    }
    until("the other events to be counted", async || {
        let waiting = database.number("select count(*) from outbox").await;
        let orders = shop.figures().await.total_orders_num;
        if (waiting, orders) == (1, 4) { Ok(()) } else { Err(format!("{waiting} wait, {orders} orders are counted")) }
    })
    .await;
    assert_eq!(database.number("select id from outbox").await, id, "{column}: the row is left");

    // No minute closes past it: whoever knows it will count it.
    let open = shop.open_minute();
    shop.move_clock_to(open.plus(1), 5_000_000);
    browser.order(&Cart { goods: &[("salt", 1)], email: "a@example.com", is_paid: true }).await;
    until("another order to be counted", async || {
        let orders = shop.figures().await.total_orders_num;
        if orders == 5 { Ok(()) } else { Err(format!("{orders}")) }
    })
    .await;
    assert!(shop.running.store.closed_until().await.unwrap() <= open, "{column}: a minute closed past the row");

    // The newer server comes, or the older one is replaced by it.
    database.execute(&format!("update outbox set {column} = {known} where id = {id}")).await;
    let figures = shop.assert_all_agree().await;
    assert_eq!((figures.requests_num, figures.total_orders_num), (6, 5), "{column}");
    shop.close().await;
}

#[test]
fn a_format_of_a_newer_version_is_left_to_it() {
    run(assert_left_alone("format", "3", "1"));
}

#[test]
fn a_topic_of_a_newer_version_is_left_to_it() {
    run(assert_left_alone("topic", "'gift_cards'", "'web_requests'"));
}
