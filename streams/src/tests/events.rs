//! Events of the shop: the exact text of their records, what they add, and that they are as their streams declare them.

use super::read;
use crate::record::members;
use crate::{Event, GroupValue, NewEvent, SHOWN_CHARS_MAX, Streams, Topic};
use domain::{Comment, EventBody, Money, PagePath, Stars, Timestamp, ViewKind};
use serde_json::value::RawValue;

const SOURCE: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

fn event(event_id: i64, body: NewEvent) -> Event {
    let event_time = Timestamp::parse_rfc3339("2026-11-22T12:00:00.123456Z").unwrap();
    Event { event_id, event_time, body }
}

fn order(is_paid: bool) -> EventBody {
    EventBody::Order { order_id: 17, order_amount: 3, order_total_price: Money::from_cents(4_550), is_paid }
}

fn view(is_visit: Option<bool>) -> EventBody {
    EventBody::PageView { path: PagePath::OrderNew, kind: ViewKind::Page, is_visit }
}

fn feedback(comment: &str) -> EventBody {
    let comment = Comment::parse(comment).unwrap();
    EventBody::Feedback { order_id: 17, stars: Stars::from_number(5).unwrap(), comment }
}

fn sample(cpu_tenths: u16) -> EventBody {
    let server = "shelf-1".to_owned();
    EventBody::SystemStats { server, cpu_tenths, memory_tenths: 800, connections_num: 3, outbox_num: 17 }
}

