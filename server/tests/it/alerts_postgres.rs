//! Alerts of two servers on one PostgreSQL: what both find at once begins once, is told once, and is sent by one of
//! them.

use crate::harness::postgres::Postgres;
use crate::harness::run;
use domain::alert::{Finding, Limited, MEASURE_RULES_MAX, MeasureCondition, Side};
use domain::{RuleKind, Rules, Timestamp};
use store::{Change, Claimed, Clock, DatabaseOptions, MeasureChange, MeasureRuleKept, Settled, Store, TestAsked};
use tokio::sync::mpsc;

const ROUNDS: i64 = 20;
const SECOND: i64 = 1_000_000;

async fn two_servers(postgres: &Postgres) -> (Store, Store) {
    let (clock, options) = (Clock::default(), DatabaseOptions::at(&postgres.url));
    let open = async || Store::open(&options, clock.clone(), mpsc::channel(8).0).await.unwrap();
    (open().await, open().await)
}

async fn settle(store: &Store, at: Timestamp, change: &Change) -> u32 {
    let changes = vec![(RuleKind::DeadLetters, change.clone())];
    let settled = store.settle_alerts(at, changes, true).await.unwrap();
    settled.began + settled.ended
}

#[test]
fn two_servers_begin_tell_and_send_once() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let (one, other) = two_servers(&postgres).await;

        let mut rules = Rules::DEFAULT;
        rules.no_orders.is_on = true;
        one.set_alert_rules(rules).await.unwrap();
        assert_eq!(other.alert_rules().await.unwrap(), rules);

        let start = one.now();
        for round in 0..ROUNDS {
            let begins = Change::Begins(Finding { words: format!("{round}"), figure: round, threshold: 0 });
            for (step, change) in [begins, Change::Ends].iter().enumerate() {
                let at = start.plus_micros((round * 2 + step as i64) * SECOND);
                let (first, second) = tokio::join!(settle(&one, at, change), settle(&other, at, change));
                assert_eq!(first + second, 1, "{change:?} of round {round}");
            }
        }
        assert!(one.open_alerts().await.unwrap().is_empty());
        assert_eq!(other.ended_alerts(0).await.unwrap().len() as i64, ROUNDS);

        let mut sent: Vec<Claimed> = Vec::new();
        loop {
            let (first, second) = tokio::join!(one.claim_alert_delivery(), other.claim_alert_delivery());
            let claimed: Vec<_> = [first.unwrap(), second.unwrap()].into_iter().flatten().collect();
            if claimed.is_empty() {
                break;
            }
            for claimed in claimed {
                assert_eq!(one.settle_alert_delivery(&claimed, None).await.unwrap(), Settled::Delivered);
                sent.push(claimed);
            }
        }
        assert_eq!(sent.len() as i64, 2 * ROUNDS);
        sent.sort_by(|one, other| one.delivery.cmp(&other.delivery));
        sent.dedup_by(|one, other| one.delivery == other.delivery);
        assert_eq!(sent.len() as i64, 2 * ROUNDS, "none was claimed by both");

        assert_eq!(one.ask_alert_test().await.unwrap(), TestAsked::Made);
        let claimed = other.claim_alert_delivery().await.unwrap().unwrap();
        assert_eq!(one.settle_alert_delivery(&claimed, Some("a NUL: \0")).await.unwrap(), Settled::TriedAgain);
        assert_eq!(one.alert_deliveries().await.unwrap()[0].last_error.as_deref(), Some("a NUL: ␀"));
        one.close().await;
        other.close().await;
    });
}

async fn settle_measure(store: &Store, at: Timestamp, change: &Change) -> u32 {
    let changes = vec![MeasureChange { rule_id: 1, title: "Orders, goods".to_owned(), change: change.clone() }];
    let settled = store.settle_measure_alerts(at, changes, true).await.unwrap();
    settled.began + settled.ended
}

#[test]
fn two_servers_begin_and_tell_an_alert_of_a_measure_once() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let (one, other) = two_servers(&postgres).await;
        let above = |threshold| MeasureCondition { side: Side::Above, threshold, minutes: Limited::new(5).unwrap() };
        let add = async |store: &Store, threshold| {
            store.add_measure_rule("new_orders", "total_orders_amount", 0, above(threshold)).await.unwrap()
        };
        let (first, second) = tokio::join!(add(&one, 7), add(&other, 7));
        assert!([first, second].contains(&MeasureRuleKept::Known), "{first:?}, {second:?}");
        let rule = other.measure_rules().await.unwrap().remove(0);
        assert_eq!((rule.condition, rule.is_on), (above(7), true));
        assert_eq!(other.set_measure_rule(rule.id, true, above(8)).await.unwrap(), MeasureRuleKept::Kept);
        assert_eq!(add(&one, 9).await, MeasureRuleKept::Kept);
        assert_eq!(one.set_measure_rule(rule.id, true, above(9)).await.unwrap(), MeasureRuleKept::Known);
        assert_eq!(one.set_measure_rule(99, true, above(9)).await.unwrap(), MeasureRuleKept::Gone);
        one.delete_measure_rule(one.measure_rules().await.unwrap().pop().unwrap().id).await.unwrap();

        let start = one.now();
        let finding = |figure| Finding { words: format!("{figure}"), figure, threshold: 8 };
        for round in 0..ROUNDS {
            for (step, change) in [Change::Begins(finding(round)), Change::Ends].iter().enumerate() {
                let at = start.plus_micros((round * 2 + step as i64) * SECOND);
                let settled = tokio::join!(settle_measure(&one, at, change), settle_measure(&other, at, change));
                assert_eq!(settled.0 + settled.1, 1, "{change:?} of round {round}");
            }
        }
        let at = start.plus_micros(3_600 * SECOND);
        settle_measure(&one, at, &Change::Begins(finding(20))).await;
        settle_measure(&other, at, &Change::Holds(finding(21))).await;
        settle(&one, at, &Change::Begins(finding(1))).await;
        let open = other.open_alerts().await.unwrap();
        let told: Vec<_> = open.iter().map(|alert| (alert.rule.to_string(), alert.figure)).collect();
        assert_eq!(told, [("dead_letters".to_owned(), 1), (format!("measure:{}", rule.id), 21)]);
        assert!(open[1].id >= 1_000_000_000 && open[1].measured.as_ref().unwrap().minutes == 5, "{open:?}");
        let ended = other.ended_alerts(0).await.unwrap();
        assert_eq!((ended.len() as i64, other.ended_alerts_num().await.unwrap()), (ROUNDS, ROUNDS));
        assert_eq!(one.measure_rules().await.unwrap().len(), 1);
        for threshold in 100..99 + MEASURE_RULES_MAX {
            assert_eq!(add(&one, threshold).await, MeasureRuleKept::Kept);
        }
        assert_eq!(add(&one, 1_000).await, MeasureRuleKept::TooMany);
        one.close().await;
        other.close().await;
    });
}
