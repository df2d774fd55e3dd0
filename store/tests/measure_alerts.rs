//! Rules on measures as the store keeps them, and their alerts: one open alert of a rule, what it compares kept beside
//! it, one history with the shop's own rules, and nothing that a server of an earlier version would fail on.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use domain::alert::{Finding, Limited, MEASURE_RULES_MAX, MeasureCondition, MeasureRule, RuleName, Side};
use domain::{RuleKind, Timestamp};
use sqlx::{AnyConnection, Connection, Row};
use store::{Change, Clock, DatabaseOptions, MeasureChange, MeasureRuleKept, Settlement, Store};
use tempfile::TempDir;
use tokio::sync::mpsc;

const SECOND: i64 = 1_000_000;

async fn open(folder: &TempDir) -> Store {
    Store::open(&DatabaseOptions::at(url(folder)), Clock::default(), mpsc::channel(8).0).await.unwrap()
}

fn url(folder: &TempDir) -> String {
    format!("sqlite://{}/pantry.db", folder.path().display())
}

fn above(threshold: i64) -> MeasureCondition {
    MeasureCondition { side: Side::Above, threshold, minutes: Limited::new(5).unwrap() }
}

async fn add(store: &Store, condition: MeasureCondition) -> MeasureRuleKept {
    store.add_measure_rule("new_orders", "total_orders_price", 2, condition).await.unwrap()
}

fn finding(figure: i64) -> Finding {
    Finding { words: format!("{figure} cents."), figure, threshold: 4_000 }
}

async fn settle(store: &Store, seen_at: Timestamp, rule_id: i64, change: Change) -> (u32, u32) {
    let changes = vec![MeasureChange { rule_id, title: "Orders, the price".to_owned(), change }];
    let Settlement { began, ended } = store.settle_measure_alerts(seen_at, changes, true).await.unwrap();
    (began, ended)
}

#[tokio::test]
async fn rules_are_kept_changed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    assert!(store.measure_rules().await.unwrap().is_empty());
    assert_eq!(add(&store, above(4_000)).await, MeasureRuleKept::Kept);
    assert_eq!(add(&store, above(4_000)).await, MeasureRuleKept::Known, "sent twice");
    assert_eq!(add(&store, above(5_000)).await, MeasureRuleKept::Kept);
    let below = MeasureCondition { side: Side::Below, threshold: -7, minutes: Limited::new(1_440).unwrap() };
    assert_eq!(store.set_measure_rule(1, false, below).await.unwrap(), MeasureRuleKept::Kept);
    assert_eq!(store.set_measure_rule(1, false, below).await.unwrap(), MeasureRuleKept::Kept, "itself is no other");
    assert_eq!(store.set_measure_rule(1, false, above(5_000)).await.unwrap(), MeasureRuleKept::Known);
    assert_eq!(store.set_measure_rule(9, false, below).await.unwrap(), MeasureRuleKept::Gone);
    store.close().await;
    let store = open(&folder).await;
    let rule = |id, is_on, condition| MeasureRule {
        id,
        is_on,
        topic: "new_orders".to_owned(),
        measure: "total_orders_price".to_owned(),
        digits: 2,
        condition,
    };
    let second = store.measure_rules().await.unwrap().remove(1);
    assert_eq!(store.measure_rules().await.unwrap(), [rule(1, false, below), rule(second.id, true, above(5_000))]);
    store.delete_measure_rule(second.id).await.unwrap();
    store.delete_measure_rule(second.id).await.unwrap();
    assert_eq!(store.measure_rules().await.unwrap(), [rule(1, false, below)]);
    for threshold in 1..MEASURE_RULES_MAX {
        assert_eq!(add(&store, above(threshold)).await, MeasureRuleKept::Kept);
    }
    assert_eq!(add(&store, above(9_000)).await, MeasureRuleKept::TooMany);
    let last = store.measure_rules().await.unwrap().pop().unwrap();
    assert!(last.id > second.id, "no number comes twice, or an alert would be another rule's");
}

