//! Upgrades: a database of version 0.1 with everything in it, on both dialects; servers that start at once; and a
//! database that a newer version has upgraded.

use crate::harness::database::Database;
use crate::harness::postgres::Postgres;
use crate::harness::{Place, run, stack, until};
use sqlx::migrate::Migrate;
use sqlx::{AnyConnection, Connection};
use std::time::Duration;
use store::{Clock, DatabaseOptions, Store, StoreError};
use tokio::sync::mpsc;

/// The last migration of version 0.1.
const LAST_OF_0_1: i64 = 9;
/// Short, so that a migration which it held would fail.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(1);

async fn open(url: &str) -> Result<Store, StoreError> {
    let options = DatabaseOptions { statement_timeout: STATEMENT_TIMEOUT, ..DatabaseOptions::at(url) };
    Store::open(&options, Clock::default(), mpsc::channel(8).0).await
}

/// Makes a database of version 0.1, which has sold so many orders.
async fn make_0_1(url: &str, orders: i64) {
    sqlx::any::install_default_drivers();
    let is_sqlite = url.starts_with("sqlite:");
    let mut connection = AnyConnection::connect(url).await.unwrap();
    let migrator = match is_sqlite {
        true => sqlx::migrate!("../store/migrations/sqlite"),
        false => sqlx::migrate!("../store/migrations/postgres"),
    };
    migrator.run_to(LAST_OF_0_1, &mut connection).await.unwrap();
    connection.close().await.unwrap();
    let numbers = match is_sqlite {
        true => format!(
            "(with recursive n (n) as (select 1 union all select n + 1 from n where n < {orders}) select n from n) as numbers"
        ),
        false => format!("generate_series(1, {orders}) as numbers (n)"),
    };
    // An order each second, of one to five bags of rice, every other one paid. The last of them waits to be counted.
    let first = 29_000_000;
    let sql = [
        format!("insert into shop (id, source, first_minute, closed_until) values (1, 'a-shop', {first}, {first} + {orders} / 60)"),
        format!(
            "insert into orders (token, submission_key, email, is_paid, amount, total_price, event_time)
             select 'token-' || n, 'key-' || n, 'a' || n || '@example.com', n % 2, 1 + n % 5, 240 * (1 + n % 5),
                    ({first} * 60 + cast(n as bigint)) * 1000000
               from {numbers}"
        ),
        "insert into order_lines (order_id, slug, name, unit, quantity, price)
         select id, 'rice', 'Rice', '1 kg bag', amount, 240 from orders"
            .to_owned(),
        format!(
            "insert into minutes (minute, own_requests_num, own_total_orders_num, own_total_orders_amount,
                                  own_total_orders_price, own_total_paid_orders_num, own_total_paid_orders_amount,
                                  own_total_paid_orders_price, is_closed)
             select event_time / 60000000, 2 * count(*), count(*), sum(amount), sum(total_price), sum(is_paid),
                    sum(is_paid * amount), sum(is_paid * total_price),
                    case when event_time / 60000000 < {first} + {orders} / 60 then 1 else 0 end
               from orders where id < {orders}
              group by event_time / 60000000"
        ),
        "insert into quarters (quarter, own_requests_num, own_total_orders_num, own_total_orders_amount,
                               own_total_orders_price, own_total_paid_orders_num, own_total_paid_orders_amount,
                               own_total_paid_orders_price)
         select minute / 15, sum(own_requests_num), sum(own_total_orders_num), sum(own_total_orders_amount),
                sum(own_total_orders_price), sum(own_total_paid_orders_num), sum(own_total_paid_orders_amount),
                sum(own_total_paid_orders_price)
           from minutes group by minute / 15"
            .to_owned(),
        "insert into quarter_goods (slug, quarter, quantity, price)
         select 'rice', event_time / 900000000, sum(amount), sum(total_price) from orders group by 2"
            .to_owned(),
        format!(
            "insert into outbox (topic, event_time, order_id, order_amount, order_total_price, is_paid)
             select 'new_orders', event_time, id, amount, total_price, is_paid from orders where id = {orders}"
        ),
        "insert into outbox (topic, event_time, path, kind) select 'web_requests', max(event_time), '/', 'page' from orders"
            .to_owned(),
        "insert into positions (log, topic, partition_id, generation, next_offset) values ('a-log', 'new_orders', 0, 0, 7)"
            .to_owned(),
        "insert into dead_letters (log, generation, topic, partition_id, record_offset, reason, record_value,
                                   record_headers, seen_at)
         values ('a-log', 0, 'new_orders', 0, 3, 'not JSON', 'eA==', '[]', 1)"
            .to_owned(),
        "insert into tallies (name, total) values ('dead_letters', 1)".to_owned(),
        "insert into owner (id, password_hash) values (1, 'a hash')".to_owned(),
        "insert into settings (name, value) values ('time_zone', 'Europe/Berlin')".to_owned(),
        "insert into alerts (rule, began_at, words, figure, threshold) values ('dead_letters', 1, 'A letter.', 1, 0)"
            .to_owned(),
    ];
    let mut database = Database::open(url).await;
    for statement in sql {
        database.execute(&statement).await;
    }
}

