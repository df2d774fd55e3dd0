//! Programs that share nothing with the shop but the topics: what they write is counted, and what they read is as
//! designed.

use crate::harness::stack::{kafka_python, skipped};
use crate::harness::{Cart, OpenShop, Place, Stack, run, until_equal};
use domain::{Figures, Money};
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// What a program printed; it must succeed.
async fn output_of(command: &mut Command, input: &str) -> String {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {said}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))).collect()
}

/// Two orders of the shop's own, and what a reader of the tutorial's must get for them, by their ids.
async fn order_twice(shop: &OpenShop) -> [Value; 2] {
    let browser = shop.browser();
    browser.order(&Cart { goods: &[("soap", 2), ("rice", 1)], email: "a@example.com", is_paid: true }).await;
    browser.order(&Cart { goods: &[("tea", 3)], email: "b@example.com", is_paid: false }).await;
    [
        json!({"order_id": 1, "order_amount": 3, "order_total_price": 5.4, "is_paid": true}),
        json!({"order_id": 2, "order_amount": 3, "order_total_price": 8.85, "is_paid": false}),
    ]
}

/// The figures of orders as the tutorial's producer makes them, and of page views.
fn tutorial_figures(unpaid: i64, paid: i64, requests_num: i64) -> Figures {
    let order = |is_paid| Figures::order(3, Money::from_cents(4_550), is_paid);
    let orders = (0..unpaid).map(|_| order(false)).chain((0..paid).map(|_| order(true)));
    orders.fold(Figures::requests(requests_num), |sum, order| sum.plus(order).unwrap())
}

async fn wait_figures(shop: &OpenShop, expected: Figures) {
    until_equal("the figures", expected, async || shop.figures().await).await;
}

/// Orders in the order of their ids: the partitions of a topic are read as they come.
fn sorted(mut orders: Vec<Value>) -> Vec<Value> {
    orders.sort_by_key(|order| order["order_id"].as_i64());
    orders
}

#[test]
fn kafka_python_is_counted_and_reads_the_four_fields() {
    let Some(python) = kafka_python() else { return };
    run(async {
        let place = Place::at_wall_clock();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let tutorial = async |arguments: &[&str]| {
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/clients/tutorial.py");
            output_of(Command::new(&python).arg(script).args(arguments), "").await
        };
        // With orders of our own in the topic before and after.
        let own = order_twice(&shop).await;
        shop.wait_views(2).await;
        shop.wait_counted().await;
        let read = json_lines(&tutorial(&["consume", &bootstrap, "new_orders", "2"]).await);
        assert_eq!(sorted(read), own);
        let before = shop.figures().await;
        tutorial(&["produce", &bootstrap, "5", "40"]).await;
        let expected = before.plus(tutorial_figures(3, 2, 40)).unwrap();
        wait_figures(&shop, expected).await;
        assert_eq!(shop.assert_all_agree().await, expected);
        assert_eq!(shop.running.store.tallies().await.unwrap(), store::Tallies::default());
        shop.close().await;
    });
}

#[test]
fn kcat_is_counted_and_reads_the_four_fields() {
    if Stack::Production.is_missing("kcat of Debian 12 cannot read the embedded broker") {
        return;
    }
    if std::process::Command::new("kcat").arg("-V").output().is_err() {
        return skipped("kcat is not installed");
    }
    run(async {
        let place = Place::at_wall_clock();
        let shop = place.open_ready().await;
        let bootstrap = shop.running.bootstrap_servers.clone();
        let kcat = async |arguments: &[&str], input: &str| {
            output_of(Command::new("kcat").args(["-q", "-b", &bootstrap]).args(arguments), input).await
        };
        let own = order_twice(&shop).await;
        shop.wait_views(2).await;
        shop.wait_counted().await;
        let read = json_lines(&kcat(&["-C", "-t", "new_orders", "-o", "beginning", "-e"], "").await);
        let four = |order: &Value| {
            let fields = ["order_id", "order_amount", "order_total_price", "is_paid"];
            fields.iter().map(|name| ((*name).to_owned(), order[name].clone())).collect()
        };
        assert_eq!(sorted(read.iter().map(four).collect()), own);

        let before = shop.figures().await;
        let order = r#"{"order_id": 7, "order_amount": 3, "order_total_price": 45.50, "is_paid": true}"#;
        kcat(&["-P", "-t", "new_orders"], &format!("{order}\n{order}\n")).await;
        kcat(&["-P", "-t", "web_requests"], "1\n1\n5\n").await;
        let expected = before.plus(tutorial_figures(0, 2, 7)).unwrap();
        wait_figures(&shop, expected).await;
        assert_eq!(shop.assert_all_agree().await, expected);
        shop.close().await;
    });
}