#[tokio::test]
async fn a_rule_has_one_open_alert_and_each_change_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    add(&store, above(4_000)).await;
    let began_at = store.now();
    let later = began_at.plus_micros(SECOND);
    assert_eq!(settle(&store, began_at, 1, Change::Ends).await, (0, 0), "there is nothing to end");
    assert_eq!(settle(&store, began_at, 2, Change::Begins(finding(1))).await, (0, 0), "there is no such rule");
    assert_eq!(settle(&store, began_at, 1, Change::Begins(finding(4_550))).await, (1, 0));
    assert_eq!(settle(&store, later, 1, Change::Begins(finding(4_560))).await, (0, 0), "it is open already");
    // What is found meanwhile is noted with what the rule compares by now, and is no news.
    store
        .set_measure_rule(1, true, MeasureCondition { minutes: Limited::new(7).unwrap(), ..above(4_000) })
        .await
        .unwrap();
    assert_eq!(settle(&store, began_at.plus_micros(-1), 1, Change::Holds(finding(1))).await, (0, 0));
    assert_eq!(settle(&store, later, 1, Change::Holds(finding(4_600))).await, (0, 0));
    let open_alert = store.open_alerts().await.unwrap().remove(0);
    assert_eq!((open_alert.rule, open_alert.figure, open_alert.began_at), (RuleName::Measure(1), 4_600, began_at));
    assert_eq!(open_alert.title, "Orders, the price");
    let measured = open_alert.measured.unwrap();
    assert_eq!((measured.side, measured.minutes, measured.digits), (Side::Above, 7, 2));
    assert_eq!(settle(&store, later, 1, Change::Ends).await, (0, 1));
    assert_eq!(settle(&store, began_at, 1, Change::Begins(finding(1))).await, (0, 0), "it ended after that was seen");
    store.set_measure_rule(1, false, above(4_000)).await.unwrap();
    let off = settle(&store, later.plus_micros(1), 1, Change::Begins(finding(1))).await;
    assert_eq!(off, (0, 0), "it was switched off after that was seen");

    let whats: Vec<_> = store.alert_deliveries().await.unwrap().into_iter().map(|sent| sent.what).collect();
    assert_eq!(whats, ["Orders, the price ended", "Orders, the price began"]);
    let claimed = store.claim_alert_delivery().await.unwrap().unwrap();
    let body: serde_json::Value = serde_json::from_str(&claimed.body).unwrap();
    assert_eq!(body["event"], "alert.began");
    let alert = body["alert"].as_object().unwrap();
    assert!(alert["id"].as_i64().unwrap() >= 1_000_000_000, "{body}");
    for (name, value) in [
        ("rule", serde_json::json!("measure:1")),
        ("words", "Orders, the price: 4550 cents.".into()),
        ("figure", 4_550.into()),
        ("threshold", 4_000.into()),
        ("topic", "new_orders".into()),
        ("measure", "total_orders_price".into()),
        ("comparison", "above".into()),
        ("value", "40.00".into()),
        ("minutes", 5.into()),
        ("ended_at", serde_json::Value::Null),
    ] {
        assert_eq!(alert[name], value, "{name}");
    }
}

#[tokio::test]
async fn history_is_one_and_an_earlier_version_finds_nothing_strange_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    add(&store, above(4_000)).await;
    let start = store.now();
    let at = |seconds: i64| start.plus_micros(seconds * SECOND);
    let letters = |change| vec![(RuleKind::DeadLetters, change)];
    settle(&store, at(0), 1, Change::Begins(finding(1))).await;
    store.settle_alerts(at(1), letters(Change::Begins(finding(2))), true).await.unwrap();
    let names = |alerts: Vec<store::Alert>| alerts.iter().map(|alert| alert.rule.to_string()).collect::<Vec<_>>();
    assert_eq!(names(store.open_alerts().await.unwrap()), ["measure:1", "dead_letters"], "the oldest first");
    settle(&store, at(2), 1, Change::Ends).await;
    store.settle_alerts(at(3), letters(Change::Ends), true).await.unwrap();
    assert_eq!(names(store.ended_alerts(0).await.unwrap()), ["dead_letters", "measure:1"], "the last first");
    assert_eq!(names(store.ended_alerts(1).await.unwrap()), ["measure:1"]);
    assert_eq!(store.ended_alerts_num().await.unwrap(), 2);
    // It reads every row of these two, and fails on a rule that it does not know.
    let mut connection = AnyConnection::connect(&url(&folder)).await.unwrap();
    for table in ["alerts", "alert_rules"] {
        let sql = sqlx::AssertSqlSafe(format!("select rule from {table}"));
        for row in sqlx::query(sql).fetch_all(&mut connection).await.unwrap() {
            let rule: String = row.get(0);
            assert!(RuleKind::named(&rule).is_some(), "{rule} in {table}");
        }
    }
    let second = "insert into measure_alerts
            (rule_id, title, topic, measure, digits, is_above, minutes, began_at, words, figure, threshold)
        select rule_id, title, topic, measure, digits, is_above, minutes, began_at, words, figure, threshold
          from measure_alerts";
    sqlx::query(second).execute(&mut connection).await.unwrap();
    let refused = sqlx::query(second).execute(&mut connection).await.unwrap_err().to_string();
    assert!(refused.contains("UNIQUE"), "{refused}");
}

#[tokio::test]
async fn alerts_of_measures_stay_within_their_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder).await;
    add(&store, above(4_000)).await;
    let start = store.now();
    for round in 0..1_010 {
        let at = start.plus_micros(round * SECOND);
        let title = String::new;
        let begins = MeasureChange { rule_id: 1, title: title(), change: Change::Begins(finding(round)) };
        let ends = MeasureChange { rule_id: 1, title: title(), change: Change::Ends };
        store.settle_measure_alerts(at, vec![begins, ends], false).await.unwrap();
    }
    assert_eq!(store.ended_alerts_num().await.unwrap(), 1_000);
    assert_eq!(store.ended_alerts(999).await.unwrap().remove(0).figure, 10, "the oldest gave way");
}
