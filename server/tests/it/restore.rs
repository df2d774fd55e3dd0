//! A backup that is brought back meets a Kafka log that is ahead of it: its orders count once, those of its new life
//! too, and those that were lost with the old one not at all. On either stack.

use crate::harness::broker::OutsideCluster;
use crate::harness::command::{back_up, bring_back, server_does, server_refuses};
use crate::harness::database::Database;
use crate::harness::postgres::Postgres;
use crate::harness::proxy::Proxy;
use crate::harness::records::{self, Record};
use crate::harness::{Browser, Cart, OpenShop, Place, run, until, until_equal, unused_port};
use std::collections::BTreeMap;
use store::{Clock, DatabaseOptions, Store};
use tokio::sync::mpsc;

async fn order(shop: &OpenShop, goods: &[(&str, i64)]) {
    shop.browser().order(&Cart { goods, email: "a@example.com", is_paid: true }).await;
}

/// Every record of the shop's own topics, by who wrote it and its number. One that was published twice is the same
/// both times.
async fn own_records(bootstrap: &str) -> BTreeMap<(String, String), Vec<u8>> {
    let mut found = BTreeMap::new();
    for topic in ["new_orders", "web_requests"] {
        for record in records::read_all(bootstrap, topic).await {
            let (Some(source), Some(id)) = (record.header("source"), record.header("event_id")) else { continue };
            let value = record.value.unwrap();
            let before = found.insert((source.clone(), id.clone()), value.clone());
            assert!(before.is_none_or(|before| before == value), "two events are {id} of {source}");
        }
    }
    found
}

async fn restored_shop_is_exact(is_log_lost: bool) {
    let mut cluster = OutsideCluster::behind(unused_port());
    let proxy = Proxy::start(cluster.advertised_port(), cluster.port()).await;
    let place = Place::on(&cluster);
    let shop = place.open_ready().await;
    let former_source = shop.running.store.source().to_owned();
    let bootstrap = shop.running.bootstrap_servers.clone();
    let requests = |number: i64| Record::new("web_requests", number.to_string()).at(shop.clock.now().millis());
    Browser::of_owner(shop.running.addr).await;
    order(&shop, &[("rice", 1)]).await;
    order(&shop, &[("rice", 2)]).await;
    records::produce(&bootstrap, &[requests(100)]).await;
    shop.wait_views(102).await;
    shop.wait_counted().await;
    shop.close_open_minute().await;

    // In the backup this one waits in the outbox; its record comes into the log later.
    proxy.half_open();
    order(&shop, &[("rice", 4)]).await;
    until("its event and the view of its form to wait", async || {
        let waiting = shop.running.store.outbox_state().await.unwrap();
        if waiting.events == 2 { Ok(()) } else { Err(format!("{waiting:?}")) }
    })
    .await;
    let backup = back_up(&place).await;
    proxy.restore();
    proxy.cut();
    shop.wait_counted().await;

    // The backup knows nothing of these.
    for _ in 0..3 {
        order(&shop, &[("oil", 8)]).await;
    }
    records::produce(&bootstrap, &[requests(1_000)]).await;
    shop.wait_views(1_106).await;
    shop.assert_all_agree().await;
    shop.close().await;
    let said = bring_back(&place, &backup).await;
    assert!(said.contains(&format!("formerly {former_source}.")), "{said}");
    assert!(said.contains("Events published again: 2. Sessions of the owner that have ended: 1."), "{said}");
    if is_log_lost {
        cluster.crash_and_forget();
        cluster.start();
    }

    let shop = place.open_ready().await;
    let source = shop.running.store.source().to_owned();
    assert_ne!(source, former_source);
    order(&shop, &[("rice", 16)]).await;
    order(&shop, &[("rice", 32)]).await;
    // The other producer's requests of after the backup are read again, where the log still has them.
    let foreign = if is_log_lost { 100 } else { 1_100 };
    shop.wait_views(foreign + 5).await;
    let figures = shop.assert_all_agree().await;
    assert_eq!((figures.total_orders_num, figures.total_orders_amount), (5, 1 + 2 + 4 + 16 + 32));
    let tallies = shop.running.store.tallies().await.unwrap();
    assert_eq!((tallies.anomalies, tallies.dead_letters, tallies.late_events), (0, 0, 0), "{tallies:?}");
    assert_eq!(tallies.other_shops_records > 0, !is_log_lost, "{tallies:?}");

    let own = own_records(&bootstrap).await;
    let of = |wanted: &str| own.keys().filter(|(source, _)| source == wanted).count();
    // Two that waited in the backup, and two orders with the views of their forms.
    assert_eq!((of(&source), of(&former_source)), (6, if is_log_lost { 0 } else { 12 }));

    // Another restart is none of it.
    shop.close().await;
    let shop = place.open_ready().await;
    assert_eq!(shop.running.store.source(), source);
    order(&shop, &[("rice", 64)]).await;
    shop.wait_views(foreign + 6).await;
    assert_eq!(shop.assert_all_agree().await.total_orders_num, 6);
    shop.close().await;
}

#[test]
fn a_restored_shop_meets_a_log_that_is_ahead_of_it() {
    run(restored_shop_is_exact(false));
}

#[test]
fn a_restored_shop_meets_a_broker_that_has_lost_its_log() {
    run(restored_shop_is_exact(true));
}

#[test]
fn a_new_life_begins_where_no_server_runs() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let place = Place::new().with("DATABASE_URL", &postgres.url);
        let empty = server_refuses(&place, &["new-life"]).await;
        assert!(empty.contains("no shop's") && empty.lines().count() == 1, "{empty}");
        let open = async || {
            let options = DatabaseOptions::at(&postgres.url);
            Store::open(&options, Clock::default(), mpsc::channel(8).0).await.unwrap()
        };
        let store = open().await;
        let source = store.source().to_owned();
        let refused = server_refuses(&place, &["new-life"]).await;
        assert!(refused.contains("stop all of them first") && refused.lines().count() == 1, "{refused}");
        server_does(&place, &["new-life", "--force"]).await;
        store.close().await;
        let store = open().await;
        let second = store.source().to_owned();
        assert_ne!(second, source);
        store.close().await;
        // PostgreSQL ends a connection a moment after it was closed.
        let mut database = Database::open(&postgres.url).await;
        until_equal("no server to be connected", 0, async || {
            database.number("select count(*) from pg_stat_activity where application_name = 'pantry'").await
        })
        .await;
        let said = server_does(&place, &["new-life"]).await;
        assert!(said.contains(&format!("formerly {second}.")), "{said}");
    });
}
