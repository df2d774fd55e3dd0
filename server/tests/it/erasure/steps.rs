//! The steps on both dialects: bounded, cheap by an index, exact at the boundary, whole over a repetition.

use super::{ANN, Databases, OLD_ORDERS, forget, insert_old, kept, open, place};
use crate::harness::database::Database;
use crate::harness::kept_letter::kept_letter;
use crate::harness::postgres::Postgres;
use crate::harness::run;
use domain::{Comment, DiscardReason, Email, NewFeedback, Stars, Timestamp};
use std::collections::BTreeSet;
use store::{ADDRESSES_PER_STEP_MAX, Batch, Clock, DeadLetter, Erased, ErasureDesk, Handled};
use streams::{LatestEvent, NewEvent, Topic};

#[test]
fn a_step_is_bounded_and_orders_go_on_between_two() {
    run(async {
        let databases = Databases::start();
        for url in databases.urls() {
            let store = open(&url).await;
            let mut database = Database::open(&url).await;
            insert_old(&mut database, &url, OLD_ORDERS, "old@example.com").await;
            let before = store.now();
            let mut steps = Vec::new();
            loop {
                let erased = store.erase_addresses_before(before).await.unwrap();
                steps.push(erased);
                let left = OLD_ORDERS - steps.iter().sum::<i64>();
                assert_eq!(kept(&mut database).await, left + steps.len() as i64 - 1, "{url}");
                if erased < ADDRESSES_PER_STEP_MAX {
                    break;
                }
                place(&store, steps.len() as u128, ANN).await;
            }
            assert_eq!(steps, [ADDRESSES_PER_STEP_MAX, ADDRESSES_PER_STEP_MAX, 1]);
            assert_eq!(kept(&mut database).await, 2, "new orders keep theirs");
            store.close().await;
        }
    });
}

#[test]
fn an_order_made_at_the_boundary_keeps_its_address() {
    run(async {
        let databases = Databases::start();
        for url in databases.urls() {
            let store = open(&url).await;
            let mut database = Database::open(&url).await;
            insert_old(&mut database, &url, 5, ANN).await;
            let at = Timestamp::from_micros(3);
            assert_eq!(store.erase_addresses_before(at).await.unwrap(), 2, "{url}");
            let left = database.texts("select cast(event_time as text) from orders where email <> '' order by 1").await;
            assert_eq!(left, [[Some("3".to_owned())], [Some("4".to_owned())], [Some("5".to_owned())]]);
            assert_eq!(store.erase_addresses_before(at).await.unwrap(), 0, "{url}");
            store.close().await;
        }
    });
}

#[test]
fn old_addresses_are_found_by_an_index() {
    run(async {
        let databases = Databases::start();
        for url in databases.urls() {
            let store = open(&url).await;
            let mut database = Database::open(&url).await;
            insert_old(&mut database, &url, 20_000, "old@example.com").await;
            database.execute("update orders set email = '' where event_time < 19900").await;
            database.execute("analyze").await;
            let sql = "select id from orders where email <> '' and event_time < 1000 order by event_time limit 500";
            let is_sqlite = url.starts_with("sqlite");
            let plan = if is_sqlite {
                database.plan(&format!("explain query plan {sql}"), 3).await
            } else {
                database.plan(&format!("explain {sql}"), 0).await
            };
            assert!(plan.contains("orders_by_kept_email"), "{plan}");
            store.close().await;
        }
    });
}

#[test]
fn two_servers_may_erase_at_once() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let (one, other) = (open(&postgres.url).await, open(&postgres.url).await);
        let mut database = Database::open(&postgres.url).await;
        insert_old(&mut database, &postgres.url, OLD_ORDERS, ANN).await;
        let before = one.now();
        let mut erased = 0;
        while kept(&mut database).await > 0 {
            let step = tokio::join!(
                one.erase_addresses_before(before),
                other.erase_addresses_before(before),
                forget(&postgres.url, ANN)
            );
            erased += step.0.unwrap() + step.1.unwrap() + step.2.orders;
        }
        assert_eq!(erased, OLD_ORDERS, "each address is deleted once");
        one.close().await;
        other.close().await;
    });
}

