//! `server backup` and `server restore` on SQLite: a copy that is whole, made beside a shop that sells; and every way
//! in which one of them refuses, after which everything is as it was.

use crate::harness::command::{server_does, server_refuses};
use crate::harness::database::Database;
use crate::harness::{Cart, OpenShop, Place, Stack, run, until};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use store::{Audit, Clock};

const CART: Cart<'_> = Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true };

fn is_missing() -> bool {
    Stack::Newcomer.is_missing("a file is SQLite's; restore::* does it on either stack")
}

async fn orders(shop: &OpenShop, number: usize) {
    for _ in 0..number {
        shop.browser().order(&CART).await;
    }
}

/// Every file in the folder, with its content; but for the lock, which names who took it last.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = names_in(folder).into_iter().filter(|name| !name.ends_with(".lock"));
    names.map(|name| (name.clone(), fs::read(folder.join(name)).unwrap())).collect()
}

/// The names of the files that are there once only, or hold something else.
fn changed<'a>(before: &'a BTreeMap<String, Vec<u8>>, after: &'a BTreeMap<String, Vec<u8>>) -> Vec<&'a str> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).map(String::as_str).collect()
}

/// A stopped shop of so many orders.
async fn stopped_shop(number: usize) -> Place {
    let place = Place::new();
    let shop = place.open_ready().await;
    orders(&shop, number).await;
    shop.wait_views(number as i64).await;
    shop.assert_all_agree().await;
    shop.close().await;
    // A check that was under way lets its connection go a moment later; with the last one the write-ahead log goes.
    let log = place.data().join("pantry.db-wal");
    until("the database to be left", async || if log.exists() { Err("in use".to_owned()) } else { Ok(()) }).await;
    place
}

#[test]
fn a_backup_beside_a_shop_that_sells_is_whole() {
    if is_missing() {
        return;
    }
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        orders(&shop, 3).await;
        let (said, ()) = tokio::join!(server_does(&place, &["backup", "a backup"]), orders(&shop, 10));
        let file = place.path().join("a backup");
        assert!(
            said.starts_with(&format!("Wrote {}: {} bytes.", file.display(), fs::metadata(&file).unwrap().len())),
            "{said}"
        );
        assert!(said.contains("Figures are complete up to "), "{said}");
        let mut audit = Audit::open(
            &format!("sqlite://{}", file.display()).replace(' ', "%20"),
            streams::Streams::own(),
            Clock::default(),
        )
        .await
        .unwrap();
        let found = audit.orders(3).await.unwrap();
        audit.close().await;
        assert!((3..=13).contains(&found.orders), "{found:?}");
        assert_eq!(found.figures.differing_minutes, 0, "{found:?}");
        assert!(said.contains(&format!("Orders: {}, the newest of ", found.orders)), "{said}");
        shop.wait_views(13).await;
        shop.assert_all_agree().await;

        let refused = server_refuses(&place, &["backup", "a backup"]).await;
        assert!(refused.contains("a backup is there already"), "{refused}");
        let again = server_does(&place, &["backup", "a backup", "--force"]).await;
        assert!(again.contains("Orders: 13, "), "{again}");
        shop.close().await;
        let names = names_in(place.path());
        assert_eq!(names, ["a backup", "data", "site"], "nothing is left beside it");
    });
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_backup_goes_nowhere_where_it_would_do_harm() {
    if is_missing() {
        return;
    }
    run(async {
        let place = stopped_shop(1).await;
        fs::create_dir(place.path().join("folder")).unwrap();
        std::os::unix::fs::symlink("data/pantry.db", place.path().join("link")).unwrap();
        let before = contents(&place.data());
        for (file, why) in [
            ("data/pantry.db", "belongs to the database"),
            ("data/../data/pantry.db", "belongs to the database"),
            ("data/pantry.db-wal", "belongs to the database"),
            ("data/pantry.db.lock", "belongs to the database"),
            ("link", "belongs to the database"),
            ("folder", "is a folder"),
            ("none/backup", "none"),
        ] {
            let refused = server_refuses(&place, &["backup", "--force", file]).await;
            assert!(refused.contains(why) && refused.lines().count() == 1, "{file}: {refused}");
        }
        assert_eq!(changed(&before, &contents(&place.data())), [""; 0]);

        let place = place.with("DATABASE_URL", "sqlite://none/pantry.db");
        let refused = server_refuses(&place, &["backup", "backup"]).await;
        assert!(refused.contains("there is no database") && !place.path().join("none").exists(), "{refused}");
    });
}

