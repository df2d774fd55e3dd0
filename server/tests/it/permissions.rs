//! Who may read what a shop writes: database, lock and backups its own user alone, whatever the umask; the CSV files
//! whoever the umask says.
#![cfg(unix)]

use crate::harness::command::server_does;
use crate::harness::process::ServerProcess;
use crate::harness::{Cart, Place, Stack, run};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

const CART: Cart<'_> = Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true };

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// What the umask of this process leaves of a new file.
fn mode_of_new_file(folder: &Path) -> u32 {
    let file = folder.join("new file");
    fs::write(&file, "").unwrap();
    mode(&file)
}

#[track_caller]
fn assert_private(place: &Place) {
    let usual = mode_of_new_file(place.path());
    let names: Vec<_> = fs::read_dir(place.data()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(names.len() >= 2, "{names:?}");
    for path in names {
        let is_csv = path.extension().is_some_and(|extension| extension == "csv");
        let found = mode(&path);
        match is_csv {
            true => assert_eq!(found, usual, "{}", path.display()),
            false => assert_eq!(found & 0o077, 0, "{} has mode {found:04o}", path.display()),
        }
    }
}

#[test]
fn what_a_shop_writes_is_for_its_user_alone_but_for_the_csv_files() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        shop.browser().order(&CART).await;
        shop.close_open_minute().await;
        assert_eq!(mode(&place.data()) & 0o077, 0);
        if Stack::of_this_run() == Stack::Newcomer {
            for name in ["pantry.db", "pantry.db-wal", "pantry.db-shm", "pantry.db.lock"] {
                assert!(place.data().join(name).exists(), "{name}");
            }
            assert_private(&place);
            server_does(&place, &["backup", "backup"]).await;
            assert_eq!(mode(&place.path().join("backup")) & 0o177, 0);
        }
        shop.close().await;
        if Stack::of_this_run() == Stack::Newcomer {
            set_mode(&place.path().join("backup"), 0o644);
            server_does(&place, &["restore", "--force", "backup"]).await;
            assert_private(&place);
        }
    });
}

#[test]
fn a_database_that_others_could_read_is_tightened_and_a_folder_is_not() {
    if Stack::Newcomer.is_missing("a file is SQLite's") {
        return;
    }
    run(async {
        let place = Place::new();
        fs::create_dir(place.data()).unwrap();
        set_mode(&place.data(), 0o755);
        let shop = place.open_ready().await;
        shop.browser().order(&CART).await;
        shop.close_open_minute().await;
        assert_private(&place);
        shop.close().await;
        // As version 0.1 left them.
        for (name, mode) in [("pantry.db", 0o644), ("pantry.db.lock", 0o664), ("pantry.db-wal", 0o644)] {
            let path = place.data().join(name);
            if !path.exists() {
                fs::write(&path, "").unwrap();
            }
            set_mode(&path, mode);
        }
        let shop = place.open_ready().await;
        assert_private(&place);
        assert_eq!(mode(&place.data()), 0o755, "the operator's folder");
        assert_eq!(shop.assert_all_agree().await.total_orders_num, 1);
        shop.close().await;
    });
}

#[test]
fn a_folder_that_others_may_enter_is_told_in_a_line_with_the_command() {
    if Stack::Newcomer.is_missing("a file is SQLite's") {
        return;
    }
    run(async {
        let place = Place::new().with("RUST_LOG", "warn,rdkafka=off");
        let shop = place.open().await;
        // It ends at its start, and so says all that it has to say.
        let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                     values (9999, 'of the future', 1, x'00', 0)";
        shop.database().await.execute(newer).await;
        shop.close().await;
        set_mode(&place.data(), 0o755);
        let refused = ServerProcess::try_start(&place).await.err().expect("it is refused");
        let command = format!("chmod 700 {}", place.data().display());
        let lines: Vec<_> = refused.stderr.lines().filter(|line| line.contains(&command)).collect();
        assert!(matches!(lines[..], [line] if line.contains("mode 0755")), "{}", refused.stderr);
        set_mode(&place.data(), 0o700);
        let refused = ServerProcess::try_start(&place).await.err().expect("it is refused");
        assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
    });
}

#[test]
fn what_root_restores_belongs_to_the_servers_user() {
    if Stack::Newcomer.is_missing("a file is SQLite's") {
        return;
    }
    run(async {
        let place = Place::new();
        place.open().await.close().await;
        server_does(&place, &["backup", "backup"]).await;
        fs::remove_dir_all(place.data()).unwrap();
        fs::create_dir(place.data()).unwrap();
        // Who is not root cannot, and then there is one user only.
        let _ = chown(place.data(), Some(65_534), Some(65_534));
        let uid = fs::metadata(place.data()).unwrap().uid();
        for force in [["restore", "backup"].as_slice(), &["restore", "--force", "backup"]] {
            server_does(&place, force).await;
            for name in ["pantry.db", "pantry.db.lock"] {
                assert_eq!(fs::metadata(place.data().join(name)).unwrap().uid(), uid, "{name}");
            }
        }
        assert_private(&place);
    });
}
