//! The store's SQL against PostgreSQL, where it is installed: each statement once, so that one text serves both.

use crate::harness::postgres::Postgres;
use crate::harness::run;
use domain::{
    Counts, DiscardReason, Figures, Fingerprint, Handling, Minute, Money, NewOrder, OrderForm, PagePath, Quarter,
    SubmissionKey, ViewKind,
};
use std::collections::{BTreeMap, BTreeSet};
use store::{
    Advance, Batch, Clock, Closing, Counted, DatabaseOptions, DeadLetter, DeadLetterCounts, DeadLetterRange, Handled,
    LogEnd, PageView, Part, Placed, Position, Proof, Reached, Seen, SignIn, Standing, Store, StoreError, Tallies,
    Target, Zone,
};
use streams::{NewEvent, Topic, Values};
use tokio::sync::mpsc;

const LOG: &str = "a-log";

fn order(key: u128, quantity: i64) -> NewOrder {
    NewOrder::parse(&OrderForm {
        submission_key: Some(SubmissionKey::from_random(key).as_str().to_owned()),
        email: Some("eve@example.com".to_owned()),
        pay_now: Some("yes".to_owned()),
        quantity: BTreeMap::from([("rice".to_owned(), quantity.to_string()), ("tea".to_owned(), "1".to_owned())]),
        price: BTreeMap::from([("rice".to_owned(), "240".to_owned()), ("tea".to_owned(), "295".to_owned())]),
    })
    .unwrap()
}

#[test]
fn postgres_understands_every_statement() {
    run(async {
        let Some(postgres) = Postgres::start() else { return };
        let (relay, mut relayed) = mpsc::channel(100);
        let clock = Clock::default();
        let database = DatabaseOptions::at(&postgres.url);
        let store = Store::open(&database, clock.clone(), relay).await.unwrap();
        let first = store.first_minute();
        assert_eq!(store.closed_until().await.unwrap(), first);
        assert_eq!(store.goods().await.unwrap().len(), 10);
        store.ping().await.unwrap();

        orders_and_views(&store).await;
        let ids: Vec<i64> = std::iter::from_fn(|| relayed.try_recv().ok()).map(|event| event.event_id).collect();
        assert_eq!(ids, [1, 2, 3]);
        counting(&store, first, &ids).await;
        clock.advance_micros(3 * 60_000_000);
        closing(&store, first).await;
        letters(&store, first).await;
        reports(&store, first).await;
        owner(&store).await;

        store.close().await;
        let again = Store::open(&database, clock, mpsc::channel(1).0).await.unwrap();
        assert_eq!(again.first_minute(), first, "a second start migrates nothing and keeps everything");
        again.close().await;
    });
}

async fn orders_and_views(store: &Store) {
    let Placed::New(token) = store.place_order(order(1, 2)).await.unwrap() else { panic!("not made") };
    assert_eq!(store.place_order(order(1, 2)).await.unwrap(), Placed::Repeated(token.clone()));
    assert_eq!(store.place_order(order(1, 3)).await.unwrap(), Placed::SubmissionKeyReused);
    let mut changed = order(2, 1);
    changed.lines[0].shown_price = Money::from_cents(1);
    assert!(matches!(store.place_order(changed).await.unwrap(), Placed::Rejected(_)));
    let receipt = store.receipt(&token).await.unwrap().unwrap();
    assert_eq!((receipt.order_id, receipt.amount, receipt.total), (1, 3, Money::from_cents(775)));
    assert_eq!(receipt.lines.len(), 2);
    let key = SubmissionKey::from_random(1);
    assert_eq!(store.receipt_of_submission(&key).await.unwrap(), Some(receipt));

    let view = |path, kind| PageView { path, kind, is_visit: kind == ViewKind::Page };
    let views = vec![view(PagePath::Home, ViewKind::Page), view(PagePath::OrderNew, ViewKind::Navigation)];
    store.record_page_views(views).await.unwrap();
    let state = store.outbox_state().await.unwrap();
    assert_eq!(state.events, 3);
    assert!(state.oldest.is_some());
    assert_eq!(store.outbox_last_id().await.unwrap(), Some(3));
    let page = store.outbox_page(1, 3, 10).await.unwrap().events;
    assert_eq!(page.iter().map(|event| event.event_id).collect::<Vec<_>>(), [2, 3]);
}

