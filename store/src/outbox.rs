//! The outbox: events that are committed but not counted. A row is written here, and deleted by `count` alone.

use crate::writer::{Tx, Work};
use crate::{Store, StoreError, feedback};
use domain::{Comment, Event, EventBody, ForeignRecord, Money, PagePath, Timestamp, Topic, ViewKind};
use sqlx::Row;
use sqlx::any::AnyRow;

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

/// The highest format of a row that this version knows; raised with whatever changes the meaning of a row.
const FORMAT: i64 = 1;

/// Which rows this version can read and so may count, as an SQL condition. All others are left to the version that
/// wrote them, whose sweeper publishes them again until one that knows them counts them.
pub(crate) fn readable() -> String {
    let listed = |names: &[&str]| format!("'{}'", names.join("', '"));
    format!(
        "outbox.format <= {FORMAT} and outbox.topic in ({})
         and (outbox.path is null or outbox.path in ({})) and (outbox.kind is null or outbox.kind in ({}))",
        listed(&Topic::ALL.map(Topic::name)),
        listed(&PagePath::ALL.map(PagePath::path)),
        listed(&[ViewKind::Page, ViewKind::Navigation].map(ViewKind::name)),
    )
}

/// The columns of an event, in the order in which [`event`] reads them.
pub(crate) const COLUMNS: &str = "id, topic, event_time, order_id, order_amount, order_total_price, is_paid, path, \
     kind, requests_num, dead_letter_id, stars, comment";
/// How many these are.
pub(crate) const COLUMNS_NUM: usize = 13;

/// Reads [`COLUMNS`].
pub(crate) fn event(row: &AnyRow) -> Result<Event, StoreError> {
    let event_id: i64 = row.try_get(0)?;
    let stars = |row| feedback::stars(row, 11);
    let unreadable = |column: &str| StoreError::Corrupt(format!("{column} of outbox row {event_id}"));
    let topic = Topic::named(&row.try_get::<String, _>(1)?).ok_or_else(|| unreadable("topic"))?;
    let body = match (row.try_get::<Option<i64>, _>(10)?, topic) {
        (Some(dead_letter_id), Topic::NewOrders) => EventBody::Redriven {
            dead_letter_id,
            record: ForeignRecord::Order {
                order_id: row.try_get(3)?,
                order_amount: row.try_get(4)?,
                order_total_price: Money::from_cents(row.try_get(5)?),
                is_paid: row.try_get::<i64, _>(6)? != 0,
            },
        },
        (Some(dead_letter_id), Topic::WebRequests) => {
            EventBody::Redriven { dead_letter_id, record: ForeignRecord::requests(row.try_get(9)?) }
        }
        (Some(dead_letter_id), Topic::Feedback) => EventBody::Redriven {
            dead_letter_id,
            record: ForeignRecord::Feedback { order_id: row.try_get(3)?, stars: stars(row)? },
        },
        (None, Topic::NewOrders) => EventBody::Order {
            order_id: row.try_get(3)?,
            order_amount: row.try_get(4)?,
            order_total_price: Money::from_cents(row.try_get(5)?),
            is_paid: row.try_get::<i64, _>(6)? != 0,
        },
        (None, Topic::WebRequests) => EventBody::PageView {
            path: PagePath::parse(&row.try_get::<String, _>(7)?).ok_or_else(|| unreadable("path"))?,
            kind: ViewKind::named(&row.try_get::<String, _>(8)?).ok_or_else(|| unreadable("kind"))?,
        },
        (None, Topic::Feedback) => {
            EventBody::Feedback { order_id: row.try_get(3)?, stars: stars(row)?, comment: feedback::comment(row, 12)? }
        }
    };
    Ok(Event { event_id, event_time: Timestamp::from_micros(row.try_get(2)?), body })
}