/// Opens it with this version, and looks whether everything is there.
async fn assert_upgraded(url: &str, orders: i64) {
    let store = open(url).await.unwrap();
    assert_eq!(store.source(), "a-shop");
    assert_eq!(store.time_zone().await.unwrap().name(), "Europe/Berlin");
    assert_eq!(store.outbox_state().await.unwrap().events, 2);
    assert_eq!(store.dead_letters(None).await.unwrap().open_total, 1);
    assert_eq!(store.open_alerts().await.unwrap().len(), 1);
    let own = (1..=2).collect();
    let counted = store.count(store::Batch { own, ..store::Batch::default() }).await.unwrap();
    assert_eq!((counted.own_events, counted.duplicates), (2, 0));
    let figures = store.figures_since(store.first_minute()).await.unwrap();
    assert_eq!((figures.total_orders_num, figures.requests_num), (orders, 2 * (orders - 1) + 1));
    let mut audit = store.audit().await.unwrap();
    let found = audit.orders(3).await.unwrap();
    assert_eq!((found.orders, found.figures.differing_minutes), (orders, 0), "{found:?}");
    let rollups = audit.rollups(3).await.unwrap();
    assert_eq!(rollups.differing_quarters, 0, "{:?}", rollups.first);
    audit.close().await;
    store.close().await;
}

#[test]
fn a_sqlite_database_of_0_1_is_upgraded_with_all_that_is_in_it() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", folder.path().join("pantry.db").display());
        let orders = stack::upgrade_orders();
        make_0_1(&url, orders).await;
        assert_upgraded(url.trim_end_matches("?mode=rwc"), orders).await;
    });
}

#[test]
fn a_postgres_database_of_0_1_is_upgraded_with_all_that_is_in_it() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let orders = stack::upgrade_orders();
        make_0_1(&postgres.url, orders).await;
        assert_upgraded(&postgres.url, orders).await;
    });
}

/// Another server prepares the database for longer than a statement may take.
#[test]
fn a_server_waits_while_another_prepares_the_database() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        sqlx::any::install_default_drivers();
        let mut other = AnyConnection::connect(&postgres.url).await.unwrap();
        other.lock().await.unwrap();
        let url = postgres.url.clone();
        let opening = tokio::spawn(async move { open(&url).await });
        let mut database = Database::open(&postgres.url).await;
        until("it to wait for longer than a statement may take", async || {
            assert!(!opening.is_finished(), "it gave up, or did not wait");
            let waits = "select count(*) from pg_locks
                          where locktype = 'advisory' and not granted and waitstart < now() - interval '2 seconds'";
            let waits = database.number(waits).await;
            if waits == 1 { Ok(()) } else { Err(format!("{waits} wait")) }
        })
        .await;
        other.unlock().await.unwrap();
        let store = opening.await.unwrap().unwrap();
        store.close().await;
    });
}

#[test]
fn a_database_of_a_newer_version_is_refused_in_words_that_name_it() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        let mut database = shop.database().await;
        let is_done = if place.database_url().starts_with("sqlite") { "1" } else { "true" };
        let none = if place.database_url().starts_with("sqlite") { "x'00'" } else { "''" };
        database
            .execute(&format!(
                "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (9999, 'of the future', {is_done}, {none}, 0);
                 insert into versions (version, newest_migration, first_opened_at) values ('7.3.0', 9999, 0)"
            ))
            .await;
        drop(database);
        shop.close().await;
        let refused = place.try_open().await.err().expect("it is refused").to_string();
        for word in ["7.3.0", env!("CARGO_PKG_VERSION"), "newer"] {
            assert!(refused.contains(word), "{word} in {refused}");
        }
        assert!(!refused.contains('\n'), "{refused}");
    });
}
