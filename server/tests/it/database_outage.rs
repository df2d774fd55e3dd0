//! A database that goes away under traffic: the shop says so, goes on by itself, and its figures stay exact.

use crate::database_silence::proxy_before;
use crate::harness::postgres::Postgres;
use crate::harness::shop::OrdersOnly;
use crate::harness::traffic::{Remember, Traffic, send_again};
use crate::harness::{Browser, OpenShop, Place, Stack, run, until};

const CRASHES: usize = 3;
const LOST_ANSWERS: usize = 20;
const ORDERS_BETWEEN: usize = 5;

pub(crate) fn answered(memory: &Remember) -> usize {
    memory.lock().unwrap().orders.values().filter(|order| order.answered.is_some()).count()
}

pub(crate) async fn wait_more_answered(memory: &Remember) {
    let before = answered(memory);
    until("orders to be answered", async || {
        let now = answered(memory);
        if now >= before + ORDERS_BETWEEN { Ok(()) } else { Err(format!("{now}, {before} before")) }
    })
    .await;
}

async fn assert_it_says_so(shop: &OpenShop) {
    let browser = shop.browser();
    let page = browser.get("/order-new").await;
    assert_eq!(page.status, 503, "{}", page.body);
    assert!(page.body.contains("load this page again"), "{}", page.body);
    let ready = browser.get("/readyz").await;
    assert!(ready.status == 503 && ready.body.contains("database"), "{ready:?}");
    assert_eq!(browser.get("/healthz").await.status, 200);
    // The figures are as old as they say, and what is known without the database is not.
    let operator = Browser::new(shop.running.metrics_addr);
    until("the figures to grow old", async || {
        let text = operator.get("/metrics").await.body;
        let figure = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.and_then(|value| value.parse::<i64>().ok())
        };
        let seen = (figure("pantry_ready"), figure("pantry_pipeline_ready"), figure("pantry_snapshot_age_seconds"));
        if matches!(seen, (Some(0), Some(0), Some(2..))) { Ok(()) } else { Err(format!("{seen:?}")) }
    })
    .await;
}

#[test]
fn a_database_that_crashes_under_traffic_changes_no_figure() {
    if Stack::Production.is_missing("SQLite lives in the shop's process") {
        return;
    }
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let place = Place::new().with("DATABASE_URL", &postgres.url);
        let shop = place.open_ready().await;
        let memory = Remember::default();
        let traffic = Traffic::start(&shop.browser(), &memory);
        for _ in 0..CRASHES {
            wait_more_answered(&memory).await;
            postgres.crash();
            assert_it_says_so(&shop).await;
            postgres.start_again();
            wait_more_answered(&memory).await;
        }
        traffic.stop().await;
        until("every order to be answered", async || {
            send_again(&shop.browser(), &memory).await;
            let (answered, orders) = (answered(&memory), memory.lock().unwrap().orders.len());
            if answered == orders { Ok(()) } else { Err(format!("{answered} of {orders}")) }
        })
        .await;
        assert_counted_once(shop, &memory).await;
    });
}

/// Every view and every order that is remembered is counted once, in a shop that is then closed.
pub(crate) async fn assert_counted_once(shop: OpenShop, memory: &Remember) {
    let views_sent = memory.lock().unwrap().views_sent as i64;
    shop.wait_views(views_sent).await;
    let figures = shop.assert_all_agree().await;
    assert_eq!(figures.orders_only(), memory.lock().unwrap().figures(), "counted, and ordered");
    assert_eq!(shop.running.store.tallies().await.unwrap(), store::Tallies::default(), "nothing strange happened");
    shop.close().await;
}

/// The commit is done, and nobody hears of it. Who ordered notices nothing.
#[test]
fn a_commit_whose_answer_is_lost_is_done_once() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let (proxy, url) = proxy_before(&postgres).await;
        let place = Place::new().with("DATABASE_URL", url);
        let shop = place.open_ready().await;
        let memory = Remember::default();
        let traffic = Traffic::start(&shop.browser(), &memory);
        for _ in 0..LOST_ANSWERS {
            // What PostgreSQL says when a commit is done.
            proxy.lose_answer(b"COMMIT\0").await.unwrap();
            wait_more_answered(&memory).await;
        }
        traffic.stop().await;
        let orders = memory.lock().unwrap().orders.len();
        assert_eq!(answered(&memory), orders, "a customer was told that the database was away");
        assert_counted_once(shop, &memory).await;
    });
}
