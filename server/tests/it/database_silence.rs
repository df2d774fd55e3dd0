//! Connections to PostgreSQL that fall silent: the database is well, new connections work, and those that were open
//! carry nothing any more, as behind a firewall that forgot them. Sales go on by themselves, and figures stay exact.

use crate::database_outage::{answered, assert_counted_once, wait_more_answered};
use crate::harness::postgres::Postgres;
use crate::harness::proxy::Proxy;
use crate::harness::traffic::{Remember, Traffic, send_again};
use crate::harness::{Cart, OpenShop, Place, run, until};
use std::time::Duration;

const SILENCES: usize = 3;
const LOST_QUESTIONS: usize = 3;
const LOST_ANSWERS: usize = 3;
/// What a person waits for an answer to an order, whatever it says, with room for a slow machine.
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);

/// A proxy before the database, and the database's address through it.
pub(crate) async fn proxy_before(postgres: &Postgres) -> (Proxy, String) {
    let (address, database) = postgres.url.rsplit_once('/').unwrap();
    let (user, port) = address.rsplit_once(':').unwrap();
    let proxy = Proxy::start(0, port.parse().unwrap()).await;
    let url = format!("{user}:{}/{database}", proxy.port);
    (proxy, url)
}

/// Sends again what was not answered, until everything is.
async fn answer_all(browser: &crate::harness::Browser, memory: &Remember) {
    until("every order to be answered", async || {
        send_again(browser, memory).await;
        let (answered, orders) = (answered(memory), memory.lock().unwrap().orders.len());
        if answered == orders { Ok(()) } else { Err(format!("{answered} of {orders}")) }
    })
    .await;
}

/// A shop whose way to the database meets a fault several times under traffic. Each time orders are answered again, and
/// in the end each counts once.
fn under_traffic(times: usize, fault: impl AsyncFn(&Proxy, &OpenShop, &Remember)) {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let (proxy, url) = proxy_before(&postgres).await;
        let place = Place::new().with("DATABASE_URL", url);
        let shop = place.open_ready().await;
        let memory = Remember::default();
        let traffic = Traffic::start(&shop.browser(), &memory);
        for _ in 0..times {
            fault(&proxy, &shop, &memory).await;
            wait_more_answered(&memory).await;
        }
        traffic.stop().await;
        answer_all(&shop.browser(), &memory).await;
        assert_counted_once(shop, &memory).await;
    });
}

#[test]
fn connections_that_fall_silent_stop_no_sale() {
    under_traffic(SILENCES, async |proxy, shop, memory| {
        wait_more_answered(memory).await;
        proxy.half_open();
        proxy.restore();
        let browser = shop.browser();
        let form = tokio::time::timeout(ANSWERED_WITHIN, browser.form()).await.expect("the form within seconds");
        memory.lock().unwrap().views_sent += 1;
        let sent = tokio::time::timeout(ANSWERED_WITHIN, browser.try_send(&form)).await;
        sent.expect("an order is answered within seconds").unwrap();
    });
}

/// All connections idle when they fall silent: the first customer finds out, and gets what they want.
#[test]
fn idle_connections_that_fell_silent_cost_one_customer_a_moment() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let (proxy, url) = proxy_before(&postgres).await;
        let place = Place::new().with("DATABASE_URL", url);
        let shop = place.open_ready().await;
        proxy.half_open();
        proxy.restore();
        let cart = Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: false };
        let ordered = tokio::time::timeout(ANSWERED_WITHIN * 2, shop.browser().order(&cart)).await;
        ordered.expect("an order within seconds");
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 1);
        shop.close().await;
    });
}

/// The question to commit never arrives: the database ends the transaction that waits for it, and the group is written
/// again.
#[test]
fn a_commit_that_was_never_heard_of_is_done_again() {
    under_traffic(LOST_QUESTIONS, async |proxy, _, _| proxy.forget_question(b"commit\0").await.unwrap());
}

/// The commit is done, its answer never comes, and nobody closes the connection.
#[test]
fn a_commit_whose_answer_never_comes_is_done_once() {
    under_traffic(LOST_ANSWERS, async |proxy, _, _| proxy.forget_answer(b"COMMIT\0").await.unwrap());
}

/// A database that says nothing at all, on no connection: the shop is alive and not ready, and goes on by itself.
#[test]
fn a_silent_database_is_not_ready() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let (proxy, url) = proxy_before(&postgres).await;
        let place = Place::new().with("DATABASE_URL", url);
        let shop = place.open_ready().await;
        let browser = shop.browser();
        assert_eq!(browser.get("/readyz").await.status, 200);
        proxy.half_open();
        until("the shop not to be ready", async || {
            let ready = browser.get("/readyz").await;
            if ready.status == 503 && ready.body.contains("database") { Ok(()) } else { Err(format!("{ready:?}")) }
        })
        .await;
        assert_eq!(browser.get("/healthz").await.status, 200);
        proxy.restore();
        until("the shop to be ready again", async || {
            let ready = browser.get("/readyz").await;
            if ready.status == 200 { Ok(()) } else { Err(format!("{ready:?}")) }
        })
        .await;
        browser.order(&Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: false }).await;
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 1);
        shop.close().await;
    });
}
