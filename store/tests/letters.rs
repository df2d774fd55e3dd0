//! Dead letters as the store keeps them: within their budget, and not longer than they are wanted.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use domain::DiscardReason;
use store::{Batch, Clock, DatabaseOptions, DeadLetter, DeadLetterCounts, Store};
use streams::{NewEvent, Topic};
use tempfile::TempDir;
use tokio::sync::mpsc;

const HOUR_MICROS: i64 = 3_600_000_000;
/// Letters that are kept whole within an hour, and in all.
const HOUR_LETTERS_MAX: i64 = 1_000;
const LETTERS_MAX: i64 = 10_000;

async fn store() -> (Store, Clock, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::default();
    let options = DatabaseOptions::at(format!("sqlite://{}/pantry.db", folder.path().display()));
    let store = Store::open(&options, clock.clone(), mpsc::channel(8).0).await.unwrap();
    (store, clock, folder)
}

fn letter(store: &Store, offset: i64) -> DeadLetter {
    DeadLetter {
        log: "a log".to_owned(),
        generation: 0,
        topic: Topic::web_requests(),
        partition: 0,
        offset,
        reason: "the value is not JSON".to_owned(),
        key: None,
        value: Some(b"bad".to_vec()),
        headers: vec![(b"\xff".to_vec(), Some(b"\0".to_vec()))],
        timestamp_millis: None,
        seen_at: store.now(),
    }
}

async fn keep(store: &Store, offsets: impl Iterator<Item = i64>) {
    let dead_letters = offsets.map(|offset| letter(store, offset)).collect();
    store.count(Batch { dead_letters, ..Batch::default() }).await.unwrap();
}

#[tokio::test]
async fn beyond_an_hours_letters_offsets_are_kept_in_one_range() {
    let (store, clock, _folder) = store().await;
    keep(&store, 0..HOUR_LETTERS_MAX - 1).await;
    // Every other record is bad, and the batches meet.
    keep(&store, (2_000..2_010).step_by(2)).await;
    keep(&store, (2_009..2_019).step_by(2)).await;
    let counts = store.dead_letter_counts().await.unwrap();
    assert_eq!(counts, DeadLetterCounts { open: HOUR_LETTERS_MAX, by_offset: 9 });
    let ranges = store.dead_letters(None).await.unwrap().ranges;
    let ranges: Vec<_> = ranges.iter().map(|range| (range.first_offset, range.last_offset, range.records)).collect();
    assert_eq!(ranges, [(2_002, 2_017, 9)]);

    clock.advance_micros(HOUR_MICROS + 1);
    keep(&store, 3_000..3_002).await;
    assert_eq!(store.dead_letter_counts().await.unwrap().open, HOUR_LETTERS_MAX + 2);
}

#[tokio::test]
async fn there_is_a_limit_for_all_hours() {
    let (store, clock, _folder) = store().await;
    for hour in 0..=LETTERS_MAX / HOUR_LETTERS_MAX {
        keep(&store, hour * HOUR_LETTERS_MAX..(hour + 1) * HOUR_LETTERS_MAX).await;
        clock.advance_micros(HOUR_MICROS + 1);
    }
    let counts = store.dead_letter_counts().await.unwrap();
    assert_eq!(counts, DeadLetterCounts { open: LETTERS_MAX, by_offset: HOUR_LETTERS_MAX });
}

#[tokio::test]
async fn handled_letters_make_way_when_the_total_is_used_up() {
    let (store, clock, _folder) = store().await;
    for hour in 0..LETTERS_MAX / HOUR_LETTERS_MAX {
        keep(&store, hour * HOUR_LETTERS_MAX..(hour + 1) * HOUR_LETTERS_MAX).await;
        clock.advance_micros(HOUR_MICROS + 1);
    }
    for id in 1..=3 {
        store.discard(id, DiscardReason::parse("why").unwrap()).await.unwrap();
    }
    keep(&store, LETTERS_MAX..LETTERS_MAX + 5).await;
    let counts = store.dead_letter_counts().await.unwrap();
    assert_eq!(counts, DeadLetterCounts { open: LETTERS_MAX, by_offset: 2 });
    assert!(store.dead_letter(3).await.unwrap().is_none() && store.dead_letter(4).await.unwrap().is_some());
}

#[tokio::test]
async fn what_was_dealt_with_goes_and_what_waits_stays() {
    let (store, clock, _folder) = store().await;
    keep(&store, 0..300).await;
    for id in 1..=250 {
        store.discard(id, DiscardReason::parse("why").unwrap()).await.unwrap();
    }
    // Sent back, and not counted yet.
    store
        .redrive(251, store.now(), NewEvent { topic: Topic::web_requests(), key: None, payload: "1".to_owned() }, None)
        .await
        .unwrap();
    assert!(!store.delete_handled_letters(store.now().plus_micros(-1_000_000_000)).await.unwrap());
    clock.advance_micros(HOUR_MICROS);
    assert!(store.delete_handled_letters(store.now()).await.unwrap(), "more than one step deletes");
    assert!(!store.delete_handled_letters(store.now()).await.unwrap());
    assert!(store.dead_letter(250).await.unwrap().is_none());
    assert!(store.dead_letter(251).await.unwrap().is_some(), "it waits in the outbox");
    assert_eq!(store.dead_letter_counts().await.unwrap().open, 49);
}
