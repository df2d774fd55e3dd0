//! The outbox: events that are committed but not counted. A row is written here, and deleted by `count` alone.

use crate::dialect::Dialect;
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::{EventBody, PagePath, Timestamp, ViewKind};
use sqlx::Row;
use sqlx::any::AnyRow;
use streams::{Event, NewEvent, Streams, Topic};

/// Page views that one job may carry.
pub const PAGE_VIEWS_PER_JOB_MAX: usize = 2_000;

/// A page view on its way to the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageView {
    /// Which page.
    pub path: PagePath,
    /// How it came to be viewed.
    pub kind: ViewKind,
    /// Whether a visit began with it: it was not reached from the shop itself.
    pub is_visit: bool,
}

impl Store {
    /// Writes page views into the outbox, in one transaction, stamped with its time.
    ///
    /// # Errors
    /// What the database says; then none of them is recorded.
    pub async fn record_page_views(&self, views: Vec<PageView>) -> Result<(), StoreError> {
        self.writer.run(RecordPageViews { views }).await
    }
}

impl Store {
    /// Writes an event that goes with nothing else into the outbox, stamped with its transaction's time.
    ///
    /// # Errors
    /// What the database says; then it is not recorded.
    pub async fn record(&self, body: EventBody) -> Result<(), StoreError> {
        self.writer.run(Record(body)).await
    }
}

struct Record(EventBody);

impl Work for Record {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let event_time = tx.event_time();
        insert(tx, event_time, &self.0).await
    }
}

/// The highest format of a row that this version knows; raised with whatever changes the meaning of a row. 1: a column
/// for each field; 2: a payload.
pub(crate) const FORMAT: i64 = 2;

/// A row whose figures are this shop's own, as an SQL condition. A dead letter that was sent back, and an event from
/// outside that came late, are rows of this shop that add to the foreign figures.
pub(crate) const IS_OWN: &str = "outbox.dead_letter_id is null and outbox.is_foreign = 0";

/// Which rows this server can read and so may count, as an SQL condition. All others are left to a server that knows
/// their format and their stream; its sweeper publishes them again until they are counted.
pub(crate) fn readable(streams: &Streams) -> String {
    let topics: Vec<_> = streams.all().iter().map(|topic| topic.name()).collect();
    format!("outbox.format <= {FORMAT} and outbox.topic in ('{}')", topics.join("', '"))
}

/// How many columns [`columns`] are.
pub(crate) const COLUMNS_NUM: usize = 6;

/// The columns of an event, in the order in which [`event`] reads them. Servers of before version 0.2 write rows
/// without a payload: theirs is put together from the columns that they fill.
pub(crate) fn columns(dialect: Dialect) -> String {
    let price = "cast(order_total_price / 100 as text) || '.' || cast(order_total_price % 100 / 10 as text)
                 || cast(order_total_price % 10 as text)";
    let boolean = |column| format!("case {column} when 0 then 'false' when 1 then 'true' else 'null' end");
    let (is_paid, is_visit) = (boolean("is_paid"), boolean("is_visit"));
    let comment = dialect.json_text("comment");
    format!(
        r#"id, topic, event_time, coalesce(key, cast(order_id as text)),
           case when payload is not null then payload
                when requests_num is not null then cast(requests_num as text)
                when topic = 'new_orders' then
                  '{{"order_id":' || cast(order_id as text) || ',"order_amount":' || cast(order_amount as text)
                  || ',"order_total_price":' || {price} || ',"is_paid":' || {is_paid} || '}}'
                when topic = 'feedback' then
                  '{{"order_id":' || cast(order_id as text) || ',"stars":' || cast(stars as text)
                  || ',"comment":' || {comment} || '}}'
                else '{{"path":"' || path || '","kind":"' || kind || '","is_visit":' || {is_visit} || '}}'
           end,
           cast(case when {IS_OWN} then 0 else 1 end as bigint)"#
    )
}

/// An event, and whether it adds to the foreign figures.
pub(crate) struct OutboxRow {
    pub(crate) event: Event,
    pub(crate) is_foreign: bool,
}

/// Reads [`columns`] of a row that is [`readable`].
pub(crate) fn event(streams: &Streams, row: &AnyRow) -> Result<OutboxRow, StoreError> {
    let event_id: i64 = row.try_get(0)?;
    let unreadable = |column: &str| StoreError::Corrupt(format!("{column} of outbox row {event_id}"));
    let topic = streams.of(&row.try_get::<String, _>(1)?).ok_or_else(|| unreadable("topic"))?;
    let payload = row.try_get::<Option<String>, _>(4)?.ok_or_else(|| unreadable("payload"))?;
    let body = NewEvent { topic, key: row.try_get(3)?, payload };
    let event = Event { event_id, event_time: Timestamp::from_micros(row.try_get(2)?), body };
    Ok(OutboxRow { event, is_foreign: row.try_get::<i64, _>(5)? != 0 })
}

/// Puts an event of the shop into the outbox and on its way to the relay.
pub(crate) async fn insert(tx: &mut Tx<'_>, event_time: Timestamp, body: &EventBody) -> Result<(), StoreError> {
    insert_event(tx, event_time, body.into(), None).await
}

/// Puts any event into the outbox and on its way to the relay; one that stands for a dead letter adds to the foreign
/// figures.
pub(crate) async fn insert_event(
    tx: &mut Tx<'_>,
    event_time: Timestamp,
    body: NewEvent,
    dead_letter_id: Option<i64>,
) -> Result<(), StoreError> {
    let row = sqlx::query(
        "insert into outbox (topic, event_time, key, payload, format, dead_letter_id)
         values ($1, $2, $3, $4, $5, $6)
         returning id",
    )
    .bind(body.topic.name())
    .bind(event_time.micros())
    .bind(body.key.as_deref())
    .bind(body.payload.as_str())
    .bind(FORMAT)
    .bind(dead_letter_id)
    .fetch_one(&mut *tx.conn)
    .await?;
    tx.events.push(Event { event_id: row.try_get(0)?, event_time, body });
    Ok(())
}

/// The job of writing a group of page views.
struct RecordPageViews {
    views: Vec<PageView>,
}

impl Work for RecordPageViews {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let event_time = tx.event_time();
        let payload = |view: &PageView| {
            let PageView { path, kind, is_visit } = *view;
            [EventBody::PageView { path, kind, is_visit: Some(is_visit) }.payload()]
        };
        let rows: Vec<_> = self.views.iter().map(payload).collect();
        let json = serde_json::to_string(&rows).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let sql = tx.dialect.with_rows(
            "insert into outbox (topic, event_time, payload, format)
             select 'web_requests', cast($2 as bigint), value ->> 0, cast($3 as bigint)
               from {rows}
             returning id, payload",
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(json).bind(event_time.micros()).bind(FORMAT);
        for row in query.fetch_all(&mut *tx.conn).await? {
            let body = NewEvent { topic: Topic::web_requests(), key: None, payload: row.try_get(1)? };
            tx.events.push(Event { event_id: row.try_get(0)?, event_time, body });
        }
        Ok(())
    }
}