fn dead_letter(store: &Store) -> DeadLetter {
    DeadLetter {
        log: LOG.to_owned(),
        generation: 0,
        topic: Topic::web_requests(),
        partition: 0,
        offset: 5,
        reason: "a NUL: \0".to_owned(),
        key: Some(b"\0\xff".to_vec()),
        value: None,
        headers: vec![(b"a\0b".to_vec(), None)],
        timestamp_millis: Some(1_795_348_800_123),
        seen_at: store.now(),
    }
}

/// What one event of a stream comes to.
fn part(topic: Topic, values: &Values) -> Part {
    let mut part = Part::default();
    part.add(topic.stream(), values).unwrap();
    part
}

fn requests(events: i64) -> Part {
    part(Topic::web_requests(), &Values { events, numbers: vec![None; 3], groups: vec![None] })
}

async fn counting(store: &Store, first: Minute, ids: &[i64]) {
    let topic = Topic::web_requests();
    assert_eq!(store.position(LOG, topic, 0).await.unwrap(), None);
    let position = store.start_position(LOG, topic, 0, 4).await.unwrap();
    assert_eq!(store.start_position(LOG, topic, 0, 9).await.unwrap(), position);
    let advance = |from, to| Advance { topic, partition: 0, generation: 0, from, to };
    let foreign = Figures { requests_num: 5, ..Figures::order(2, Money::from_cents(10), false) };
    let order = Values { events: 1, numbers: [7, 2, 10, 0].map(Some).to_vec(), groups: Vec::new() };
    let range = DeadLetterRange {
        log: LOG.to_owned(),
        generation: 0,
        topic,
        partition: 0,
        first_offset: 6,
        last_offset: 7,
        records: 2,
    };
    let batch = Batch {
        log: LOG.to_owned(),
        own: ids.iter().copied().chain([77]).collect(),
        foreign: BTreeMap::from([
            ((topic, first), requests(5)),
            ((Topic::new_orders(), first), part(Topic::new_orders(), &order)),
        ]),
        latest: Vec::new(),
        seen: vec![Seen { partition: 0, last: Fingerprint { offset: 7, timestamp_millis: 5, hash: -1 } }],
        advances: vec![advance(4, 8)],
        dead_letters: vec![dead_letter(store)],
        dead_letter_ranges: vec![range],
        tallies: Tallies { other_shops_records: 1, ..Tallies::default() },
    };
    let counted = store.count(batch.clone()).await.unwrap();
    assert_eq!(counted, Counted { own_events: 3, duplicates: 1, revised: Vec::new() });
    let refused = store.count(batch).await;
    assert!(matches!(refused, Err(StoreError::PositionMoved { .. })), "{refused:?}");
    let again = Batch { log: LOG.to_owned(), own: BTreeSet::from([1]), ..Batch::default() };
    assert_eq!(store.count(again).await.unwrap().duplicates, 1);
    let own = Figures { requests_num: 2, ..Figures::order(3, Money::from_cents(775), true) };
    assert_eq!(store.figures_since(first).await.unwrap(), own.plus(foreign).unwrap());
    let expected = Tallies { dead_letters: 3, other_shops_records: 1, anomalies: 1, ..Tallies::default() };
    assert_eq!(store.tallies().await.unwrap(), expected);
    assert_eq!(store.outbox_state().await.unwrap().events, 0);

    let seen = store.position(LOG, topic, 0).await.unwrap().unwrap();
    assert_eq!((seen.generation, seen.next_offset), (0, 8));
    let record = Fingerprint { offset: 7, timestamp_millis: 5, hash: -1 };
    assert_eq!(store.standing(LOG, topic, 0).await.unwrap().unwrap().last, Some(record));
    let next = Standing { position: Position { generation: 1, next_offset: 3 }, sample: Some(record), last: None };
    let checked = store.check_position(LOG, topic, 0, seen, next).await.unwrap();
    assert_eq!(checked, next.position);
    assert_eq!(store.standing(LOG, topic, 0).await.unwrap(), Some(next));
    let late = Standing { position: Position { generation: 1, next_offset: 0 }, ..next };
    assert_eq!(store.check_position(LOG, topic, 0, seen, late).await.unwrap(), next.position);
    store.start_position("a-lost-log", topic, 0, 0).await.unwrap();
    store.forget_positions("a-lo", LOG).await.unwrap();
    assert_eq!(store.position("a-lost-log", topic, 0).await.unwrap(), None);
    assert!(store.position(LOG, topic, 0).await.unwrap().is_some());
}