/// What every record of this shop ends with.
fn tail(event_id: i64) -> String {
    format!(r#""event_id":{event_id},"source":"{SOURCE}","event_time":"2026-11-22T12:00:00.123456Z"}}"#)
}

#[test]
fn events_have_exactly_this_text() {
    for (body, key, fields) in [
        (order(true), Some("17"), r#"{"order_id":17,"order_amount":3,"order_total_price":45.50,"is_paid":true,"#),
        (view(Some(true)), None, r#"{"path":"/order-new","kind":"page","#),
        (view(None), None, r#"{"path":"/order-new","kind":"page","#),
        (feedback("Fresh, \"quick\"."), Some("17"), r#"{"order_id":17,"stars":5,"comment":"Fresh, \"quick\".","#),
        (feedback(""), Some("17"), r#"{"order_id":17,"stars":5,"comment":null,"#),
        (EventBody::Subscription { has_joined: true }, None, r#"{"change":1,"has_joined":true,"has_left":false,"#),
        (
            sample(125),
            None,
            r#"{"server":"shelf-1","cpu_percent":12.5,"memory_mib":80.0,"connections_num":3,"outbox_num":17,"#,
        ),
    ] {
        let event = event(90_121, (&body).into());
        assert_eq!(event.value(SOURCE), format!("{fields}{}", tail(90_121)), "{body:?}");
        assert_eq!(event.body.key.as_deref(), key, "{body:?}");
    }
}

/// The structs that the shop's code writes, and the declarations that all else follows from.
#[test]
fn the_shops_events_are_as_their_streams_declare_them() {
    let subscription = |has_joined| EventBody::Subscription { has_joined };
    let orders = [order(true), order(false)].into_iter();
    let others = [view(Some(true)), view(None), feedback("Fresh."), feedback(""), subscription(true)];
    for body in orders.chain(others).chain([subscription(false), sample(0), sample(1_000)]) {
        let NewEvent { topic, payload, key } = NewEvent::from(&body);
        let stream = topic.stream();
        let members = members(&payload).unwrap();
        let mut names: Vec<_> = stream.fields.iter().map(|field| field.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(members.keys().map(String::as_str).collect::<Vec<_>>(), names, "{payload}");
        let declared_key = stream.key.map(|place| members[&stream.fields[place].name].get().to_owned());
        assert_eq!(key, declared_key, "{payload}");
        let json: &RawValue = serde_json::from_str(&payload).unwrap();
        assert_eq!(stream.read(json, Some(&members)).map(|values| values.events), Ok(1), "{payload}");
    }
}

#[test]
fn own_events_add_what_they_hold() {
    for (body, totals) in [
        (order(true), vec![1, 3, 4_550, 1, 3, 4_550]),
        (order(false), vec![1, 3, 4_550, 0, 0, 0]),
        (view(Some(true)), vec![1, 1]),
        (view(Some(false)), vec![1, 0]),
        (view(None), vec![1, 0]),
        (feedback("Fresh."), vec![1, 5]),
        (EventBody::Subscription { has_joined: true }, vec![1, 0, 1]),
        (EventBody::Subscription { has_joined: false }, vec![0, 1, -1]),
        (sample(125), vec![1, 125, 125, 125, 800, 800, 800, 3, 3, 3, 17, 17, 17]),
    ] {
        let NewEvent { topic, payload, .. } = NewEvent::from(&body);
        let values = topic.stream().values(&payload);
        let expected: Vec<_> = totals.into_iter().map(Some).collect();
        assert_eq!(topic.stream().totals(&values).0, expected, "{payload}");
    }
    let values = Topic::web_requests().stream().values(&view(None).payload());
    assert_eq!(values.groups, [Some(GroupValue::Text("/order-new".to_owned()))]);
}

/// What stands in a row that was written under another declaration still counts for what can be read of it.
#[test]
fn a_payload_that_is_not_as_declared_counts_for_what_is_there() {
    let orders = Topic::new_orders().stream();
    for (payload, totals) in [
        (r#"{"order_amount":"many","is_paid":true}"#, [1, 0, 0, 1, 0, 0]),
        (r#"{"order_amount":2,"order_total_price":-5}"#, [1, 2, 0, 0, 0, 0]),
        ("{}", [1, 0, 0, 0, 0, 0]),
    ] {
        assert_eq!(orders.totals(&orders.values(payload)).0, totals.map(Some), "{payload}");
    }
}

#[test]
fn a_record_that_is_sent_back_has_its_declared_fields_in_plain_digits() {
    for (topic, value, fields, key) in [
        (Topic::web_requests(), "12", r#"{"requests_num":12,"#, None),
        (Topic::web_requests(), r#"{"path":"/a\u0062","more":1}"#, r#"{"path":"/a\u0062","kind":null,"#, None),
        (
            Topic::new_orders(),
            r#"{"is_paid":false,"order_total_price":45.5,"order_amount":3.0,"order_id":17,"event_time":null}"#,
            r#"{"order_id":17,"order_amount":3,"order_total_price":45.50,"is_paid":false,"#,
            Some("17"),
        ),
        (Topic::feedback(), r#"{"order_id":17,"stars":2}"#, r#"{"order_id":17,"stars":2,"comment":null,"#, Some("17")),
    ] {
        let json: &RawValue = serde_json::from_str(value).unwrap();
        let values = topic.stream().read(json, members(value).as_ref()).unwrap();
        let body = topic.adopt(json, &values);
        assert_eq!(body.key.as_deref(), key, "{value}");
        let counted = topic.stream().totals(&topic.stream().values(&body.payload));
        assert_eq!(Ok(counted.0), read(topic.stream(), value), "it adds what the record would have added");
        assert_eq!(event(90_123, body).value(SOURCE), format!("{fields}{}", tail(90_123)));
    }
}

#[test]
fn an_event_is_read_as_texts() {
    let long = format!(r#"{{"kind":"{}","path":"/","is_visit":true}}"#, "x".repeat(SHOWN_CHARS_MAX + 1));
    for (topic, json, texts) in [
        (
            Topic::subscriptions(),
            r#"{"has_joined":true,"change":1,"more":2}"#,
            vec![("change", "1"), ("has_joined", "true")],
        ),
        (Topic::feedback(), r#"{"stars":5,"comment":"a \"b\" c"}"#, vec![("comment", "a \"b\" c"), ("stars", "5")]),
        (Topic::feedback(), r#"{"stars":5,"comment":null}"#, vec![("stars", "5")]),
        (Topic::feedback(), r#"{"comment":"\u0000"}"#, vec![]),
        // What stays in the database, and what is too long, is not shown.
        (Topic::web_requests(), &long, vec![("path", "/")]),
        (Topic::web_requests(), "12", vec![]),
    ] {
        let expected = texts.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        assert_eq!(topic.stream().texts(json), expected, "{json}");
    }
}

#[test]
fn names_are_a_contract() {
    let own = Streams::own();
    let own: [Topic; 5] = own.all().try_into().unwrap();
    assert_eq!(own.map(Topic::name), ["feedback", "new_orders", "subscriptions", "system_stats", "web_requests"]);
    let letters = ["feedback.dlq", "new_orders.dlq", "subscriptions.dlq", "system_stats.dlq", "web_requests.dlq"];
    assert_eq!(own.map(Topic::dead_letter_name), letters);
    assert_eq!(
        serde_json::to_string(&own).unwrap(),
        r#"["feedback","new_orders","subscriptions","system_stats","web_requests"]"#
    );
}
