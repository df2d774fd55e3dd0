//! Events that come over HTTP: each counted once, whatever is sent again, and none of a request that is refused.

use crate::harness::postgres::Postgres;
use crate::harness::{OpenShop, Place, run, until_equal};
use domain::{Figures, Minute, Money};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use store::{Batch, Clock, DatabaseOptions, Incoming, IngestLimits, Ingestion, Store, TimeProblem};
use streams::{NewEvent, Topic};
use tokio::sync::mpsc;

const TOKENS: &str = "kitchen:0123456789abcdef,roof:fedcba9876543210";
const KITCHEN: &str = "0123456789abcdef";

struct Answer {
    status: StatusCode,
    retry_after: Option<u64>,
    body: Value,
}

async fn send(shop: &OpenShop, topic: &str, token: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = Client::new().post(format!("http://{}/ingest/{topic}", shop.running.addr));
    let answer = request.header("authorization", format!("Bearer {token}")).body(body).send().await.unwrap();
    let retry_after = answer.headers().get("retry-after").map(|after| after.to_str().unwrap().parse().unwrap());
    Answer { status: answer.status(), retry_after, body: answer.json().await.unwrap_or_default() }
}

/// A CloudEvent of what a customer said.
fn said(id: &str, stars: i64, time: Option<Minute>) -> String {
    let time = time.map(|time| time.start().plus_micros(30_000_000).to_string());
    let data = json!({ "order_id": 7, "stars": stars });
    json!({ "specversion": "1.0", "id": id, "source": "/desk", "type": "said", "time": time, "data": data }).to_string()
}

fn taken(new: i64, known: i64) -> Value {
    json!({ "accepted": new, "known": known })
}

#[test]
fn each_event_counts_once_in_its_own_minute() {
    run(async {
        let place = Place::new().with("INGEST_TOKENS", TOKENS);
        let shop = place.open_ready().await;
        let first = shop.close_open_minute().await;
        let body = format!("{}\n{}\n{}\n", said("a", 5, None), said("b", 4, Some(first)), said("a", 1, None));
        let answer = send(&shop, "feedback", KITCHEN, body.clone()).await;
        assert_eq!((answer.status, answer.body), (StatusCode::OK, taken(2, 1)));
        let figures = Figures { total_feedback_num: 2, total_feedback_stars: 9, ..Figures::ZERO };
        until_equal("the figures", figures, async || shop.figures().await).await;
        // Sent again, as by a device that heard no answer; by whom does not matter.
        assert_eq!(send(&shop, "feedback", "fedcba9876543210", body.clone()).await.body, taken(0, 3));

        // Bare fields; what is no feedback of this shop's does not meet its tables.
        let order = r#"{"order_id": 1, "order_amount": 2, "order_total_price": 4.5, "is_paid": true}"#;
        let orders = format!("{order}\n{order}");
        assert_eq!(send(&shop, "new_orders", KITCHEN, orders).await.body, taken(2, 0));
        let ordered = Figures::order(2, Money::from_cents(450), true);
        let figures = ordered.plus(ordered).and_then(|orders| orders.plus(figures)).unwrap();
        until_equal("the orders", figures, async || shop.figures().await).await;
        assert_eq!(shop.assert_all_agree().await, figures);
        // The late one stands in its closed minute, whose file was rendered again.
        assert_eq!((shop.row(first).total_feedback_num, shop.row(first).total_feedback_stars), (1, 4));
        assert_eq!(shop.running.store.tallies().await.unwrap().late_events, 1);
        assert_eq!(shop.database().await.own_figures().await, Figures::ZERO, "none of it is the shop's own");
        shop.close().await;

        let shop = place.open_ready().await;
        assert_eq!(send(&shop, "feedback", KITCHEN, body.clone()).await.body, taken(0, 3), "also after a restart");
        // An id is known for a day.
        shop.clock.advance_micros(25 * 3_600 * 1_000_000);
        assert_eq!(send(&shop, "feedback", KITCHEN, said("a", 5, None)).await.body, taken(1, 0));
        shop.close().await;
    });
}

