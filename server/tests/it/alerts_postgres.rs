//! Alerts of two servers on one PostgreSQL: what both find at once begins once, is told once, and is sent by one of
//! them.

use crate::harness::postgres::Postgres;
use crate::harness::run;
use domain::alert::Finding;
use domain::{RuleKind, Rules, Timestamp};
use store::{Change, Claimed, Clock, DatabaseOptions, Settled, Store, TestAsked};
use tokio::sync::mpsc;

const ROUNDS: i64 = 20;
const SECOND: i64 = 1_000_000;

async fn settle(store: &Store, at: Timestamp, change: &Change) -> u32 {
    let changes = vec![(RuleKind::DeadLetters, change.clone())];
    let settled = store.settle_alerts(at, changes, true).await.unwrap();
    settled.began + settled.ended
}

#[test]
fn two_servers_begin_tell_and_send_once() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let clock = Clock::default();
        let options = DatabaseOptions::at(&postgres.url);
        let open = async || Store::open(&options, clock.clone(), mpsc::channel(8).0).await.unwrap();
        let (one, other) = (open().await, open().await);

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
