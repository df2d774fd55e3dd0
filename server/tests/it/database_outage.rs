//! A database that goes away under traffic: the shop says so, goes on by itself, and its figures stay exact.

use crate::harness::postgres::Postgres;
use crate::harness::shop::OrdersOnly;
use crate::harness::traffic::{Remember, Traffic, send_again};
use crate::harness::{OpenShop, Place, Stack, run, until};

const CRASHES: usize = 3;
const ORDERS_BETWEEN: usize = 20;

fn answered(memory: &Remember) -> usize {
    memory.lock().unwrap().orders.values().filter(|order| order.answered.is_some()).count()
}

async fn wait_more_answered(memory: &Remember) {
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
        let views_sent = memory.lock().unwrap().views_sent as i64;
        shop.wait_views(views_sent).await;
        let figures = shop.assert_all_agree().await;
        assert_eq!(figures.orders_only(), memory.lock().unwrap().figures(), "counted, and ordered");
        assert_eq!(shop.running.store.tallies().await.unwrap(), store::Tallies::default(), "nothing strange happened");
        shop.close().await;
    });
}
