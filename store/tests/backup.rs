//! A backup is the database of one instant, whoever writes meanwhile; brought back it has a new source, and takes the
//! place of what was there, also over what a crash has left.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use domain::{Email, Money, NewOrder, NewOrderLine, SubmissionKey};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};
use std::fs;
use std::path::{Path, PathBuf};
use store::{Audit, Clock, DatabaseOptions, Placed, Store, back_up, begin_new_life, restore, sqlite_url};
use tempfile::TempDir;
use tokio::sync::mpsc;

struct Shop {
    folder: TempDir,
    clock: Clock,
}

impl Shop {
    fn new() -> Shop {
        Shop { folder: tempfile::tempdir().unwrap(), clock: Clock::default() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn url(&self) -> String {
        sqlite_url(&self.file("data/pantry.db"))
    }

    async fn open(&self) -> Store {
        Store::open(&DatabaseOptions::at(self.url()), self.clock.clone(), mpsc::channel(1_000).0).await.unwrap()
    }

    /// What is in its data folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.file("data")).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

async fn order(store: &Store, key: u128) {
    let order = NewOrder {
        submission_key: SubmissionKey::from_random(key),
        email: Email::parse("a@example.com").unwrap(),
        is_paid: true,
        lines: vec![NewOrderLine { slug: "rice".to_owned(), quantity: 1, shown_price: Money::from_cents(240) }],
    };
    assert!(matches!(store.place_order(order).await.unwrap(), Placed::New(_)));
}

async fn number(file: &Path, sql: &str) -> i64 {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&sqlite_url(file)).await.unwrap();
    let row = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    row.get(0)
}

/// A shop that was left with so many orders, each with an event that waits, and its source.
async fn with_orders(number: u128) -> (Shop, String) {
    let shop = Shop::new();
    let store = shop.open().await;
    for key in 0..number {
        order(&store, key).await;
    }
    let source = store.source().to_owned();
    store.close().await;
    (shop, source)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_of_one_instant_while_others_write() {
    let shop = Shop::new();
    let store = shop.open().await;
    for key in 0..5 {
        order(&store, key).await;
    }
    let (url, target) = (shop.url(), shop.file("a backup?#%41"));
    let orders = async {
        for key in 5..60 {
            order(&store, key).await;
        }
    };
    let (made, ()) = tokio::join!(back_up(&url, &target, false), orders);
    let made = made.unwrap();
    assert_eq!((made.path.as_path(), made.contents.bytes), (target.as_path(), fs::metadata(&target).unwrap().len()));
    assert!((5..=60).contains(&made.contents.orders), "{made:?}");
    assert_eq!(made.contents.waiting_events, made.contents.orders);
    let mut audit = Audit::open(&sqlite_url(&target), streams::Streams::own(), Clock::default()).await.unwrap();
    let found = audit.orders(1).await.unwrap();
    audit.close().await;
    assert_eq!((found.orders, found.figures.differing_minutes), (made.contents.orders, 0));
    let refused = back_up(&url, &target, false).await.unwrap_err().to_string();
    assert!(refused.contains("is there already"), "{refused}");
    assert_eq!(back_up(&url, &target, true).await.unwrap().contents.orders, 60);
    store.close().await;
}

#[tokio::test]
async fn a_backup_that_was_cut_off_is_made_again() {
    let (shop, _) = with_orders(2).await;
    fs::write(shop.file(".backup.new"), "half a database").unwrap();
    fs::write(shop.file(".backup.new-journal"), "of the half").unwrap();
    back_up(&shop.url(), &shop.file("backup"), false).await.unwrap();
    assert!(!shop.file(".backup.new").exists() && !shop.file(".backup.new-journal").exists());
    // Likewise a restore, of which the old write-ahead log is left.
    for end in ["", "-wal", "-shm"] {
        fs::write(shop.file(&format!("data/.pantry.db.new{end}")), "half a database").unwrap();
    }
    restore(&shop.url(), &shop.file("backup"), true, &shop.clock).await.unwrap();
    let left: Vec<_> = shop.names().into_iter().filter(|name| name.contains(".new")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_restored_database_has_a_source_of_its_own_and_goes_on_after_the_one_it_replaces() {
    let (shop, former) = with_orders(2).await;
    back_up(&shop.url(), &shop.file("backup"), false).await.unwrap();
    let store = shop.open().await;
    for key in 10..13 {
        order(&store, key).await;
    }
    let refused = restore(&shop.url(), &shop.file("backup"), true, &shop.clock).await.unwrap_err().to_string();
    assert!(refused.contains("in use") && refused.ends_with("stop it first"), "{refused}");
    store.close().await;
    let refused = restore(&shop.url(), &shop.file("backup"), false, &shop.clock).await.unwrap_err().to_string();
    assert!(refused.contains("--force"), "{refused}");
    let restored = restore(&shop.url(), &shop.file("backup"), true, &shop.clock).await.unwrap();
    assert_eq!((restored.contents.orders, restored.life.waiting_events), (2, 2));
    assert_eq!(restored.life.former_source, former);
    let kept = restored.kept.unwrap();
    assert_eq!(number(&kept, "select count(*) from orders").await, 5);
    assert_eq!(
        shop.names(),
        ["pantry.db".to_owned(), kept.file_name().unwrap().to_string_lossy().into(), "pantry.db.lock".into()]
    );

    let store = shop.open().await;
    assert_eq!(store.source(), restored.life.source);
    order(&store, 20).await;
    assert_eq!(store.outbox_last_id().await.unwrap(), Some(6));
    store.close().await;
    assert_eq!(number(&shop.file("data/pantry.db"), "select max(id) from orders").await, 6);
    let life = begin_new_life(&shop.url(), false).await.unwrap();
    assert_eq!((life.former_source, life.waiting_events), (restored.life.source, 3));
}

#[tokio::test]
async fn numbers_of_a_lost_database_are_given_again_under_another_source() {
    let (shop, former) = with_orders(2).await;
    back_up(&shop.url(), &shop.file("backup"), false).await.unwrap();
    let store = shop.open().await;
    order(&store, 10).await;
    store.close().await;
    fs::remove_dir_all(shop.file("data")).unwrap();
    let restored = restore(&shop.url(), &shop.file("backup"), false, &shop.clock).await.unwrap();
    assert_eq!(restored.kept, None);
    let store = shop.open().await;
    assert_ne!(store.source(), former);
    order(&store, 20).await;
    assert_eq!(store.outbox_last_id().await.unwrap(), Some(3), "the backup remembers which ids it has issued");
    store.close().await;
}

#[tokio::test]
async fn a_write_ahead_log_goes_with_its_own_database_alone() {
    let shop = Shop::new();
    let store = shop.open().await;
    order(&store, 1).await;
    order(&store, 2).await;
    // As somebody copies the files of a server that was killed.
    for end in ["", "-wal"] {
        fs::copy(shop.file(&format!("data/pantry.db{end}")), shop.file(&format!("copy{end}"))).unwrap();
    }
    store.close().await;
    assert!(fs::metadata(shop.file("copy-wal")).unwrap().len() > 0);
    fs::remove_file(shop.file("data/pantry.db")).unwrap();
    fs::write(shop.file("data/pantry.db-wal"), fs::read(shop.file("copy-wal")).unwrap()).unwrap();
    let restored = restore(&shop.url(), &shop.file("copy"), false, &shop.clock).await.unwrap();
    assert_eq!(restored.contents.orders, 2);
    assert_eq!(shop.names(), ["pantry.db", "pantry.db.lock"]);
    assert_eq!(number(&shop.file("data/pantry.db"), "select count(*) from orders").await, 2);
}

#[tokio::test]
async fn a_damaged_database_is_replaced_and_kept() {
    let (shop, _) = with_orders(2).await;
    back_up(&shop.url(), &shop.file("backup"), false).await.unwrap();
    fs::write(shop.file("data/pantry.db"), "no database any more").unwrap();
    fs::write(shop.file("data/pantry.db-wal"), "nor its log").unwrap();
    let kept = restore(&shop.url(), &shop.file("backup"), true, &shop.clock).await.unwrap().kept.unwrap();
    assert_eq!(fs::read_to_string(&kept).unwrap(), "no database any more");
    assert!(!shop.file("data/pantry.db-wal").exists());
    assert_eq!(number(&shop.file("data/pantry.db"), "select count(*) from orders").await, 2);
    let twice = restore(&shop.url(), &shop.file("backup"), true, &shop.clock).await.unwrap();
    assert_ne!(twice.kept, Some(kept), "two of one second");
}
