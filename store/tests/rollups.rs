//! Roll-ups hold what minutes and orders hold, to the cent; reports of any span are exact; what was there before the
//! roll-ups is in them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use domain::{
    Counts, Email, Figures, Minute, Money, NewOrder, NewOrderLine, PagePath, Quarter, SubmissionKey, ViewKind,
};
use std::collections::{BTreeMap, BTreeSet};
use store::{Batch, Clock, DatabaseOptions, PageView, Part, Store, Zone};
use streams::{Topic, Values};
use tokio::sync::mpsc;

async fn open(folder: &std::path::Path, clock: &Clock) -> Store {
    let url = format!("sqlite://{}", folder.join("pantry.db").display());
    let (relay, _) = mpsc::channel(10_000);
    Store::open(&DatabaseOptions::at(url), clock.clone(), relay).await.unwrap()
}

fn order(key: u128, lines: &[(&str, i64, i64)], is_paid: bool) -> NewOrder {
    let line = |(slug, quantity, price): &(&str, i64, i64)| NewOrderLine {
        slug: (*slug).to_owned(),
        quantity: *quantity,
        shown_price: Money::from_cents(*price),
    };
    NewOrder {
        submission_key: SubmissionKey::from_random(key),
        email: Email::parse("a@example.com").unwrap(),
        is_paid,
        lines: lines.iter().map(line).collect(),
    }
}

/// So many page views of another producer.
fn requests(events: i64) -> Part {
    let mut part = Part::default();
    let values = Values { events, numbers: vec![None; 3], groups: vec![None] };
    part.add(Topic::web_requests().stream(), &values).unwrap();
    part
}

/// Twenty-three minutes of trade, all of it counted.
async fn trade(store: &Store, clock: &Clock) {
    for index in 0..23_u128 {
        let salt = order(index, &[("rice", 1, 240), ("salt", 1 + index as i64 % 3, 65)], index % 2 == 0);
        store.place_order(salt).await.unwrap();
        let view = |path, kind, is_visit| PageView { path, kind, is_visit };
        let views = vec![
            view(PagePath::Home, ViewKind::Page, true),
            view(PagePath::OrderNew, ViewKind::Navigation, false),
            view(PagePath::OrderNew, ViewKind::Page, index % 4 == 0),
        ];
        store.record_page_views(views).await.unwrap();
        let last = store.outbox_last_id().await.unwrap().unwrap();
        let own: BTreeSet<i64> = (last - 3..=last).collect();
        let foreign = BTreeMap::from([((Topic::web_requests(), Minute::of(clock.now())), requests(2))]);
        store.count(Batch { own: own.clone(), foreign, ..Batch::default() }).await.unwrap();
        // Delivered twice, counted once.
        store.count(Batch { own, ..Batch::default() }).await.unwrap();
        clock.advance_micros(60_000_000);
    }
}

/// Five minutes past a quarter hour, so that spans have edges on both sides.
fn clock_past_a_quarter() -> Clock {
    let clock = Clock::default();
    let past = clock.now().micros().rem_euclid(900_000_000);
    clock.advance_micros(900_000_000 - past + 300_000_000);
    clock
}

