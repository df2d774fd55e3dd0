//! A Kafka that refuses: rights that are missing, quotas, topics with other settings, a cluster that is restarted. The
//! shop sells, its dashboard and its metrics say what is refused, nothing is lost, and it goes on by itself.

mod quotas;
mod restarts;
mod rights;
mod settings;

use crate::harness::traffic::{Memory, Remember, assert_exact_in};
use crate::harness::{Browser, Cart, OpenShop, until};

const ONLY_APACHE: &str = "the embedded broker refuses nobody";

/// An order, and the view of its form; the shop sells whatever Kafka says.
async fn order(shop: &OpenShop) {
    shop.browser().order(&Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: true }).await;
}

/// Waits until the dashboard and the metrics say that something is refused, with these words.
async fn wait_refused(shop: &OpenShop, words: &str) {
    until(&format!("the dashboard to say {words:?}"), async || {
        let errors = shop.running.snapshots.borrow().pipeline.kafka_errors.clone();
        if errors.iter().any(|error| error.contains(words)) { Ok(()) } else { Err(format!("{errors:?}")) }
    })
    .await;
    until(&format!("the metrics to say {words:?}"), async || {
        let figures = Browser::new(shop.running.metrics_addr).get("/metrics").await.body;
        let mut lines = figures.lines().filter(|line| line.starts_with("pantry_kafka_refused{"));
        if lines.any(|line| line.contains(words)) { Ok(()) } else { Err(figures.clone()) }
    })
    .await;
}

/// Waits until nothing is refused any more.
async fn wait_granted(shop: &OpenShop) {
    until("nothing to be refused", async || {
        let errors = shop.running.snapshots.borrow().pipeline.kafka_errors.clone();
        if errors.is_empty() { Ok(()) } else { Err(format!("{errors:?}")) }
    })
    .await;
}

/// Waits until so many orders are counted.
async fn wait_orders(shop: &OpenShop, expected: i64) {
    until(&format!("{expected} orders to be counted"), async || {
        let counted = shop.figures().await.total_orders_num;
        if counted == expected { Ok(()) } else { Err(format!("{counted}, {:?}", shop.running.health.borrow())) }
    })
    .await;
}

/// Waits until the shop is ready, its pipeline with it.
async fn wait_ready(shop: &OpenShop) {
    until("the pipeline to be ready", async || {
        let answer = shop.browser().get("/readyz?pipeline").await;
        if answer.status == 200 { Ok(()) } else { Err(answer.body) }
    })
    .await;
}

/// What the traffic remembers, once all of it is counted and nothing is refused; the shop is closed.
async fn close_exact(shop: OpenShop, memory: &Remember) -> Memory {
    let memory = std::mem::take(&mut *memory.lock().unwrap());
    shop.wait_views(memory.views_sent as i64).await;
    assert_exact_in(&shop, &memory, memory.views_sent).await;
    wait_granted(&shop).await;
    shop.close().await;
    memory
}