#[test]
fn a_comment_that_waits_goes_and_its_stars_count() {
    run(async {
        let databases = Databases::start();
        for url in databases.urls() {
            let store = open(&url).await;
            let token = place(&store, 1, "ANN@example.com").await;
            let said = |stars, words: &str| NewFeedback {
                stars: Stars::from_number(stars).unwrap(),
                comment: Comment::parse(words).unwrap(),
            };
            store.give_feedback(token.clone(), said(4, "my words")).await.unwrap();
            let found = Erased { orders: 1, comments: 1, events: 1, ..Erased::default() };
            let mut desk = ErasureDesk::open(url.trim_end_matches("?mode=rwc"), Clock::default()).await.unwrap();
            assert_eq!(desk.find(&Email::parse(ANN).unwrap()).await.unwrap(), found, "{url}");
            desk.close().await;
            assert_eq!(forget(&url, ANN).await, found, "{url}");
            assert!(forget(&url, ANN).await.is_nothing(), "{url}");
            let mut database = Database::open(&url).await;
            let waiting = "select count(*) from outbox where topic = 'feedback' and payload";
            assert_eq!(database.number(&format!("{waiting} like '%my words%'")).await, 0);
            assert_eq!(
                database.number(&format!("{waiting} = '{{\"order_id\":1,\"stars\":4,\"comment\":null}}'")).await,
                1
            );

            let last = store.outbox_last_id().await.unwrap().unwrap();
            store.count(Batch { own: BTreeSet::from([last - 1, last]), ..Batch::default() }).await.unwrap();
            let figures = store.figures_since(store.first_minute()).await.unwrap();
            assert_eq!((figures.total_orders_num, figures.total_feedback_stars), (1, 4), "{url}");
            // What was not said before may be said afterwards.
            let second = place(&store, 2, ANN).await;
            forget(&url, ANN).await;
            store.give_feedback(second.clone(), said(5, "new words")).await.unwrap();
            assert_eq!(store.receipt(&second).await.unwrap().unwrap().email, None);
            assert_eq!(database.number("select count(*) from feedback where comment = 'new words'").await, 1);
            store.close().await;
        }
    });
}

#[test]
fn the_last_records_are_a_few_and_forget_too() {
    run(async {
        let databases = Databases::start();
        for url in databases.urls() {
            let store = open(&url).await;
            let (topic, event_time) = (Topic::subscriptions(), store.now());
            let latest = |number: i64| {
                let who = if number % 2 == 0 { "Ann@Example.com" } else { "joann@example.com" };
                let texts = [("who".to_owned(), who.to_owned()), ("number".to_owned(), number.to_string())].into();
                LatestEvent { topic, event_time, is_foreign: true, texts }
            };
            store.count(Batch { latest: (0..15).map(latest).collect(), ..Batch::default() }).await.unwrap();
            // The dashboard shows its own.
            let order = LatestEvent { topic: Topic::new_orders(), ..latest(0) };
            let more: Vec<_> = (15..25).map(latest).chain([order]).collect();
            store.count(Batch { latest: more, ..Batch::default() }).await.unwrap();
            let kept = async |topic| store.latest_events(topic).await.unwrap();
            assert_eq!(kept(topic).await, (5..25).rev().map(latest).collect::<Vec<_>>(), "{url}");
            assert_eq!(kept(Topic::new_orders()).await, [], "{url}");

            assert_eq!(forget(&url, ANN).await, Erased { latest: 10, ..Erased::default() }, "{url}");
            let expected: Vec<_> = (5..25).rev().filter(|number| number % 2 != 0).map(latest).collect();
            assert_eq!(kept(topic).await, expected, "{url}");
            assert!(forget(&url, ANN).await.is_nothing(), "{url}");
            store.close().await;
        }
    });
}

#[test]
fn letters_of_every_page_are_cleared_and_stay_where_they_were() {
    run(async {
        let databases = Databases::start();
        for url in databases.urls() {
            let store = open(&url).await;
            let letter = |offset: i64| {
                let value = if offset % 3 == 0 { "to: Ann@Example.com" } else { "to: joann@example.com" };
                let headers = vec![(b"\xff".to_vec(), Some(b"\0".to_vec()))];
                let kept = kept_letter(offset, "the value is not JSON", value.as_bytes(), store.now());
                DeadLetter { headers, timestamp_millis: None, ..kept }
            };
            let keep = async || {
                let dead_letters = (0..45).map(letter).collect();
                store.count(Batch { dead_letters, ..Batch::default() }).await.unwrap();
            };
            keep().await;
            assert_eq!(forget(&url, ANN).await, Erased { letters: 15, ..Erased::default() }, "{url}");
            // Read once more, none is kept anew.
            keep().await;
            assert!(forget(&url, ANN).await.is_nothing(), "{url}");
            let mut database = Database::open(&url).await;
            let erased =
                "select count(*), cast(sum(kept_bytes) as bigint) from dead_letters where erased_at is not null";
            assert_eq!(database.numbers(erased).await, [15, 0]);
            assert_eq!(database.number("select count(*) from dead_letters where record_value is not null").await, 30);

            let requests = || NewEvent { topic: Topic::web_requests(), key: None, payload: "7".to_owned() };
            assert_eq!(store.redrive(1, store.now(), requests(), Some("7".to_owned())).await.unwrap(), Handled::Erased);
            let reason = || DiscardReason::parse("forgotten").unwrap();
            assert_eq!(store.discard(1, reason()).await.unwrap(), Handled::Now);
            assert_eq!(store.discard(1, reason()).await.unwrap(), Handled::Before);
            assert_eq!(store.redrive(2, store.now(), requests(), Some("7".to_owned())).await.unwrap(), Handled::Now);
            store.close().await;
        }
    });
}