#[tokio::test]
async fn spans_are_exact_to_the_minute_and_ranks_to_the_cent() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock_past_a_quarter());
    let store = open(folder.path(), &clock).await;
    let first = store.first_minute();
    trade(&store, &clock).await;
    let minutes = store.figures_from(first, 100).await.unwrap();
    assert_eq!(minutes.len(), 23);

    // Every span there is, from before the first minute until after the last.
    let spans: Vec<_> = (-6..30).flat_map(|from| (from..30).map(move |to| first.plus(from)..first.plus(to))).collect();
    let counts = store.counts_of(&spans).await.unwrap();
    for (span, counts) in spans.iter().zip(&counts) {
        let inside = minutes.iter().filter(|minute| span.contains(&minute.minute));
        let expected = inside.fold(Figures::ZERO, |sum, minute| sum.plus(minute.figures).unwrap());
        assert_eq!(counts.figures, expected, "{span:?}");
        let visits: i64 = (0..23).filter(|n| span.contains(&first.plus(*n))).map(|n| 1 + i64::from(n % 4 == 0)).sum();
        assert_eq!(counts.visits_num, visits, "{span:?}");
    }
    assert_eq!(store.counts_of(&[]).await.unwrap(), []);

    let quarters = Quarter::of(first)..Quarter::of(first.plus(60));
    let goods = store.top_goods(quarters.clone()).await.unwrap();
    let told: Vec<_> = goods.iter().map(|good| (good.slug.as_str(), good.quantity, good.price.cents())).collect();
    let salt: i64 = (0..23).map(|n| 1 + n % 3).sum();
    assert_eq!(told, [("salt", salt, salt * 65), ("rice", 23, 23 * 240)]);
    let pages = store.top_pages(quarters).await.unwrap();
    let told: Vec<_> = pages.iter().map(|page| (page.path.as_str(), page.views_num)).collect();
    assert_eq!(told, [("/order-new", 46), ("/", 23)]);

    let latest = store.latest_orders(2).await.unwrap();
    assert_eq!(latest.iter().map(|order| order.order_id).collect::<Vec<_>>(), [23, 22]);
    assert_eq!(latest[0].goods, [("Rice".to_owned(), 1), ("Salt".to_owned(), 2)]);
    store.close().await;
}

#[tokio::test]
async fn an_order_that_was_refused_leaves_nothing_behind() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock_past_a_quarter());
    let store = open(folder.path(), &clock).await;
    let quarter = Quarter::of(store.first_minute());
    store.place_order(order(1, &[("rice", 1, 1)], false)).await.unwrap();
    store.place_order(order(2, &[("rice", 2, 240)], false)).await.unwrap();
    store.place_order(order(2, &[("rice", 2, 240)], false)).await.unwrap();
    let goods = store.top_goods(quarter..Quarter::of(store.first_minute().plus(30))).await.unwrap();
    assert_eq!(goods.iter().map(|good| good.quantity).collect::<Vec<_>>(), [2]);
    store.close().await;
}

/// An order each minute, of one bag of rice and one to three of salt, every other one paid, in a database of before
/// there were roll-ups.
const OF_BEFORE: [&str; 4] = [
    "insert into shop (id, source, first_minute, closed_until) values (1, 'a-shop', 29000005, 29000028)",
    "insert into orders (token, submission_key, email, is_paid, amount, total_price, event_time)
     with recursive n (n) as (select 0 union all select n + 1 from n where n < 22)
     select 'token-' || n, 'key-' || n, 'a@example.com', n % 2, 2 + n % 3, 240 + 65 * (1 + n % 3), (29000005 + n) * 60000000
       from n",
    "insert into order_lines (order_id, slug, name, unit, quantity, price)
     select id, 'rice', 'Rice', '1 kg bag', 1, 240 from orders union all
     select id, 'salt', 'Salt', '500 g', amount - 1, 65 from orders",
    "insert into minutes (minute, own_total_orders_num, own_total_orders_amount, own_total_orders_price,
                          own_total_paid_orders_num, own_total_paid_orders_amount, own_total_paid_orders_price,
                          own_requests_num, foreign_requests_num, is_closed)
     select event_time / 60000000, 1, amount, total_price, is_paid, is_paid * amount, is_paid * total_price, 3, 2, 1
       from orders",
];

#[tokio::test]
async fn the_migration_fills_the_roll_ups_from_what_was_there() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Clock::default());
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("pantry.db").display());
    let mut database = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await.unwrap();
    sqlx::migrate!("migrations/sqlite").run_to(6, &mut database).await.unwrap();
    for sql in OF_BEFORE {
        sqlx::query(sql).execute(&mut database).await.unwrap();
    }
    sqlx::Connection::close(database).await.unwrap();

    let store = open(folder.path(), &clock).await;
    let first = store.first_minute();
    let span = [first..first.plus(60)];
    let quarters = Quarter::of(first)..Quarter::of(first.plus(60));
    let counts = store.counts_of(&span).await.unwrap()[0];
    assert_eq!(counts.figures, store.figures_since(first).await.unwrap());
    let salt: i64 = (0..23).map(|n| 1 + n % 3).sum();
    assert_eq!((counts.figures.requests_num, counts.figures.total_orders_amount), (23 * 5, 23 + salt));
    assert_eq!(counts.visits_num, 0);
    let goods = store.top_goods(quarters.clone()).await.unwrap();
    let told: Vec<_> = goods.iter().map(|good| (good.slug.as_str(), good.quantity, good.price.cents())).collect();
    assert_eq!(told, [("salt", salt, salt * 65), ("rice", 23, 23 * 240)]);
    assert_eq!(store.top_pages(quarters).await.unwrap(), []);
    let mut audit = store.audit().await.unwrap();
    assert_eq!(audit.rollups(3).await.unwrap().first, []);
    audit.close().await;
    store.close().await;
}