async fn closing(store: &Store, first: Minute) {
    let target = |generation, offset| Target {
        log: LOG.to_owned(),
        ends: vec![LogEnd { topic: Topic::web_requests(), partition: 0, generation, offset }],
    };
    let until = first.plus(3);
    assert_eq!(store.reached(&target(1, 3)).await.unwrap(), Reached::Yes);
    assert_eq!(store.reached(&target(1, 4)).await.unwrap(), Reached::NotYet);
    assert_eq!(store.close_minutes(until, target(0, 3)).await.unwrap(), Closing::TargetVoid);
    assert_eq!(store.close_minutes(until, target(1, 4)).await.unwrap(), Closing::LogWaits);
    assert_eq!(store.close_minutes(until, target(1, 3)).await.unwrap(), Closing::Closed(until));
    let closed = store.figures_from(first, 10).await.unwrap();
    assert_eq!(closed.len(), 3);
    assert_eq!(store.figures_from(first, 1).await.unwrap(), closed[..1]);

    let late = Batch {
        log: LOG.to_owned(),
        foreign: BTreeMap::from([((Topic::web_requests(), first), requests(1))]),
        ..Batch::default()
    };
    assert_eq!(store.count(late).await.unwrap().revised, [(Topic::web_requests(), first)]);
    assert_eq!(store.figures_from(first, 1).await.unwrap()[0].revision, 1);
    assert_eq!(store.tallies().await.unwrap().late_events, 1);

    let view = PageView { path: PagePath::Home, kind: ViewKind::Page, is_visit: true };
    store.record_page_views(vec![view]).await.unwrap();
    let beyond = Minute::of(store.now()).plus(1);
    let open = store.close_minutes(beyond, target(1, 3)).await.unwrap();
    assert_eq!(open, Closing::Closed(until), "a minute under way is not closed");
    store.clock().advance_micros(60_000_000);
    assert_eq!(store.close_minutes(beyond, target(1, 3)).await.unwrap(), Closing::OutboxWaits);
    assert_eq!(store.close_minutes(until.plus(12_000), target(1, 3)).await.unwrap(), Closing::OutboxWaits);
}

async fn reports(store: &Store, first: Minute) {
    let all = first..first.plus(60);
    let counts = store.counts_of(&[all.clone(), first.plus(1)..first.plus(2)]).await.unwrap();
    assert_eq!(counts[0].figures, store.figures_since(first).await.unwrap());
    assert_eq!(counts[0].visits_num, 1);
    assert_eq!(counts[1], Counts::default());
    let quarters = Quarter::of(all.start)..Quarter::from_minute_on(all.end);
    let goods = store.top_goods(quarters.clone()).await.unwrap();
    let sold: Vec<_> = goods.iter().map(|good| (good.slug.as_str(), good.quantity, good.price.cents())).collect();
    assert_eq!(sold, [("rice", 2, 480), ("tea", 1, 295)]);
    let pages = store.top_pages(quarters).await.unwrap();
    assert_eq!(pages.iter().map(|page| page.views_num).collect::<Vec<_>>(), [1, 1]);
    let latest = store.latest_orders(5).await.unwrap();
    assert_eq!((latest.len(), latest[0].order_id, latest[0].is_paid), (1, 1, true));
    assert_eq!(latest[0].goods, [("Rice".to_owned(), 2), ("Black tea".to_owned(), 1)]);

    store.set_time_zone(&Zone::named("Asia/Kolkata").unwrap()).await.unwrap();
    assert_eq!(store.time_zone().await.unwrap().name(), "Asia/Kolkata");
    let mut audit = store.audit().await.unwrap();
    let rollups = audit.rollups(10).await.unwrap();
    assert_eq!((rollups.differing_quarters, rollups.first), (0, Vec::new()));
    audit.close().await;
}

