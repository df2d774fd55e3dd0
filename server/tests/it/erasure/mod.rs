//! Customers' addresses go: `shop` forgets a customer beside a whole shop, `steps` takes the steps of retention and
//! erasure on both dialects, `sqlite_files` looks for what is left in SQLite's files.

mod shop;
mod sqlite_files;
mod steps;

use crate::harness::database::Database;
use crate::harness::postgres::Postgres;
use domain::{Email, Money, NewOrder, NewOrderLine, OrderToken, SubmissionKey};
use store::{ADDRESSES_PER_STEP_MAX, Clock, DatabaseOptions, Erased, ErasureDesk, Placed, Store};
use tempfile::TempDir;
use tokio::sync::mpsc;

const ANN: &str = "ann@example.com";
/// More than two steps.
const OLD_ORDERS: i64 = 2 * ADDRESSES_PER_STEP_MAX + 1;

/// The databases of this machine: SQLite's, and PostgreSQL's where it is installed.
struct Databases {
    folder: TempDir,
    postgres: Option<Postgres>,
}

impl Databases {
    fn start() -> Databases {
        Databases { folder: tempfile::tempdir().unwrap(), postgres: Postgres::start() }
    }

    fn urls(&self) -> Vec<String> {
        let sqlite = format!("sqlite://{}/pantry.db?mode=rwc", self.folder.path().display());
        std::iter::once(sqlite).chain(self.postgres.as_ref().map(|postgres| postgres.url.clone())).collect()
    }
}

async fn open(url: &str) -> Store {
    let options = DatabaseOptions::at(url.trim_end_matches("?mode=rwc"));
    Store::open(&options, Clock::default(), mpsc::channel(8).0).await.unwrap()
}

async fn place(store: &Store, key: u128, email: &str) -> OrderToken {
    let line = NewOrderLine { slug: "rice".to_owned(), quantity: 1, shown_price: Money::from_cents(240) };
    let order = NewOrder {
        submission_key: SubmissionKey::from_random(key),
        email: Email::parse(email).unwrap(),
        is_paid: false,
        lines: vec![line],
    };
    match store.place_order(order).await.unwrap() {
        Placed::New(token) | Placed::Repeated(token) => token,
        other => panic!("{other:?}"),
    }
}

/// Puts orders there that were made a microsecond after another, the first of them at 1.
async fn insert_old(database: &mut Database, url: &str, orders: i64, email: &str) {
    let numbers = if url.starts_with("sqlite") {
        format!("(with recursive n (n) as (select 1 union all select n + 1 from n where n < {orders}) select n from n)")
    } else {
        format!("(select n from generate_series(1, {orders}) as numbers (n))")
    };
    // Tokens and keys stay, so they must not hold the address.
    let series = email.as_bytes()[0];
    let sql = format!(
        "insert into orders (token, submission_key, email, is_paid, amount, total_price, event_time)
         select '{series} token-' || n, '{series} key-' || n, '{email}', 0, 1, 240, n from {numbers} as numbers"
    );
    database.execute(&sql).await;
}

async fn kept(database: &mut Database) -> i64 {
    database.number("select count(*) from orders where email <> ''").await
}

async fn forget(url: &str, email: &str) -> Erased {
    let mut desk = ErasureDesk::open(url.trim_end_matches("?mode=rwc"), Clock::default()).await.unwrap();
    let erased = desk.forget(&Email::parse(email).unwrap()).await.unwrap();
    desk.close().await;
    erased
}