#[tokio::test]
async fn the_time_zone_is_kept() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), Clock::default());
    let store = open(folder.path(), &clock).await;
    assert_eq!(store.time_zone().await.unwrap().name(), "UTC");
    for name in ["Europe/Berlin", "Asia/Kolkata"] {
        store.set_time_zone(&Zone::named(name).unwrap()).await.unwrap();
        assert_eq!(store.time_zone().await.unwrap().name(), name);
    }
    store.close().await;
    let store = open(folder.path(), &clock).await;
    assert_eq!(store.time_zone().await.unwrap().name(), "Asia/Kolkata");
    store.close().await;
}

#[tokio::test]
async fn a_roll_up_that_is_wrong_is_told() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock_past_a_quarter());
    let store = open(folder.path(), &clock).await;
    trade(&store, &clock).await;
    let audit = async || {
        let mut audit = store.audit().await.unwrap();
        let found = audit.rollups(3).await.unwrap();
        audit.close().await;
        found
    };
    let agreed = audit().await;
    assert_eq!((agreed.minutes, agreed.differing_quarters, agreed.first), (23, 0, Vec::new()));

    let url = format!("sqlite://{}", folder.path().join("pantry.db").display());
    let mut database = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await.unwrap();
    let damage = "update quarters_web_requests set requests_num = requests_num - 1, visits_num = visits_num + 2;
        update quarter_goods set price = price + 5 where slug = 'salt'";
    sqlx::raw_sql(damage).execute(&mut database).await.unwrap();
    sqlx::Connection::close(database).await.unwrap();
    let damaged = audit().await;
    // Twenty-three minutes from five past on are in two quarter hours.
    assert_eq!((damaged.differing_quarters, damaged.first.len()), (2, 3));
    let first = &damaged.first[0];
    let missing = first.expected.unwrap() - first.found.unwrap();
    assert_eq!((first.column.as_str(), missing), ("requests_num", 1));
    assert_eq!(first.minute.number() % 15, 0);
    store.close().await;
}

/// All three share a group commit; the one that cannot be counted takes nothing of the others with it, nor leaves a
/// part.
#[tokio::test]
async fn a_group_that_fails_counts_nothing_twice() {
    let (folder, clock) = (tempfile::tempdir().unwrap(), clock_past_a_quarter());
    let store = open(folder.path(), &clock).await;
    let first = store.first_minute();
    clock.advance_micros(60_000_000);
    let foreign = [first, first.plus(1)].map(|minute| ((Topic::web_requests(), minute), requests(i64::MAX))).into();
    let (before, count, after) = tokio::join!(
        store.place_order(order(1, &[("rice", 2, 240)], false)),
        store.count(Batch { foreign, ..Batch::default() }),
        store.place_order(order(2, &[("rice", 3, 240)], true)),
    );
    assert!(before.is_ok() && after.is_ok() && count.is_err(), "{count:?}");
    let goods = store.top_goods(Quarter::of(first)..Quarter::of(first.plus(30))).await.unwrap();
    assert_eq!(goods.iter().map(|good| (good.quantity, good.price.cents())).collect::<Vec<_>>(), [(5, 1_200)]);
    assert_eq!(store.counts_of(&[first..first.plus(30)]).await.unwrap(), [Counts::default()]);
    let mut audit = store.audit().await.unwrap();
    assert_eq!(audit.rollups(3).await.unwrap().differing_quarters, 0);
    audit.close().await;
    store.close().await;
}