async fn letters(store: &Store, first: Minute) {
    assert_eq!(store.dead_letter_counts().await.unwrap(), DeadLetterCounts { open: 1, by_offset: 2 });
    let value = Some(vec![b'1'; 1_048_577]);
    let second = DeadLetter { offset: 9, value, headers: Vec::new(), ..dead_letter(store) };
    store.count(Batch { dead_letters: vec![second], ..Batch::default() }).await.unwrap();
    let ids: Vec<i64> = store.open_letters_below(i64::MAX, 10).await.unwrap().iter().map(|letter| letter.id).collect();
    let &[cut, whole] = ids.as_slice() else { panic!("{ids:?}") };
    let kept = store.kept_letter(cut).await.unwrap().unwrap();
    assert_eq!((kept.value.unwrap().len(), kept.value_bytes, kept.is_open), (1_048_576, 1_048_577, true));
    let listed = store.dead_letters(Some(whole)).await.unwrap();
    assert_eq!((listed.open.len(), listed.open_total, listed.range_records, listed.ranges.len()), (2, 2, 2, 1));
    assert!(!listed.open[0].is_whole() && listed.open[1].is_whole());
    assert_eq!(listed.done.map(|head| head.id), Some(whole));

    let record = || NewEvent { topic: Topic::web_requests(), key: None, payload: "9".to_owned() };
    let at = first.start();
    let redrive = async || store.redrive(whole, at, record(), Some("9".to_owned())).await.unwrap();
    assert_eq!(redrive().await, Handled::Now);
    assert_eq!(redrive().await, Handled::Before);
    assert_eq!(store.redrive(77, at, record(), None).await.unwrap(), Handled::Unknown);
    let reason = || DiscardReason::parse("why").unwrap();
    assert_eq!(store.discard(whole, reason()).await.unwrap(), Handled::Before);
    assert_eq!(store.discard(cut, reason()).await.unwrap(), Handled::Now);
    let waiting = store.dead_letter(whole).await.unwrap().unwrap().head.handling;
    assert!(matches!(waiting, Handling::SentBack { is_corrected: true, is_counted: false, .. }), "{waiting:?}");
    let id = store.outbox_last_id().await.unwrap().unwrap();
    let event = store.outbox_page(id - 1, id, 1).await.unwrap().events.pop().unwrap();
    assert_eq!(event.body, record());
    let before = store.figures_since(first).await.unwrap();
    let batch = Batch { log: LOG.to_owned(), own: BTreeSet::from([id]), ..Batch::default() };
    assert_eq!(store.count(batch).await.unwrap().revised, [(Topic::web_requests(), first)]);
    assert_eq!(store.figures_since(first).await.unwrap(), before.plus(Figures::requests(9)).unwrap());
    let handled = store.dead_letters(None).await.unwrap().handled;
    assert!(matches!(handled[1].handling, Handling::SentBack { is_counted: true, .. }), "{handled:?}");
}

async fn owner(store: &Store) {
    assert_eq!(store.owner_password_hash().await.unwrap(), None);
    store.set_owner_password_hash("one".to_owned()).await.unwrap();
    assert!(store.sign_in(sign_in(store, "token").await).await.unwrap());
    assert!(store.session_is_valid("token", store.now()).await.unwrap());
    assert!(!store.session_is_valid("token", store.now().plus_micros(2_000_000)).await.unwrap());
    store.revoke_session("token".to_owned()).await.unwrap();
    assert!(!store.session_is_valid("token", store.now()).await.unwrap());
    assert!(store.sign_in(sign_in(store, "other").await).await.unwrap());
    let compared_before = sign_in(store, "late").await;
    store.set_owner_password_hash("two".to_owned()).await.unwrap();
    assert_eq!(store.owner_password_hash().await.unwrap().as_deref(), Some("two"));
    assert!(!store.session_is_valid("other", store.now()).await.unwrap(), "a new password ends all sessions");
    assert!(!store.sign_in(compared_before).await.unwrap(), "the old password begins none");
    store.renew_cookie_key().await.unwrap();
    assert!(store.cookie_keys().await.previous.is_some());
}

async fn sign_in(store: &Store, token_hash: &str) -> SignIn {
    SignIn {
        token_hash: token_hash.to_owned(),
        expires_at: store.now().plus_micros(1_000_000),
        browser: String::new(),
        generation: store.owner().await.unwrap().unwrap().generation,
        proof: Proof::None,
    }
}
