//! Rows by table; appends that fail halfway; rewrites; errors. The repairs are in a file of their own.

mod checks;
mod repairs;

use super::*;
use crate::sinks::csv::repair::Repaired;
use domain::{Figures, Money};
use std::fs;
use tempfile::TempDir;

const FIRST: i64 = 29_922_480;

/// A minute with figures that differ from its neighbours', zeros in some.
fn minute(number: i64) -> MinuteFigures {
    let figures = Figures {
        requests_num: number % 7 * 11,
        total_orders_num: number % 5,
        total_orders_amount: number % 5 * 3,
        total_orders_price: Money::from_cents(number % 5 * 1_999),
        total_paid_orders_num: number % 3,
        total_paid_orders_amount: number % 3 * 2,
        total_paid_orders_price: Money::from_cents(number % 3 * 5),
        total_feedback_num: number % 4,
        total_feedback_stars: number % 4 * 3,
    };
    MinuteFigures { minute: Minute::from_number(number), figures, is_closed: true, revision: 0 }
}

fn minutes(count: i64) -> Vec<MinuteFigures> {
    (FIRST..FIRST + count).map(minute).collect()
}

fn rendering(kind: CsvKind, minutes: &[MinuteFigures]) -> String {
    minutes.iter().fold(header(kind).to_owned(), |text, minute| text + row(kind, minute).as_str())
}

/// Pages of seven minutes, so that twenty take several.
fn pages(minutes: &[MinuteFigures]) -> impl FnMut(Minute) -> io::Result<Vec<MinuteFigures>> {
    move |from| Ok(minutes.iter().filter(|minute| minute.minute >= from).take(7).copied().collect())
}

/// A folder in memory where there is one: the repairs sync thousands of files.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

