//! `server verify`: says so when orders, figures and files agree, names what differs when they do not, and changes
//! nothing; from the command line, beside a running shop, and on the dashboard.

use crate::harness::broker::OutsideCluster;
use crate::harness::command::server;
use crate::harness::database::Database;
use crate::harness::{Browser, Cart, Place, Stack, run, until};
use domain::{Compared, Verification};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use store::{Audit, Clock};

/// A stopped shop with two orders, feedback of the first, and three closed minutes, the orders in the first of them.
async fn stopped_shop() -> Place {
    let place = Place::new();
    let shop = place.open_ready().await;
    let browser = shop.browser();
    let receipt = browser.order(&Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true }).await;
    assert_eq!(browser.post(&receipt, &[("stars", "4")]).await.status, 303);
    browser.order(&Cart { goods: &[("tea", 1)], email: "b@example.com", is_paid: false }).await;
    shop.wait_views(2).await;
    for _ in 0..3 {
        shop.assert_all_agree().await;
    }
    shop.close().await;
    place
}

async fn verify(place: &Place) -> Verification {
    let url = place.database_url();
    pipeline::verification::verify(|| Audit::open(&url, streams::Streams::own(), Clock::default()), &place.data())
        .await
        .unwrap()
}

async fn server_verify(place: &Place, arguments: &[&str]) -> Output {
    server(place, &[&["verify"], arguments].concat()).await
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
    // SQLite's index of the write-ahead log is made by whoever reads, and holds nothing.
    let entries = entries.filter(|entry| !name(entry).ends_with("-shm") && !name(entry).ends_with("-wal"));
    entries.map(|entry| (name(&entry), fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn a_stopped_shop_agrees_and_is_left_as_it_was() {
    run(async {
        let place = stopped_shop().await;
        let before = contents(&place.data());
        let found = verify(&place).await;
        assert!(found.agrees(), "{found:?}");
        assert_eq!((found.orders, found.waiting_orders), (2, 0));
        let minutes: Vec<_> = found.comparisons.iter().map(|comparison| comparison.minutes).collect();
        assert_eq!(minutes, [1, 1, 3, 3, 3, 3, 3, 3, 3]);

        let words = server_verify(&place, &[]).await;
        assert_eq!(words.status.code(), Some(0), "{words:?}");
        assert!(String::from_utf8(words.stdout).unwrap().ends_with("Everything agrees.\n"));
        let json = server_verify(&place, &["--json"]).await;
        assert_eq!(json.status.code(), Some(0));
        let json: Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!((json["agrees"].as_bool(), json["orders"].as_i64()), (Some(true), Some(2)));
        assert_eq!(json["comparisons"][0]["compared"], "orders_with_figures");
        assert!(contents(&place.data()) == before, "verify changed something");
    });
}

/// What is damaged, and the comparison, column, expected and found value by which it is told; an empty value may be
/// any.
type Damage = (&'static str, Compared, &'static str, &'static str, &'static str);

#[test]
fn every_damage_in_the_database_is_told() {
    use Compared::{ClosedMinutes, FeedbackWithFigures, OrdersWithFigures, RollupsWithMinutes};
    let damages: [Damage; 17] = [
        (
            "delete from order_lines where order_id = 2; delete from orders where id = 2",
            OrdersWithFigures,
            "total_orders_num",
            "1",
            "2",
        ),
        ("update orders set amount = 3 where id = 1", OrdersWithFigures, "total_orders_amount", "4", "3"),
        ("update orders set is_paid = 1 where id = 2", OrdersWithFigures, "total_paid_orders_num", "2", "1"),
        ("update orders set event_time = event_time + 60000000", OrdersWithFigures, "total_orders_num", "0", "2"),
        (
            "update minutes_new_orders set own_total_orders_num = own_total_orders_num + 1
             where minute = (select max(minute) from minutes_new_orders)",
            OrdersWithFigures,
            "total_orders_num",
            "0",
            "1",
        ),
        ("update feedback set stars = 5", FeedbackWithFigures, "total_feedback_stars", "5", "4"),
        ("delete from feedback", FeedbackWithFigures, "total_feedback_num", "0", "1"),
        ("update feedback set event_time = event_time + 60000000", FeedbackWithFigures, "total_feedback_num", "0", "1"),
        (
            "update minutes_feedback set own_total_feedback_stars = own_total_feedback_stars + 1 where own_total_feedback_num = 1",
            FeedbackWithFigures,
            "total_feedback_stars",
            "4",
            "5",
        ),
        (
            "delete from minutes_web_requests where minute = (select min(minute) + 1 from minutes_web_requests)",
            ClosedMinutes,
            "row",
            "",
            "",
        ),
        ("update shop set closed_until = closed_until - 1", ClosedMinutes, "row", "", ""),
        (
            "insert into outbox (topic, event_time, path, kind)
             select 'web_requests', min(minute) * 60000000, '/', 'page' from minutes_feedback",
            ClosedMinutes,
            "row",
            "",
            "",
        ),
        (
            "update quarters_new_orders set total_orders_price = total_orders_price + 1",
            RollupsWithMinutes,
            "total_orders_price",
            "7.75",
            "7.76",
        ),
        ("update quarters_web_requests set visits_num = visits_num + 1", RollupsWithMinutes, "visits_num", "", ""),
        ("delete from quarters_web_requests", RollupsWithMinutes, "requests_num", "", "0"),
        (
            "update quarter_goods set quantity = quantity + 1 where slug = 'rice'",
            RollupsWithMinutes,
            "rice quantity",
            "2",
            "3",
        ),
        ("update quarter_groups set events_num = events_num + 100", RollupsWithMinutes, "web_requests by path", "", ""),
    ];
    run(async {
        let place = stopped_shop().await;
        place.keep_database().await;
        for (sql, compared, column, expected, found) in damages {
            let mut database = Database::open(&place.database_url()).await;
            database.execute(sql).await;
            // Its file is replaced below.
            database.close().await;
            let told = verify(&place).await;
            assert!(!told.agrees(), "{sql}: {told:?}");
            let first = told.differences.iter().find(|difference| difference.compared == compared);
            let first = first.unwrap_or_else(|| panic!("{sql}: {told:?}"));
            assert_eq!(first.column, column, "{sql}: {told:?}");
            for (value, told) in [(expected, &first.expected), (found, &first.found)] {
                assert!(value.is_empty() || value == told, "{sql}: {first:?}");
            }
            place.restore_database().await;
        }
        assert!(verify(&place).await.agrees());
    });
}

#[test]
fn every_damage_in_the_files_is_told_with_its_cell() {
    run(async {
        let place = stopped_shop().await;
        let path = place.data().join("orders.csv");
        let whole = fs::read_to_string(&path).unwrap();
        fs::write(&path, whole.replacen(",2,", ",7,", 1)).unwrap();
        let output = server_verify(&place, &["--json"]).await;
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["agrees"], false);
        assert_eq!(json["differing_minutes"], 1);
        let difference = &json["differences"][0];
        assert_eq!(difference["compared"], "figures_with_orders_csv");
        assert_eq!(difference["column"], "total_orders_num");
        assert_eq!((&difference["expected"], &difference["found"]), (&Value::from("2"), &Value::from("7")));
        let words = server_verify(&place, &[]).await;
        assert_eq!(words.status.code(), Some(1));
        let words = String::from_utf8(words.stdout).unwrap();
        assert!(words.contains("total_orders_num: expected 2, found 7"), "{words}");

        fs::write(&path, whole).unwrap();
        let feedback = place.data().join("feedback.csv");
        let said = fs::read_to_string(&feedback).unwrap();
        fs::write(&feedback, said.replacen(",1,4", ",1,5", 1)).unwrap();
        let found = verify(&place).await;
        let first = found.differences.first().unwrap();
        assert_eq!(
            (first.compared.clone(), first.column.as_str()),
            (Compared::FiguresWithFile("feedback.csv".to_owned()), "total_feedback_stars")
        );
        assert_eq!((first.expected.as_str(), first.found.as_str()), ("4", "5"));
        fs::write(&feedback, said).unwrap();

        fs::remove_file(&path).unwrap();
        let found = verify(&place).await;
        assert_eq!(found.differing_minutes(), 4, "the header and three rows: {found:?}");
    });
}

#[test]
fn what_cannot_be_checked_is_neither_right_nor_wrong() {
    run(async {
        let place = Place::new();
        // Production's is there and empty.
        if Stack::of_this_run() == Stack::Newcomer {
            let output = server_verify(&place, &[]).await;
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            assert!(String::from_utf8(output.stderr).unwrap().contains("cannot verify: there is no database"));
            assert!(!place.data().exists(), "nothing was created");
            fs::create_dir_all(place.data()).unwrap();
            fs::write(place.data().join("pantry.db"), "").unwrap();
        }
        let output = server_verify(&place, &[]).await;
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stderr).unwrap().contains("holds no shop"));
        let place = place.with("DATA_DIR", "");
        assert_eq!(server_verify(&place, &[]).await.status.code(), Some(2));
    });
}