#[test]
fn a_restored_database_takes_the_place_of_one_that_is_kept() {
    if is_missing() {
        return;
    }
    run(async {
        let place = stopped_shop(2).await;
        server_does(&place, &["backup", "backup"]).await;
        let shop = place.open_ready().await;
        orders(&shop, 3).await;
        shop.wait_counted().await;
        let refused = server_refuses(&place, &["restore", "--force", "backup"]).await;
        assert!(refused.contains("in use by another Pantry server") && refused.contains("stop it first"), "{refused}");
        assert_eq!(refused.lines().count(), 1, "{refused}");
        shop.close().await;
        let refused = server_refuses(&place, &["restore", "backup"]).await;
        assert!(refused.contains("there is a database") && refused.contains("--force"), "{refused}");

        let said = server_does(&place, &["restore", "--force", "backup"]).await;
        assert!(said.contains("Orders: 2, "), "{said}");
        let names = names_in(&place.data());
        let kept = names.iter().find(|name| name.starts_with("pantry.db.before-restore-")).expect("the one before");
        assert!(said.contains(kept.as_str()), "{said}");
        let data = [
            "pantry.db",
            kept,
            "pantry.db.lock",
            "requests.csv",
            "server.lock",
            "subscriptions.csv",
            "system_stats.csv",
        ];
        let files = [&["feedback.csv", "orders.csv"], &data[..]].concat();
        assert_eq!(names, files, "nothing else is left");
        let kept = format!("sqlite://{}", place.data().join(kept).display());
        let mut kept = Database::open(&kept).await;
        assert_eq!(kept.number("select count(*) from orders").await, 5);
        kept.close().await;

        // Its numbers are not given to other orders.
        let shop = place.open_ready().await;
        orders(&shop, 1).await;
        shop.wait_counted().await;
        let mut database = shop.database().await;
        assert_eq!(database.number("select max(id) from orders").await, 6);
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 3);
        database.close().await;
        shop.close().await;
    });
}

#[test]
fn what_is_no_whole_backup_is_refused_and_nothing_changes() {
    if is_missing() {
        return;
    }
    run(async {
        let place = stopped_shop(2).await;
        let file = |name: &str| place.path().join(name);
        let url = |name: &str| format!("sqlite://{}?mode=rwc", file(name).display());
        server_does(&place, &["backup", "whole"]).await;
        let whole = fs::read(file("whole")).unwrap();
        fs::write(file("torn"), &whole[..whole.len() / 2]).unwrap();
        let mut damaged = whole.clone();
        let middle = damaged.len() / 2;
        damaged[middle - 40_000..middle].fill(0xa5);
        fs::write(file("damaged"), damaged).unwrap();
        fs::write(file("empty"), "").unwrap();
        fs::write(file("text"), "orders, more or less\n".repeat(1_000)).unwrap();
        let mut stranger = Database::open(&url("stranger")).await;
        stranger.execute("create table things (id integer)").await;
        stranger.close().await;
        fs::write(file("newer"), &whole).unwrap();
        let mut newer = Database::open(&url("newer")).await;
        newer
            .execute(
                "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (9999, 'of the future', 1, x'00', 0);
                 insert into versions (version, newest_migration, first_opened_at) values ('7.3.0', 9999, 0)",
            )
            .await;
        newer.close().await;
        let before = contents(&place.data());
        for (name, why) in [
            ("torn", "torn"),
            ("damaged", "damaged"),
            ("empty", "empty"),
            ("text", "not a database"),
            ("stranger", "no such table"),
            ("newer", "Pantry 7.3.0"),
            ("none", "there is no file"),
            ("data", "there is no file"),
            ("data/pantry.db", "is the database itself"),
        ] {
            let refused = server_refuses(&place, &["restore", "--force", name]).await;
            assert!(refused.contains(why) && refused.lines().count() == 1, "{name}: {refused}");
            assert_eq!(changed(&before, &contents(&place.data())), [""; 0], "{name}");
        }
        let shop = place.open_ready().await;
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 2);
        shop.close().await;
    });
}

#[test]
fn a_copy_with_its_write_ahead_log_is_a_backup_too() {
    if is_missing() {
        return;
    }
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        orders(&shop, 2).await;
        shop.wait_counted().await;
        // As somebody copies the files of a server that was killed.
        for end in ["", "-wal"] {
            fs::copy(place.data().join(format!("pantry.db{end}")), place.path().join(format!("copy{end}"))).unwrap();
        }
        shop.close().await;
        place.lose_database().await;
        // What is left of the lost one must not be applied to the new one.
        fs::copy(place.path().join("copy-wal"), place.data().join("pantry.db-wal")).unwrap();
        let said = server_does(&place, &["restore", "copy"]).await;
        assert!(said.contains("Orders: 2, "), "{said}");
        assert!(!place.data().join("pantry.db-wal").exists());
        let shop = place.open_ready().await;
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 2);
        shop.close().await;
    });
}
