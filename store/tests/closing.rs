//! Closing, and events over HTTP that are late: they change a closed minute and hold up no other one.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use domain::Minute;
use std::time::Duration;
use store::{Clock, Closing, DatabaseOptions, Incoming, IngestLimits, Ingestion, LogEnd, Store, Target};
use streams::{NewEvent, Topic};
use tokio::sync::mpsc;

const MINUTE_MICROS: i64 = 60_000_000;

async fn ingest(store: &Store, minute: Minute) {
    let event = NewEvent { topic: Topic::feedback(), key: None, payload: "{\"stars\":5}".to_owned() };
    let day = Duration::from_secs(86_400);
    let incoming = vec![Incoming { id: None, time: Some(minute.start()), event }];
    let taken = store.ingest(incoming, IngestLimits { dedupe: day, late: day }).await.unwrap();
    assert_eq!(taken, Ingestion::Taken { new: 1, known: 0 });
}

#[tokio::test]
async fn an_event_of_a_closed_minute_holds_up_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (clock, options) =
        (Clock::default(), DatabaseOptions::at(format!("sqlite://{}/pantry.db", folder.path().display())));
    let store = Store::open(&options, clock.clone(), mpsc::channel(8).0).await.unwrap();
    store.start_position("a-log", Topic::feedback(), 0, 0).await.unwrap();
    let end = LogEnd { topic: Topic::feedback(), partition: 0, generation: 0, offset: 0 };
    let target = || Target { log: "a-log".to_owned(), ends: vec![end] };
    let first = store.first_minute();
    clock.advance_micros(MINUTE_MICROS);
    let (second, third) = (first.plus(1), first.plus(2));
    assert_eq!(store.close_minutes(second, target()).await.unwrap(), Closing::Closed(second));

    // As a device does all the time that sends what it kept.
    ingest(&store, first).await;
    clock.advance_micros(MINUTE_MICROS);
    assert_eq!(store.close_minutes(third, target()).await.unwrap(), Closing::Closed(third));

    // One of a minute that is not closed yet is waited for.
    ingest(&store, third).await;
    clock.advance_micros(MINUTE_MICROS);
    assert_eq!(store.close_minutes(third.plus(1), target()).await.unwrap(), Closing::OutboxWaits);
    store.close().await;
}
