//! The steps of retention and erasure on both dialects: bounded, cheap by an index, exact at the boundary, and with
//! nothing left in SQLite's files.

use crate::harness::database::Database;
use crate::harness::postgres::Postgres;
use crate::harness::run;
use domain::{Comment, Email, Money, NewFeedback, NewOrder, NewOrderLine, OrderToken, Stars, SubmissionKey, Timestamp};
use std::collections::BTreeSet;
use std::path::Path;
use store::{ADDRESSES_PER_STEP_MAX, Batch, Clock, DatabaseOptions, Erased, ErasureDesk, Placed, Store};
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

fn holds(file: &Path, needle: &str) -> bool {
    let bytes = std::fs::read(file).unwrap_or_default();
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn a_step_is_bounded_and_orders_go_on_between_two() {
    run(async {
        let databases = Databases::start();
        for url in databases.urls() {
            let store = open(&url).await;
            let mut database = Database::open(&url).await;
            insert_old(&mut database, &url, OLD_ORDERS, "old@example.com").await;
            let before = store.now();
            let mut steps = Vec::new();
            loop {
                let erased = store.erase_addresses_before(before).await.unwrap();
                steps.push(erased);
                let left = OLD_ORDERS - steps.iter().sum::<i64>();
                assert_eq!(kept(&mut database).await, left + steps.len() as i64 - 1, "{url}");
                if erased < ADDRESSES_PER_STEP_MAX {
                    break;
                }
                place(&store, steps.len() as u128, ANN).await;
            }
            assert_eq!(steps, [ADDRESSES_PER_STEP_MAX, ADDRESSES_PER_STEP_MAX, 1]);
            assert_eq!(kept(&mut database).await, 2, "new orders keep theirs");
            store.close().await;
        }
    });
}

#[test]
fn an_order_made_at_the_boundary_keeps_its_address() {
    run(async {
        let databases = Databases::start();
        for url in databases.urls() {
            let store = open(&url).await;
            let mut database = Database::open(&url).await;
            insert_old(&mut database, &url, 5, ANN).await;
            let at = Timestamp::from_micros(3);
            assert_eq!(store.erase_addresses_before(at).await.unwrap(), 2, "{url}");
            let left = database.texts("select cast(event_time as text) from orders where email <> '' order by 1").await;
            assert_eq!(left, [[Some("3".to_owned())], [Some("4".to_owned())], [Some("5".to_owned())]]);
            assert_eq!(store.erase_addresses_before(at).await.unwrap(), 0, "{url}");
            store.close().await;
        }
    });
}

#[test]
fn old_addresses_are_found_by_an_index() {
    run(async {
        let databases = Databases::start();
        for url in databases.urls() {
            let store = open(&url).await;
            let mut database = Database::open(&url).await;
            insert_old(&mut database, &url, 20_000, "old@example.com").await;
            database.execute("update orders set email = '' where event_time < 19900").await;
            database.execute("analyze").await;
            let sql = "select id from orders where email <> '' and event_time < 1000 order by event_time limit 500";
            let is_sqlite = url.starts_with("sqlite");
            let plan = if is_sqlite {
                database.plan(&format!("explain query plan {sql}"), 3).await
            } else {
                database.plan(&format!("explain {sql}"), 0).await
            };
            assert!(plan.contains("orders_by_kept_email"), "{plan}");
            store.close().await;
        }
    });
}

#[test]
fn two_servers_may_erase_at_once() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let (one, other) = (open(&postgres.url).await, open(&postgres.url).await);
        let mut database = Database::open(&postgres.url).await;
        insert_old(&mut database, &postgres.url, OLD_ORDERS, ANN).await;
        let before = one.now();
        let mut erased = 0;
        while kept(&mut database).await > 0 {
            let step = tokio::join!(
                one.erase_addresses_before(before),
                other.erase_addresses_before(before),
                forget(&postgres.url, ANN)
            );
            erased += step.0.unwrap() + step.1.unwrap() + step.2.orders;
        }
        assert_eq!(erased, OLD_ORDERS, "each address is deleted once");
        one.close().await;
        other.close().await;
    });
}

async fn forget(url: &str, email: &str) -> Erased {
    let mut desk = ErasureDesk::open(url.trim_end_matches("?mode=rwc"), Clock::default()).await.unwrap();
    let erased = desk.forget(&Email::parse(email).unwrap()).await.unwrap();
    desk.close().await;
    erased
}

