//! What waits in the outbox: how much, since when, and which events. Asked by the dashboard, the sweeper, and whoever
//! writes page views.

use crate::outbox::{COLUMNS_NUM, columns, event, readable};
use crate::{Store, StoreError};
use domain::Timestamp;
use sqlx::{AssertSqlSafe, Row};
use streams::Event;

/// How many waiting events are counted one by one. After a long outage there are so many more that counting them each
/// second would cost more than writing them.
const COUNTED_EVENTS_MAX: i64 = 10_000;

/// How much waits in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxState {
    /// Events that wait to be counted: exact below ten thousand, beyond it the span of their ids, which few ids left
    /// out make a little larger.
    pub events: i64,
    /// The event time of the one that was written first; of a dead letter, when it was sent back.
    pub oldest: Option<Timestamp>,
}

/// A part of the outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxPage {
    /// Its events.
    pub events: Vec<Event>,
    /// The id of its last row; `None` when it has none.
    pub last_id: Option<i64>,
    /// Rows of a newer version, or of a stream that is not declared here. This server neither publishes nor counts
    /// them, and closes no minute past them.
    pub unknown: usize,
}

impl Store {
    /// How much waits in the outbox.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_state(&self) -> Result<OutboxState, StoreError> {
        // Apart, each of the two ends is found at once.
        let row = sqlx::query(
            "select (select count(*) from (select 1 from outbox limit $1) as counted),
                    (select max(id) from outbox) - (select min(id) from outbox) + 1,
                    (select coalesce(dead_letters.redriven_at, outbox.event_time)
                       from outbox
                       left join dead_letters on dead_letters.id = outbox.dead_letter_id
                      order by outbox.id
                      limit 1)",
        )
        .bind(COUNTED_EVENTS_MAX)
        .fetch_one(&self.readers)
        .await?;
        let counted: i64 = row.try_get(0)?;
        let ids: Option<i64> = row.try_get(1)?;
        Ok(OutboxState {
            events: if counted < COUNTED_EVENTS_MAX { counted } else { ids.unwrap_or(counted) },
            oldest: row.try_get::<Option<i64>, _>(2)?.map(Timestamp::from_micros),
        })
    }

    /// The highest id of the rows that wait in the outbox.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_last_id(&self) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query("select max(id) from outbox").fetch_one(&self.readers).await?;
        Ok(row.try_get(0)?)
    }

    /// The events that wait in the outbox with ids above `after` and up to `until`, of at most `limit` rows, in the
    /// order of their ids. Rows that this server does not know are left out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn outbox_page(&self, after: i64, until: i64, limit: i64) -> Result<OutboxPage, StoreError> {
        let sql = format!(
            "select {}, cast(case when {} then 1 else 0 end as bigint)
               from outbox
              where id > $1 and id <= $2
              order by id
              limit $3",
            columns(self.dialect),
            readable(&self.streams),
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(after).bind(until).bind(limit).fetch_all(&self.readers).await?;
        let mut page = OutboxPage::default();
        for row in &rows {
            page.last_id = Some(row.try_get(0)?);
            match row.try_get::<i64, _>(COLUMNS_NUM)? {
                0 => page.unknown += 1,
                _ => page.events.push(event(&self.streams, row)?.event),
            }
        }
        Ok(page)
    }

    /// Page views that wait in the outbox: exact, or more than there are while these are at most `limit`; at most one
    /// more than `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn waiting_page_views(&self, limit: i64) -> Result<i64, StoreError> {
        // Mostly the span of the ids says enough, and costs nothing.
        let row = sqlx::query("select (select max(id) from outbox) - (select min(id) from outbox) + 1")
            .fetch_one(&self.readers);
        let span = row.await?.try_get::<Option<i64>, _>(0)?.unwrap_or(0);
        if span <= limit {
            return Ok(span);
        }
        let row =
            sqlx::query("select count(*) from (select 1 from outbox where topic = 'web_requests' limit $1) as counted")
                .bind(limit + 1)
                .fetch_one(&self.readers)
                .await?;
        Ok(row.try_get(0)?)
    }
}
