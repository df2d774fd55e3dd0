//! Events as they stand in Kafka: the exact text, and the names that are a contract.

use domain::{Comment, Event, EventBody, Figures, ForeignRecord, Money, PagePath, Stars, Timestamp, Topic, ViewKind};
use proptest::prelude::*;

const SOURCE: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

fn event(event_id: i64, body: EventBody) -> Event {
    let event_time = Timestamp::parse_rfc3339("2026-11-22T12:00:00.123456Z").expect("a time");
    Event { event_id, event_time, body }
}

#[test]
fn an_order_has_exactly_this_text() {
    let body =
        EventBody::Order { order_id: 17, order_amount: 3, order_total_price: Money::from_cents(4_550), is_paid: true };
    let event = event(90_121, body);
    assert_eq!(
        event.value(SOURCE),
        format!(
            r#"{{"order_id":17,"order_amount":3,"order_total_price":45.50,"is_paid":true,"event_id":90121,"source":"{SOURCE}","event_time":"2026-11-22T12:00:00.123456Z"}}"#
        )
    );
    assert_eq!(event.key().as_deref(), Some("17"));
    assert_eq!(event.topic(), Topic::NewOrders);
}

#[test]
fn a_page_view_has_exactly_this_text() {
    let event = event(90_122, EventBody::PageView { path: PagePath::OrderNew, kind: ViewKind::Page });
    assert_eq!(
        event.value(SOURCE),
        format!(
            r#"{{"path":"/order-new","kind":"page","event_id":90122,"source":"{SOURCE}","event_time":"2026-11-22T12:00:00.123456Z"}}"#
        )
    );
    assert_eq!(event.key(), None);
    assert_eq!(event.topic(), Topic::WebRequests);
}

#[test]
fn feedback_has_exactly_this_text() {
    let comment = Comment::parse("Fresh, \"quick\".").expect("a line");
    let stars = Stars::from_number(5).expect("stars");
    let event = event(90_124, EventBody::Feedback { order_id: 17, stars, comment });
    assert_eq!(
        event.value(SOURCE),
        format!(
            r#"{{"order_id":17,"stars":5,"comment":"Fresh, \"quick\".","event_id":90124,"source":"{SOURCE}","event_time":"2026-11-22T12:00:00.123456Z"}}"#
        )
    );
    assert_eq!(event.key().as_deref(), Some("17"));
    assert_eq!(event.topic(), Topic::Feedback);
}

#[test]
fn a_redriven_letter_has_the_tutorials_fields() {
    let redriven = |record| event(90_123, EventBody::Redriven { dead_letter_id: 5, record });
    let tail = format!(r#""event_id":90123,"source":"{SOURCE}","event_time":"2026-11-22T12:00:00.123456Z"}}"#);
    let requests = redriven(ForeignRecord::requests(12));
    assert_eq!(requests.value(SOURCE), format!(r#"{{"requests_num":12,{tail}"#));
    assert_eq!((requests.key(), requests.topic()), (None, Topic::WebRequests));
    assert_eq!(Figures::of(&requests.body), Figures::requests(12));
    let price = Money::from_cents(4_550);
    let record = ForeignRecord::Order { order_id: 17, order_amount: 3, order_total_price: price, is_paid: false };
    let order = redriven(record);
    let fields = r#"{"order_id":17,"order_amount":3,"order_total_price":45.50,"is_paid":false,"#;
    assert_eq!(order.value(SOURCE), format!("{fields}{tail}"));
    assert_eq!((order.key().as_deref(), order.topic()), (Some("17"), Topic::NewOrders));
    assert_eq!(Figures::of(&order.body), Figures::order(3, price, false));
    let stars = Stars::from_number(2).expect("stars");
    let feedback = redriven(ForeignRecord::Feedback { order_id: 17, stars });
    assert_eq!(feedback.value(SOURCE), format!(r#"{{"order_id":17,"stars":2,"comment":null,{tail}"#));
    assert_eq!((feedback.key().as_deref(), feedback.topic()), (Some("17"), Topic::Feedback));
    assert_eq!(Figures::of(&feedback.body), Figures::feedback(stars));
}

#[test]
fn names_are_a_contract() {
    assert_eq!(Topic::ALL.map(Topic::name), ["feedback", "new_orders", "web_requests"]);
    assert_eq!(Topic::ALL.map(Topic::dead_letter_name), ["feedback.dlq", "new_orders.dlq", "web_requests.dlq"]);
    assert_eq!(PagePath::ALL.map(PagePath::path), ["/", "/order-new", "/order-new-complete", "/my-orders"]);
    assert_eq!([ViewKind::Page, ViewKind::Navigation].map(ViewKind::name), ["page", "navigation"]);
}

#[test]
fn names_read_back_and_others_do_not() {
    for topic in Topic::ALL {
        assert_eq!(Topic::named(topic.name()), Some(topic));
        assert_eq!(topic.to_string(), topic.name());
        assert_eq!(Topic::named(topic.dead_letter_name()), None);
        assert_eq!(serde_json::to_string(&topic).unwrap(), format!("\"{topic}\""));
    }
    for page in PagePath::ALL {
        assert_eq!(PagePath::parse(page.path()), Some(page));
    }
    for path in ["", "//", "/order-new/", "/order-new?x=1", "/ORDER-NEW", "/admin", "/admin/metrics", "order-new"] {
        assert_eq!(PagePath::parse(path), None, "{path}");
    }
    for kind in [ViewKind::Page, ViewKind::Navigation] {
        assert_eq!(ViewKind::named(kind.name()), Some(kind));
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
    }
    for name in ["", "Page", "pages"] {
        assert_eq!(ViewKind::named(name), None, "{name}");
    }
}

proptest! {
    #[test]
    fn every_order_is_json_that_keeps_the_price_to_the_cent(
        ids in (1..i64::MAX, 1..i64::MAX),
        order_amount in 1..=500_i64,
        cents in any::<i64>(),
        is_paid in any::<bool>(),
        micros in 0..=Timestamp::MAX.micros(),
    ) {
        let price = Money::from_cents(cents);
        let body = EventBody::Order { order_id: ids.0, order_amount, order_total_price: price, is_paid };
        let event = Event { event_id: ids.1, event_time: Timestamp::from_micros(micros), body };
        let value = event.value(SOURCE);
        let members: std::collections::BTreeMap<String, Box<serde_json::value::RawValue>> =
            serde_json::from_str(&value).expect("an object");
        prop_assert_eq!(members.len(), 7);
        prop_assert_eq!(Money::parse_decimal(members["order_total_price"].get()), Some(price));
        prop_assert_eq!(members["event_id"].get(), ids.1.to_string());
        prop_assert_eq!(members["event_time"].get(), format!("\"{}\"", event.event_time));
    }
}