#[test]
fn a_comment_that_waits_goes_and_its_stars_count() {
    run(async {
        let databases = Databases::start();
        for url in databases.urls() {
            let store = open(&url).await;
            let token = place(&store, 1, "ANN@example.com").await;
            let said = |stars, words: &str| NewFeedback {
                stars: Stars::from_number(stars).unwrap(),
                comment: Comment::parse(words).unwrap(),
            };
            store.give_feedback(token.clone(), said(4, "my words")).await.unwrap();
            let found = Erased { orders: 1, comments: 1, events: 1, letters: 0 };
            let mut desk = ErasureDesk::open(url.trim_end_matches("?mode=rwc"), Clock::default()).await.unwrap();
            assert_eq!(desk.find(&Email::parse(ANN).unwrap()).await.unwrap(), found, "{url}");
            desk.close().await;
            assert_eq!(forget(&url, ANN).await, found, "{url}");
            assert!(forget(&url, ANN).await.is_nothing(), "{url}");
            let mut database = Database::open(&url).await;
            assert_eq!(database.number("select count(*) from outbox where comment is not null").await, 0);

            let last = store.outbox_last_id().await.unwrap().unwrap();
            store.count(Batch { own: BTreeSet::from([last - 1, last]), ..Batch::default() }).await.unwrap();
            let figures = store.figures_since(store.first_minute()).await.unwrap();
            assert_eq!((figures.total_orders_num, figures.total_feedback_stars), (1, 4), "{url}");
            // What was not said before may be said afterwards.
            let second = place(&store, 2, ANN).await;
            forget(&url, ANN).await;
            store.give_feedback(second.clone(), said(5, "new words")).await.unwrap();
            assert_eq!(store.receipt(&second).await.unwrap().unwrap().email, None);
            assert_eq!(database.number("select count(*) from feedback where comment = 'new words'").await, 1);
            store.close().await;
        }
    });
}

/// Nothing of these bytes is in the database's files.
#[track_caller]
fn assert_gone(folder: &Path, needle: &str) {
    for name in ["pantry.db", "pantry.db-wal"] {
        assert!(!holds(&folder.join(name), needle), "{needle} is in {name}");
    }
}

#[test]
fn nothing_is_left_in_sqlites_files() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/pantry.db", folder.path().display());
        let store = open(&url).await;
        let mut database = Database::open(&url).await;
        // As the shop itself opens it.
        database.execute("pragma secure_delete = on").await;
        insert_old(&mut database, &url, OLD_ORDERS, "zebra@old.example").await;
        insert_old(&mut database, &url, 5, "keeps@old.example").await;
        assert_eq!(forget(&url, "zebra@old.example").await.orders, OLD_ORDERS);

        // A reader that began before sees the log as it was: it cannot be emptied, and says so.
        database.execute("begin").await;
        assert_eq!(kept(&mut database).await, 5);
        place(&store, 1, ANN).await;
        assert!(!store.clean_log().await.unwrap(), "a reader was in the way");
        database.execute("commit").await;
        assert!(store.clean_log().await.unwrap());
        assert_gone(folder.path(), "zebra@old.example");
        assert!(holds(&folder.path().join("pantry.db"), "keeps@old.example"), "others keep theirs");
        store.close().await;
    });
}

#[test]
fn copies_of_rows_that_were_moved_go_with_a_compaction() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/pantry.db", folder.path().display());
        let store = open(&url).await;
        let mut database = Database::open(&url).await;
        insert_old(&mut database, &url, OLD_ORDERS, ANN).await;
        // As an older version did it, which overwrote nothing. They do not fit where they were: SQLite splits pages, and
        // leaves bytes behind.
        let zebra = format!("zebra@{}.example", "z".repeat(100));
        database.execute(&format!("update orders set email = '{zebra}'")).await;
        while store.erase_addresses_before(Timestamp::from_micros(OLD_ORDERS + 1)).await.unwrap() > 0 {}
        let mut desk = ErasureDesk::open(&url, Clock::default()).await.unwrap();
        assert!(desk.clean_log().await.unwrap());
        assert!(holds(&folder.path().join("pantry.db"), &zebra), "then there is nothing to test");
        desk.compact().await.unwrap();
        assert!(desk.clean_log().await.unwrap());
        desk.close().await;
        assert_gone(folder.path(), &zebra);
        place(&store, 1, ANN).await;
        assert_eq!(database.number("select count(*) from orders").await, OLD_ORDERS + 1);
        store.close().await;
    });
}
