//! A server whose clock is wrong beside a PostgreSQL whose clock is right: minutes close by the database's.

use crate::harness::postgres::Postgres;
use crate::harness::{Cart, OpenShop, Place, run, until};
use domain::{Minute, Timestamp};

const AHEAD_MICROS: i64 = 40_000_000;
const GRACE_MICROS: i64 = 2_000_000;
const ORDERS: i64 = 15;
/// Transactions that so many orders take, their page views and the counting of both, with much room.
const TRANSACTIONS_MAX: i64 = 600;

/// What the database believes the time to be, moved as the test moves all clocks.
async fn database_time(shop: &OpenShop) -> Timestamp {
    let sql = "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)";
    shop.clock.shifted(Timestamp::from_micros(shop.database().await.number(sql).await))
}

/// Writing transactions since the database was made.
async fn transactions(shop: &OpenShop) -> i64 {
    shop.database().await.number("select cast(cast(pg_current_xact_id() as text) as bigint)").await
}

#[test]
fn a_clock_ahead_of_the_databases_neither_spins_nor_closes_without_grace() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let place = Place::new().with("DATABASE_URL", &postgres.url);
        place.clock.set_ahead_of_database_micros(AHEAD_MICROS);
        let shop = place.open_ready().await;
        let minute = Minute::of(database_time(&shop).await);
        // By this server's clock the minute is long over; by the database's it ends in half a minute.
        let to_half = minute.start().plus_micros(30_000_000).micros_since(database_time(&shop).await);
        shop.clock.advance_micros(to_half);
        let before = transactions(&shop).await;
        let browser = shop.browser();
        for _ in 0..ORDERS {
            browser.order(&Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: true }).await;
        }
        shop.wait_counted().await;
        let done = transactions(&shop).await - before;
        assert!(done <= TRANSACTIONS_MAX, "{done} transactions for {ORDERS} orders");
        assert_eq!(shop.running.store.closed_until().await.unwrap(), minute, "the minute is under way");

        // A second before its end.
        let to_end = minute.plus(1).start().micros_since(database_time(&shop).await);
        shop.clock.advance_micros(to_end - 1_000_000);
        until("the minute to close", async || {
            let closed_until = shop.running.store.closed_until().await.unwrap();
            if closed_until > minute { Ok(()) } else { Err(format!("{closed_until}")) }
        })
        .await;
        let past = database_time(&shop).await.micros_since(minute.plus(1).start());
        assert!(past >= GRACE_MICROS, "it closed {past} microseconds after its end");
        shop.clock.set_ahead_of_database_micros(-AHEAD_MICROS);
        assert_eq!(shop.assert_all_agree().await.total_orders_num, ORDERS);
        shop.close().await;
    });
}

/// And one that is behind holds nothing back.
#[test]
fn a_clock_behind_the_databases_closes_in_time() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let place = Place::new().with("DATABASE_URL", &postgres.url);
        place.clock.set_ahead_of_database_micros(-10 * 60_000_000);
        let shop = place.open_ready().await;
        let minute = Minute::of(database_time(&shop).await);
        let to_end = minute.plus(1).start().micros_since(database_time(&shop).await);
        shop.clock.advance_micros(to_end + 5_000_000);
        shop.wait_closed(minute).await;
        shop.clock.set_ahead_of_database_micros(10 * 60_000_000);
        shop.close().await;
    });
}
