//! Nothing that was deleted is left in SQLite's files.

use super::{ANN, OLD_ORDERS, forget, insert_old, kept, open, place};
use crate::harness::database::Database;
use crate::harness::run;
use domain::Timestamp;
use std::path::Path;
use store::{Clock, ErasureDesk};

fn holds(file: &Path, needle: &str) -> bool {
    let bytes = std::fs::read(file).unwrap_or_default();
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
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
        // As an older version did it, which overwrote nothing. They do not fit where they were: SQLite splits pages,
        // and leaves bytes behind.
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
