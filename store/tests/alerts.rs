//! Alerts as the store keeps them: rules as they were set, one open alert of a rule, messages that are claimed, tried
//! again and given up, and all of it within its bounds.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use domain::alert::{Finding, Limited, OpeningHours, TimeOfDay};
use domain::{RuleKind, Rules, Timestamp};
use sqlx::{AnyConnection, Connection, Row};
use store::{Change, Clock, DatabaseOptions, Settled, Settlement, Store, TestAsked};
use tempfile::TempDir;
use tokio::sync::mpsc;

const SECOND: i64 = 1_000_000;
const LETTERS: RuleKind = RuleKind::DeadLetters;

struct Kept {
    store: Store,
    clock: Clock,
    folder: TempDir,
}

async fn kept() -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::default();
    let store = open(&folder, &clock).await;
    Kept { store, clock, folder }
}

async fn open(folder: &TempDir, clock: &Clock) -> Store {
    Store::open(&DatabaseOptions::at(url(folder)), clock.clone(), mpsc::channel(8).0).await.unwrap()
}

fn url(folder: &TempDir) -> String {
    format!("sqlite://{}/pantry.db", folder.path().display())
}

fn finding(figure: i64) -> Finding {
    Finding { words: format!("{figure} records could not be read."), figure, threshold: 0 }
}

fn begins(figure: i64) -> Change {
    Change::Begins(finding(figure))
}

fn holds(figure: i64) -> Change {
    Change::Holds(finding(figure))
}

impl Kept {
    async fn settle(&self, seen_at: Timestamp, change: Change) -> (u32, u32) {
        let Settlement { began, ended } =
            self.store.settle_alerts(seen_at, vec![(LETTERS, change)], true).await.unwrap();
        (began, ended)
    }

    async fn number(&self, sql: &'static str) -> i64 {
        let mut connection = AnyConnection::connect(&url(&self.folder)).await.unwrap();
        sqlx::query(sql).fetch_one(&mut connection).await.unwrap().get(0)
    }
}

#[tokio::test]
async fn rules_are_kept_as_they_were_set() {
    let Kept { store, clock, folder } = kept().await;
    assert_eq!(store.alert_rules().await.unwrap(), Rules::DEFAULT, "until the owner has chosen");
    let time = |text| TimeOfDay::parse(text).unwrap();
    let mut rules = Rules { low_revenue_is_on: true, dead_letters_is_on: false, ..Rules::DEFAULT };
    rules.no_orders.is_on = true;
    rules.no_orders.minutes = Limited::new(45).unwrap();
    rules.no_orders.hours = OpeningHours { opens_at: time("18:00"), closes_at: time("02:30") };
    rules.many_requests.is_on = true;
    rules.many_requests.per_minute = Limited::new(7).unwrap();
    rules.waiting_events.is_on = false;
    rules.waiting_events.seconds = Limited::new(5).unwrap();
    store.set_alert_rules(rules).await.unwrap();
    store.set_alert_rules(rules).await.unwrap();
    store.close().await;
    assert_eq!(open(&folder, &clock).await.alert_rules().await.unwrap(), rules, "also after a restart");
}

#[tokio::test]
async fn a_rule_has_one_open_alert_and_each_change_one_message() {
    let kept = kept().await;
    let began_at = kept.store.now();
    let later = began_at.plus_micros(SECOND);
    assert_eq!(kept.settle(began_at, Change::Ends).await, (0, 0), "there is nothing to end");
    assert_eq!(kept.settle(began_at, begins(3)).await, (1, 0));
    assert_eq!(kept.settle(later, begins(4)).await, (0, 0), "it is open already");
    let open = kept.store.open_alerts().await.unwrap();
    assert_eq!((open.len(), open[0].figure, open[0].began_at, open[0].ended_at), (1, 3, began_at, None));
    // What is found meanwhile is noted and no news, unless it was seen before the alert began.
    assert_eq!(kept.settle(later, holds(5)).await, (0, 0));
    assert_eq!(kept.settle(began_at.plus_micros(-1), holds(6)).await, (0, 0));
    let open = kept.store.open_alerts().await.unwrap();
    assert_eq!(
        (open[0].figure, open[0].words.as_str(), open[0].began_at),
        (5, "5 records could not be read.", began_at)
    );
    assert_eq!(kept.settle(later, Change::Ends).await, (0, 1));
    assert_eq!(kept.settle(later, Change::Ends).await, (0, 0), "it has ended already");
    assert_eq!(kept.settle(later, holds(7)).await, (0, 0), "nor is an ended one written again");
    assert!(kept.store.open_alerts().await.unwrap().is_empty());
    let ended = kept.store.ended_alerts(0).await.unwrap();
    assert_eq!(
        (ended.len(), ended[0].ended_at, ended[0].words.as_str()),
        (1, Some(later), "5 records could not be read.")
    );
    let whats: Vec<_> = kept.store.alert_deliveries().await.unwrap().into_iter().map(|sent| sent.what).collect();
    assert_eq!(whats, ["Dead letters ended", "Dead letters began"]);
}