#[test]
fn what_is_refused_leaves_nothing() {
    run(async {
        let place = Place::new().with("INGEST_TOKENS", TOKENS).with("INGEST_LATE_HOURS", 1);
        let shop = place.open_ready().await;
        let now = shop.open_minute();
        let refused = async |body: String| {
            let answer = send(&shop, "feedback", KITCHEN, body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
            (answer.body["line"].as_u64(), answer.body["field"].as_str().map(str::to_owned))
        };
        let good = said("a", 5, None);
        assert_eq!(refused(format!("{good}\n{}", said("b", 6, None))).await, (Some(2), Some("stars".to_owned())));
        assert_eq!(refused(format!("{good}\n{{")).await, (Some(2), None));
        assert_eq!(refused(format!("{good}\n{}", said("b", 5, Some(now.plus(3))))).await.0, Some(2), "too far ahead");
        assert_eq!(refused(said("b", 5, Some(now.plus(-61)))).await, (Some(1), Some("time".to_owned())), "too late");
        assert_eq!(refused(said("b", 5, Some(now.plus(-1)))).await.0, Some(1), "before the shop's first minute");
        assert_eq!(refused(String::new()).await.0, Some(1));

        for (topic, token, status) in [
            ("feedback", "no-such-token-at-all", StatusCode::UNAUTHORIZED),
            ("feedback", "", StatusCode::UNAUTHORIZED),
            ("feedback.dlq", KITCHEN, StatusCode::NOT_FOUND),
            ("nothing", KITCHEN, StatusCode::NOT_FOUND),
        ] {
            assert_eq!(send(&shop, topic, token, good.clone()).await.status, status, "{topic}");
        }
        let large = send(&shop, "feedback", KITCHEN, vec![b' '; 1_100_000]).await;
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(shop.running.store.outbox_last_id().await.unwrap(), None, "nothing was kept");
        // Nor its id.
        assert_eq!(send(&shop, "feedback", KITCHEN, good).await.body, taken(1, 0));

        // One that was taken is known, though it would be too late by now; what else a refused request has is not.
        let early = said("early", 5, Some(now));
        assert_eq!(send(&shop, "feedback", KITCHEN, early.clone()).await.body, taken(1, 0));
        shop.clock.advance_micros(2 * 3_600_000_000);
        assert_eq!(send(&shop, "feedback", KITCHEN, early.clone()).await.body, taken(0, 1));
        let late = format!("{early}\n{}\n{}", said("fresh", 5, None), said("late", 5, Some(now)));
        assert_eq!(refused(late).await, (Some(3), Some("time".to_owned())));
        assert_eq!(send(&shop, "feedback", KITCHEN, said("fresh", 5, None)).await.body, taken(1, 0));
        shop.close().await;
    });
}

#[test]
fn without_tokens_it_is_closed_and_a_token_has_a_rate() {
    run(async {
        let place = Place::new();
        let shop = place.open().await;
        assert_eq!(send(&shop, "feedback", KITCHEN, said("a", 5, None)).await.status, StatusCode::UNAUTHORIZED);
        shop.close().await;
        let place = place.with("INGEST_TOKENS", TOKENS).with("RATE_LIMIT_INGEST_PER_MINUTE", 2);
        let shop = place.open().await;
        for (id, status) in [("a", StatusCode::OK), ("b", StatusCode::OK), ("c", StatusCode::TOO_MANY_REQUESTS)] {
            let answer = send(&shop, "feedback", KITCHEN, said(id, 5, None)).await;
            assert_eq!((answer.status, answer.retry_after.is_some()), (status, status != StatusCode::OK), "{id}");
        }
        assert_eq!(send(&shop, "feedback", "fedcba9876543210", said("d", 5, None)).await.status, StatusCode::OK);
        shop.close().await;
    });
}

#[test]
fn postgres_understands_its_statements() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let store =
            Store::open(&DatabaseOptions::at(&postgres.url), Clock::default(), mpsc::channel(8).0).await.unwrap();
        let hour = Duration::from_secs(3_600);
        let limits = IngestLimits { dedupe: hour, late: hour };
        let incoming = |id: &str, key: Option<&str>, time| {
            let (key, payload) = (key.map(str::to_owned), "{\"stars\":5}".to_owned());
            let event = NewEvent { topic: Topic::feedback(), key, payload };
            Incoming { id: Some(("a-device".to_owned(), id.to_owned())), time, event }
        };
        let taken = |new, known| Ingestion::Taken { new, known };
        let now = store.now();
        let both = || vec![incoming("a", None, None), incoming("b", Some("\"7"), Some(now)), incoming("a", None, None)];
        assert_eq!(store.ingest(both(), limits).await.unwrap(), taken(2, 1));
        assert_eq!(store.ingest(both(), limits).await.unwrap(), taken(0, 3));
        let late = vec![incoming("c", None, Some(now.plus_micros(-7_200_000_000)))];
        let refused = store.ingest(late, limits).await.unwrap();
        assert!(matches!(refused, Ingestion::Refused { index: 0, why: TimeProblem::TooLate(_) }), "{refused:?}");
        let last = store.outbox_last_id().await.unwrap().unwrap();
        let waiting = store.outbox_page(0, last, 10).await.unwrap().events;
        let keys: BTreeSet<_> = waiting.iter().map(|event| event.body.key.as_deref()).collect();
        assert_eq!((waiting.len(), keys), (2, BTreeSet::from([None, Some("\"7")])));
        let own = waiting.iter().map(|event| event.event_id).collect();
        store.count(Batch { log: "a-log".to_owned(), own, ..Batch::default() }).await.unwrap();
        assert_eq!(store.figures_since(store.first_minute()).await.unwrap().total_feedback_stars, 10);
        assert!(!store.forget_ingested(hour).await.unwrap() && !store.forget_ingested(Duration::ZERO).await.unwrap());
        assert_eq!(store.ingest(vec![incoming("a", None, None)], limits).await.unwrap(), taken(1, 0));
        store.close().await;
    });
}
