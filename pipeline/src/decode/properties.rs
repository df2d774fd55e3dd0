//! Properties of `decode`: it never panics, and it tells its own events from those of others.

use super::tests::{OTHER, OWN, value};
use super::*;
use domain::{EventBody, Money, PagePath, ViewKind};
use proptest::prelude::*;
use streams::{Event, Streams};

fn any_body() -> impl Strategy<Value = EventBody> {
    let orders = (1..i64::MAX, 1..=500_i64, 0..100_000_000_000_i64, any::<bool>()).prop_map(
        |(order_id, order_amount, cents, is_paid)| EventBody::Order {
            order_id,
            order_amount,
            order_total_price: Money::from_cents(cents),
            is_paid,
        },
    );
    let paths = proptest::sample::select(&PagePath::ALL);
    let kinds = proptest::sample::select(&[ViewKind::Page, ViewKind::Navigation]);
    let views = (paths, kinds, any::<Option<bool>>()).prop_map(|(path, kind, is_visit)| EventBody::PageView {
        path,
        kind,
        is_visit,
    });
    prop_oneof![orders, views]
}

proptest! {
    #[test]
    fn never_panics(
        bytes in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..200)),
        source in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..40)),
        event_id in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..20)),
        timestamp_millis in any::<Option<i64>>(),
    ) {
        for topic in Streams::own().all().iter().copied() {
            let record = RawRecord {
                topic,
                value: bytes.as_deref(),
                source: source.as_deref(),
                event_id: event_id.as_deref(),
                timestamp_millis,
            };
            let _ = decode(OWN, &record);
        }
    }

    #[test]
    fn never_panics_on_almost_json(text in r#"[\[\]{}:,"a-z0-9.eE+\- \\\x00]{0,60}"#) {
        for topic in Streams::own().all().iter().copied() {
            let _ = value(topic, text.as_bytes());
        }
    }

    #[test]
    fn knows_its_own_events_and_those_of_others(
        event_id in 1..i64::MAX,
        micros in 0..=Timestamp::MAX.micros(),
        body in any_body(),
    ) {
        let event = Event { event_id, event_time: Timestamp::from_micros(micros), body: (&body).into() };
        let own = event.value(OWN);
        prop_assert_eq!(value(event.body.topic, own.as_bytes()), Decoded::Own { event_id: Some(event_id) });
        let others = event.value(OTHER);
        prop_assert_eq!(value(event.body.topic, others.as_bytes()), Decoded::OtherShop);
    }
}