#[tokio::test]
async fn two_that_begin_at_once_begin_one() {
    let kept = kept().await;
    let now = kept.store.now();
    let settled = futures_of(&kept.store, now).await;
    assert_eq!(settled.iter().map(|settled| settled.began).sum::<u32>(), 1, "{settled:?}");
    assert_eq!(kept.number("select count(*) from alert_deliveries").await, 1);
    // And the database itself refuses a second one, whoever writes it.
    let mut connection = AnyConnection::connect(&url(&kept.folder)).await.unwrap();
    let second = "insert into alerts (rule, began_at, words, figure, threshold) values ('dead_letters', 1, '', 1, 0)";
    assert!(sqlx::query(second).execute(&mut connection).await.unwrap_err().to_string().contains("UNIQUE"));
}

async fn futures_of(store: &Store, now: Timestamp) -> Vec<Settlement> {
    let tasks: Vec<_> = (0..8)
        .map(|figure| {
            let store = store.clone();
            tokio::spawn(async move { store.settle_alerts(now, vec![(LETTERS, begins(figure))], true).await.unwrap() })
        })
        .collect();
    let mut settled = Vec::new();
    for task in tasks {
        settled.push(task.await.unwrap());
    }
    settled
}

#[tokio::test]
async fn what_was_seen_before_changes_nothing_that_came_after() {
    let kept = kept().await;
    let early = kept.store.now();
    let late = early.plus_micros(10 * SECOND);
    assert_eq!(kept.settle(late, begins(1)).await, (1, 0));
    assert_eq!(kept.settle(early, Change::Ends).await, (0, 0), "it began after that was seen");
    assert_eq!(kept.settle(late.plus_micros(1), Change::Ends).await, (0, 1));
    assert_eq!(kept.settle(early, begins(1)).await, (0, 0), "it ended after that was seen");
    assert_eq!(kept.settle(late.plus_micros(2), begins(1)).await, (1, 0));
}

