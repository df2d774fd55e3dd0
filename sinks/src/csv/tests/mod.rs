//! Rows by table; appends that fail halfway; rewrites; errors. The repairs are in a file of their own.

mod checks;
mod repairs;

use super::*;
use crate::csv::repair::Repaired;
use std::fs;
use streams::{Streams, Totals};
use tempfile::TempDir;

const FIRST: i64 = 29_922_480;

fn totals(values: &[i64]) -> Totals {
    Totals(values.iter().copied().map(Some).collect())
}

/// A minute whose figures, as many as any stream of the shop has, differ from its neighbours'; zeros in some.
fn minute(number: i64) -> MinuteTotals {
    let figures = [number % 5, number % 5 * 3, number % 7 * 1_999, number % 3, number % 3 * 2, number % 3 * 5];
    MinuteTotals { minute: Minute::from_number(number), totals: totals(&figures), is_closed: true, revision: 0 }
}

fn own() -> Vec<Topic> {
    Streams::own().all().to_vec()
}

fn minutes(count: i64) -> Vec<MinuteTotals> {
    (FIRST..FIRST + count).map(minute).collect()
}

fn rendering(topic: Topic, minutes: &[MinuteTotals]) -> String {
    minutes.iter().fold(header(topic), |text, minute| text + row(topic, minute).as_str())
}

/// Pages of seven minutes, so that twenty take several.
fn pages(minutes: &[MinuteTotals]) -> impl FnMut(Minute) -> io::Result<Vec<MinuteTotals>> {
    move |from| Ok(minutes.iter().filter(|minute| minute.minute >= from).take(7).cloned().collect())
}

/// A folder in memory where there is one: the repairs sync thousands of files.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

fn repaired(folder: &TempDir, topic: Topic, minutes: &[MinuteTotals]) -> (CsvFile, Repaired) {
    repair(folder.path(), topic, &mut pages(minutes)).unwrap()
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn rows_are_exact() {
    let (views, orders, feedback) = (Topic::web_requests(), Topic::new_orders(), Topic::feedback());
    let at =
        |number, totals| MinuteTotals { minute: Minute::from_number(number), totals, is_closed: true, revision: 0 };
    let zeros = |topic: Topic| at(0, Totals::of_nothing(topic.stream()));
    let full = |values: &[i64]| at(29_922_480, totals(values));
    assert_eq!(header(Topic::web_requests()), "datetime,requests_num\n");
    assert_eq!(header(Topic::feedback()), "datetime,total_feedback_num,total_feedback_stars\n");
    assert_eq!(
        header(Topic::new_orders()),
        "datetime,total_orders_num,total_orders_amount,total_orders_price,total_paid_orders_num,total_paid_orders_amount,total_paid_orders_price\n"
    );
    for (topic, minute, expected) in [
        (views, zeros(views), "1970-01-01 00:00:00,0\n"),
        (orders, zeros(orders), "1970-01-01 00:00:00,0,0,0.00,0,0,0.00\n"),
        (feedback, zeros(feedback), "1970-01-01 00:00:00,0,0\n"),
        (feedback, full(&[2, 9]), "2026-11-22 12:00:00,2,9\n"),
        (views, full(&[i64::MAX, 5]), "2026-11-22 12:00:00,9223372036854775807\n"),
        (orders, full(&[3, 12, 4_550, 1, 2, i64::MAX]), "2026-11-22 12:00:00,3,12,45.50,1,2,92233720368547758.07\n"),
    ] {
        assert_eq!(row(topic, &minute), expected);
    }
}

#[test]
fn a_failed_write_leaves_nothing_half_there() {
    let folder = folder();
    let (mut csv, _) = repaired(&folder, Topic::new_orders(), &minutes(3));
    for written in [0, 1, 50] {
        let error = csv
            .append_by(&minutes(5), |file, rows| {
                file.write_all(&rows[..written])?;
                Err(io::ErrorKind::StorageFull.into())
            })
            .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert!(error.to_string().contains("orders.csv"), "{error}");
        assert_eq!(fs::read_to_string(csv.path()).unwrap(), rendering(Topic::new_orders(), &minutes(3)));
    }
    assert_eq!(csv.append(&minutes(5)).unwrap(), Appended::Rows(2));
    assert_eq!(csv.append(&minutes(5)).unwrap(), Appended::Rows(0));
    assert_eq!(fs::read_to_string(csv.path()).unwrap(), rendering(Topic::new_orders(), &minutes(5)));
}

#[test]
fn an_append_asks_for_a_repair_when_the_file_is_not_as_it_was_left() {
    let folder = folder();
    let topic = Topic::web_requests();
    let (mut csv, _) = repaired(&folder, topic, &minutes(3));
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
    let topic = Topic::web_requests();
    let (mut csv, _) = repaired(&folder, topic, &minutes(9));
    let mut reader = File::open(csv.path()).unwrap();
    let mut new = minutes(10);
    new[2].totals.0[0] = Some(1_000_000);
    new[2].revision = 1;
    csv.rewrite(&mut pages(&new)).unwrap();
    assert_eq!(
        io::read_to_string(&mut reader).unwrap(),
        rendering(topic, &minutes(9)),
        "a reader keeps what it opened"
    );
    assert_eq!(fs::read_to_string(csv.path()).unwrap(), rendering(topic, &new));
    new.push(minute(FIRST + 10));
    assert_eq!(csv.append(&new).unwrap(), Appended::Rows(1));
    assert_eq!(fs::read_to_string(csv.path()).unwrap(), rendering(topic, &new));
}

#[test]
fn errors_name_the_file_and_change_nothing() {
    let missing = repair(Path::new("/nowhere/at/all"), Topic::new_orders(), &mut pages(&minutes(1))).unwrap_err();
    assert!(missing.to_string().contains("/nowhere/at/all/.orders.csv.new"), "{missing}");

    let folder = folder();
    let content = rendering(Topic::new_orders(), &minutes(5));
    let path = folder.path().join("orders.csv");
    fs::write(&path, &content).unwrap();
    let failing = &mut |_| Err(io::Error::other("the database is busy"));
    let busy = repair(folder.path(), Topic::new_orders(), failing).unwrap_err();
    assert!(busy.to_string().contains("the database is busy"), "{busy}");
    let gap = [minute(FIRST), minute(FIRST + 2)];
    let gap = repair(folder.path(), Topic::new_orders(), &mut pages(&gap)).unwrap_err();
    assert!(gap.to_string().contains("not in order, or one is missing"), "{gap}");
    let mut again = |_| Ok(minutes(5));
    assert!(repair(folder.path(), Topic::new_orders(), &mut again).is_err(), "pages that never end");
    assert_eq!(fs::read_to_string(&path).unwrap(), content);
    assert_eq!(names(&folder), ["orders.csv"]);

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let folder_there = repair(folder.path(), Topic::new_orders(), &mut pages(&minutes(1))).unwrap_err();
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
    let error = repair(folder.path(), Topic::web_requests(), &mut pages(&minutes(1))).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::PermissionDenied);
    assert!(error.to_string().contains("requests.csv"), "{error}");
}