/// Puts one event into the outbox and on its way to the relay.
pub(crate) async fn insert(tx: &mut Tx<'_>, event_time: Timestamp, body: EventBody) -> Result<(), StoreError> {
    let event = Event { event_id: 0, event_time, body };
    let values = Values::of(&event.body);
    let row = sqlx::query(
        "insert into outbox
           (topic, event_time, order_id, order_amount, order_total_price, is_paid, path, kind, requests_num,
            dead_letter_id, stars, comment)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         returning id",
    )
    .bind(event.topic().name())
    .bind(event_time.micros())
    .bind(values.order_id)
    .bind(values.order_amount)
    .bind(values.order_total_price)
    .bind(values.is_paid)
    .bind(values.path)
    .bind(values.kind)
    .bind(values.requests_num)
    .bind(values.dead_letter_id)
    .bind(values.stars)
    .bind(values.comment)
    .fetch_one(&mut *tx.conn)
    .await?;
    tx.events.push(Event { event_id: row.try_get(0)?, ..event });
    Ok(())
}

/// What of an event's body stands in which column.
#[derive(Default)]
struct Values<'a> {
    order_id: Option<i64>,
    order_amount: Option<i64>,
    order_total_price: Option<i64>,
    is_paid: Option<i64>,
    path: Option<&'static str>,
    kind: Option<&'static str>,
    requests_num: Option<i64>,
    dead_letter_id: Option<i64>,
    stars: Option<i64>,
    comment: Option<&'a str>,
}

impl Values<'_> {
    fn of(body: &EventBody) -> Values<'_> {
        match *body {
            EventBody::Order { order_id, order_amount, order_total_price, is_paid } => {
                Values::order(order_id, order_amount, order_total_price, is_paid)
            }
            EventBody::PageView { path, kind } => {
                Values { path: Some(path.path()), kind: Some(kind.name()), ..Values::default() }
            }
            EventBody::Feedback { order_id, stars, ref comment } => Values {
                order_id: Some(order_id),
                stars: Some(stars.number()),
                comment: comment.as_ref().map(Comment::as_str),
                ..Values::default()
            },
            EventBody::Redriven { dead_letter_id, record } => {
                let values = match record {
                    ForeignRecord::Order { order_id, order_amount, order_total_price, is_paid } => {
                        Values::order(order_id, order_amount, order_total_price, is_paid)
                    }
                    ForeignRecord::Feedback { order_id, stars } => {
                        Values { order_id: Some(order_id), stars: Some(stars.number()), ..Values::default() }
                    }
                    ForeignRecord::Requests { requests_num } => {
                        Values { requests_num: Some(requests_num), ..Values::default() }
                    }
                };
                Values { dead_letter_id: Some(dead_letter_id), ..values }
            }
        }
    }

    fn order(order_id: i64, order_amount: i64, order_total_price: Money, is_paid: bool) -> Values<'static> {
        Values {
            order_id: Some(order_id),
            order_amount: Some(order_amount),
            order_total_price: Some(order_total_price.cents()),
            is_paid: Some(i64::from(is_paid)),
            ..Values::default()
        }
    }
}

/// The job of writing a group of page views.
struct RecordPageViews {
    views: Vec<PageView>,
}

impl Work for RecordPageViews {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let event_time = tx.event_time();
        let rows: Vec<_> =
            self.views.iter().map(|view| (view.path.path(), view.kind.name(), i64::from(view.is_visit))).collect();
        let json = serde_json::to_string(&rows).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let sql = tx.dialect.with_rows(
            "insert into outbox (topic, event_time, path, kind, is_visit)
             select 'web_requests', cast($2 as bigint), value ->> 0, value ->> 1, cast(value ->> 2 as bigint)
               from {rows}
             returning id, path, kind",
        );
        let inserted =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(json).bind(event_time.micros()).fetch_all(&mut *tx.conn).await?;
        for row in inserted {
            let event_id = row.try_get(0)?;
            let unreadable = || StoreError::Corrupt(format!("outbox row {event_id}"));
            let path = PagePath::parse(&row.try_get::<String, _>(1)?).ok_or_else(unreadable)?;
            let kind = ViewKind::named(&row.try_get::<String, _>(2)?).ok_or_else(unreadable)?;
            tx.events.push(Event { event_id, event_time, body: EventBody::PageView { path, kind } });
        }
        Ok(())
    }
}