fn repaired(folder: &TempDir, kind: CsvKind, minutes: &[MinuteFigures]) -> (CsvFile, Repaired) {
    repair(folder.path(), kind, &mut pages(minutes)).unwrap()
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn rows_are_exact() {
    let zeros = MinuteFigures { minute: Minute::from_number(0), figures: Figures::ZERO, is_closed: true, revision: 0 };
    let full = MinuteFigures {
        minute: Minute::from_number(29_922_480),
        figures: Figures {
            requests_num: i64::MAX,
            total_orders_num: 3,
            total_orders_amount: 12,
            total_orders_price: Money::from_cents(4550),
            total_paid_orders_num: 1,
            total_paid_orders_amount: 2,
            total_paid_orders_price: Money::from_cents(i64::MAX),
            total_feedback_num: 2,
            total_feedback_stars: 9,
        },
        is_closed: true,
        revision: 0,
    };
    assert_eq!(header(CsvKind::Requests), "datetime,requests_num\n");
    assert_eq!(header(CsvKind::Feedback), "datetime,total_feedback_num,total_feedback_stars\n");
    assert_eq!(
        header(CsvKind::Orders),
        "datetime,total_orders_num,total_orders_amount,total_orders_price,total_paid_orders_num,total_paid_orders_amount,total_paid_orders_price\n"
    );
    for (kind, minute, expected) in [
        (CsvKind::Requests, zeros, "1970-01-01 00:00:00,0\n"),
        (CsvKind::Orders, zeros, "1970-01-01 00:00:00,0,0,0.00,0,0,0.00\n"),
        (CsvKind::Feedback, zeros, "1970-01-01 00:00:00,0,0\n"),
        (CsvKind::Feedback, full, "2026-11-22 12:00:00,2,9\n"),
        (CsvKind::Requests, full, "2026-11-22 12:00:00,9223372036854775807\n"),
        (CsvKind::Orders, full, "2026-11-22 12:00:00,3,12,45.50,1,2,92233720368547758.07\n"),
    ] {
        assert_eq!(row(kind, &minute), expected);
    }
}

#[test]
fn a_failed_write_leaves_nothing_half_there() {
    let folder = folder();
    let (mut csv, _) = repaired(&folder, CsvKind::Orders, &minutes(3));
    for written in [0, 1, 50] {
        let error = csv
            .append_by(&minutes(5), |file, rows| {
                file.write_all(&rows[..written])?;
                Err(io::ErrorKind::StorageFull.into())
            })
            .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert!(error.to_string().contains("orders.csv"), "{error}");
        assert_eq!(fs::read_to_string(csv.path()).unwrap(), rendering(CsvKind::Orders, &minutes(3)));
    }
    assert_eq!(csv.append(&minutes(5)).unwrap(), Appended::Rows(2));
    assert_eq!(csv.append(&minutes(5)).unwrap(), Appended::Rows(0));
    assert_eq!(fs::read_to_string(csv.path()).unwrap(), rendering(CsvKind::Orders, &minutes(5)));
}

#[test]
fn an_append_asks_for_a_repair_when_the_file_is_not_as_it_was_left() {
    let folder = folder();
    let kind = CsvKind::Requests;
    let (mut csv, _) = repaired(&folder, kind, &minutes(3));
    assert_eq!(csv.append(&[minute(FIRST + 4)]).unwrap(), Appended::NeedsRepair, "a minute is missing");
    fs::write(csv.path(), "shorter").unwrap();
    assert_eq!(csv.append(&minutes(4)).unwrap(), Appended::NeedsRepair);
    assert_eq!(fs::read_to_string(csv.path()).unwrap(), "shorter", "nothing was written");
    fs::remove_file(csv.path()).unwrap();
    assert_eq!(csv.append(&minutes(4)).unwrap(), Appended::NeedsRepair);
    assert_eq!(names(&folder).len(), 0);
}

#[test]
fn a_rewrite_replaces_the_file_and_goes_on() {
    let folder = folder();
    let kind = CsvKind::Requests;
    let (mut csv, _) = repaired(&folder, kind, &minutes(9));
    let mut reader = File::open(csv.path()).unwrap();
    let mut new = minutes(10);
    new[2].figures.requests_num = 1_000_000;
    new[2].revision = 1;
    csv.rewrite(&mut pages(&new)).unwrap();
    assert_eq!(io::read_to_string(&mut reader).unwrap(), rendering(kind, &minutes(9)), "a reader keeps what it opened");
    assert_eq!(fs::read_to_string(csv.path()).unwrap(), rendering(kind, &new));
    new.push(minute(FIRST + 10));
    assert_eq!(csv.append(&new).unwrap(), Appended::Rows(1));
    assert_eq!(fs::read_to_string(csv.path()).unwrap(), rendering(kind, &new));
}

#[test]
fn errors_name_the_file_and_change_nothing() {
    let missing = repair(Path::new("/nowhere/at/all"), CsvKind::Orders, &mut pages(&minutes(1))).unwrap_err();
    assert!(missing.to_string().contains("/nowhere/at/all/.orders.csv.new"), "{missing}");

    let folder = folder();
    let content = rendering(CsvKind::Orders, &minutes(5));
    let path = folder.path().join("orders.csv");
    fs::write(&path, &content).unwrap();
    let failing = &mut |_| Err(io::Error::other("the database is busy"));
    let busy = repair(folder.path(), CsvKind::Orders, failing).unwrap_err();
    assert!(busy.to_string().contains("the database is busy"), "{busy}");
    let gap = [minute(FIRST), minute(FIRST + 2)];
    let gap = repair(folder.path(), CsvKind::Orders, &mut pages(&gap)).unwrap_err();
    assert!(gap.to_string().contains("not in order, or one is missing"), "{gap}");
    let mut again = |_| Ok(minutes(5));
    assert!(repair(folder.path(), CsvKind::Orders, &mut again).is_err(), "pages that never end");
    assert_eq!(fs::read_to_string(&path).unwrap(), content);
    assert_eq!(names(&folder), ["orders.csv"]);

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let folder_there = repair(folder.path(), CsvKind::Orders, &mut pages(&minutes(1))).unwrap_err();
    assert!(folder_there.to_string().contains("orders.csv"), "{folder_there}");
}

#[test]
fn a_read_only_folder_is_named() {
    let folder = folder();
    let mut permissions = fs::metadata(folder.path()).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.path(), permissions).unwrap();
    if File::create(folder.path().join("probe")).is_ok() {
        return; // Root writes everywhere.
    }
    let error = repair(folder.path(), CsvKind::Requests, &mut pages(&minutes(1))).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    assert!(error.to_string().contains("requests.csv"), "{error}");
}