#[tokio::test]
async fn without_a_webhook_nothing_is_put_on_its_way() {
    let kept = kept().await;
    let settled = kept.store.settle_alerts(kept.store.now(), vec![(LETTERS, begins(1))], false).await.unwrap();
    assert_eq!(settled.began, 1);
    assert!(kept.store.alert_deliveries().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_message_is_claimed_once_and_again_when_its_sender_is_gone() {
    let kept = kept().await;
    kept.settle(kept.store.now(), begins(2)).await;
    let first = kept.store.claim_alert_delivery().await.unwrap().unwrap();
    assert_eq!(first.attempt, 1);
    let body: serde_json::Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!(body["delivery"], first.delivery.as_str());
    assert_eq!((&body["event"], &body["alert"]["rule"]), (&"alert.began".into(), &"dead_letters".into()));
    assert_eq!((&body["alert"]["figure"], &body["alert"]["ended_at"]), (&2.into(), &serde_json::Value::Null));
    assert_eq!(kept.store.claim_alert_delivery().await.unwrap(), None, "somebody has it");
    kept.clock.advance_micros(11 * SECOND);
    let second = kept.store.claim_alert_delivery().await.unwrap().unwrap();
    assert_eq!((second.attempt, &second.delivery, &second.body), (2, &first.delivery, &first.body));
    // The first sender was only slow: its failure changes nothing, its success counts.
    assert_eq!(kept.store.settle_alert_delivery(&first, Some("slow")).await.unwrap(), Settled::Overtaken);
    assert_eq!(kept.store.settle_alert_delivery(&first, None).await.unwrap(), Settled::Delivered);
    assert_eq!(kept.store.settle_alert_delivery(&second, Some("late")).await.unwrap(), Settled::Overtaken);
    let listed = kept.store.alert_deliveries().await.unwrap();
    assert_eq!((listed[0].next_attempt_at, listed[0].given_up_at, &listed[0].last_error), (None, None, &None));
    assert!(listed[0].delivered_at.is_some());
}

#[tokio::test]
async fn the_end_is_not_sent_before_the_beginning() {
    let kept = kept().await;
    let now = kept.store.now();
    kept.settle(now, begins(1)).await;
    kept.settle(now.plus_micros(1), Change::Ends).await;
    let began = kept.store.claim_alert_delivery().await.unwrap().unwrap();
    assert!(began.body.contains("alert.began"));
    kept.store.settle_alert_delivery(&began, Some("answered 500")).await.unwrap();
    assert_eq!(kept.store.claim_alert_delivery().await.unwrap(), None, "the end waits with it");
    kept.clock.advance_micros(6 * SECOND);
    let began = kept.store.claim_alert_delivery().await.unwrap().unwrap();
    assert_eq!((began.attempt, began.body.contains("alert.began")), (2, true));
    kept.store.settle_alert_delivery(&began, None).await.unwrap();
    assert!(kept.store.claim_alert_delivery().await.unwrap().unwrap().body.contains("alert.ended"));
}

#[tokio::test]
async fn a_message_is_given_up_after_its_last_try() {
    let kept = kept().await;
    kept.settle(kept.store.now(), begins(1)).await;
    for attempt in 1..=12 {
        let claimed = kept.store.claim_alert_delivery().await.unwrap().unwrap_or_else(|| panic!("no try {attempt}"));
        let settled = kept.store.settle_alert_delivery(&claimed, Some(&"answered 500".repeat(99))).await.unwrap();
        assert_eq!(settled, if attempt < 12 { Settled::TriedAgain } else { Settled::GivenUp });
        kept.clock.advance_micros(3_600 * SECOND);
    }
    assert_eq!(kept.store.claim_alert_delivery().await.unwrap(), None);
    let listed = &kept.store.alert_deliveries().await.unwrap()[0];
    assert_eq!((listed.attempts, listed.next_attempt_at, listed.given_up_at.is_some()), (12, None, true));
    assert_eq!(listed.last_error.as_ref().unwrap().len(), 200, "an error is cut");
}

#[tokio::test]
async fn one_test_waits_at_a_time() {
    let kept = kept().await;
    assert_eq!(kept.store.ask_alert_test().await.unwrap(), TestAsked::Made);
    assert_eq!(kept.store.ask_alert_test().await.unwrap(), TestAsked::Waits);
    let claimed = kept.store.claim_alert_delivery().await.unwrap().unwrap();
    kept.store.settle_alert_delivery(&claimed, None).await.unwrap();
    assert_eq!(kept.store.ask_alert_test().await.unwrap(), TestAsked::Made);
}

#[tokio::test]
async fn history_and_messages_stay_within_their_bounds() {
    let kept = kept().await;
    let start = kept.store.now();
    for round in 0..1_010 {
        let at = start.plus_micros(round * SECOND);
        let changes = vec![(LETTERS, begins(round)), (LETTERS, Change::Ends)];
        kept.store.settle_alerts(at, changes, true).await.unwrap();
    }
    assert_eq!(kept.number("select count(*) from alerts").await, 1_000);
    assert_eq!(kept.number("select min(figure) from alerts").await, 10, "the oldest gave way");
    assert_eq!(kept.number("select count(*) from alert_deliveries where next_attempt_at is not null").await, 500);
    assert_eq!(kept.number("select count(*) from alert_deliveries where given_up_at is not null").await, 1_000);
    assert_eq!(kept.store.ended_alerts_num().await.unwrap(), 1_000);
    for (skip, listed, first) in [(0, 50, Some(1_009)), (50, 50, Some(959)), (990, 10, Some(19)), (1_000, 0, None)] {
        let ended = kept.store.ended_alerts(skip).await.unwrap();
        assert_eq!((ended.len(), ended.first().map(|alert| alert.figure)), (listed, first), "after {skip}");
    }
    assert_eq!(kept.store.alert_deliveries().await.unwrap().len(), 20);
}