#[test]
fn what_waits_for_a_broker_is_no_difference() {
    run(async {
        let mut cluster = OutsideCluster::started();
        let place = Place::on(&cluster);
        let shop = place.open_ready().await;
        let browser = shop.browser();
        browser.order(&Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true }).await;
        shop.wait_views(1).await;
        shop.wait_counted().await;
        cluster.crash_and_forget();
        let receipt = browser.order(&Cart { goods: &[("tea", 1)], email: "b@example.com", is_paid: false }).await;
        assert_eq!(browser.post(&receipt, &[("stars", "4")]).await.status, 303);
        let found = verify(&place).await;
        assert!(found.agrees(), "{found:?}");
        assert_eq!((found.orders, found.waiting_orders), (2, 1));
        cluster.start();
        shop.assert_all_agree().await;
        shop.close().await;
    });
}

#[test]
fn a_running_shop_checks_itself() {
    run(async {
        let place = Place::new();
        let shop = place.open_ready().await;
        let verifying = async || shop.running.snapshots.borrow().verifying.clone();
        assert_eq!(verifying().await.last, None);
        shop.close_open_minute().await;
        until("the check after the first closed minute", async || {
            verifying().await.last.filter(Verification::agrees).map(|_| ()).ok_or(format!("{:?}", verifying().await))
        })
        .await;
        let words = server_verify(&place, &[]).await;
        assert_eq!(words.status.code(), Some(0), "beside the running shop: {words:?}");

        // The owner's button, after somebody changed what was ordered.
        let browser = shop.browser();
        browser.order(&Cart { goods: &[("rice", 2)], email: "a@example.com", is_paid: true }).await;
        shop.wait_counted_once().await;
        shop.database().await.execute("update orders set amount = 5").await;
        let path = "/admin/metrics/verify";
        let refused = browser.post(path, &[]).await;
        assert_eq!(refused.status, 401, "not without a session");
        let asked = Browser::of_owner(shop.running.addr).await.post(path, &[]).await;
        assert_eq!((asked.status.as_u16(), asked.location.as_deref()), (303, Some("/admin/metrics")));
        until("the difference", async || {
            let last = verifying().await.last.filter(|last| !last.agrees());
            last.map(|_| ()).ok_or(format!("{:?}", verifying().await))
        })
        .await;
        let page = Browser::of_owner(shop.running.addr).await.get("/admin/metrics").await;
        assert!(page.body.contains("1 minute differs"), "the dashboard says so");
        shop.close().await;
    });
}
