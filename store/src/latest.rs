//! What was counted last of each stream that has no place of its own on the dashboard. Written in the transaction that
//! counts, read by the stream's page. A copy to look at: nothing is counted from it.

use crate::connection::Conn;
use crate::writer::Tx;
use crate::{Store, StoreError};
use domain::{Mention, Timestamp};
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;
use streams::{LatestEvent, Topic};

/// Events of a stream that are kept.
pub const LATEST_EVENTS_MAX: usize = 20;

/// Keeps the last ones of `events`, in their order, and lets older ones of their streams go.
pub(crate) async fn keep(tx: &mut Tx<'_>, events: &[LatestEvent]) -> Result<(), StoreError> {
    let mut by_topic: BTreeMap<Topic, Vec<_>> = BTreeMap::new();
    for event in events.iter().filter(|event| !event.topic.is_on_dashboard()) {
        by_topic.entry(event.topic).or_default().push(event);
    }
    for (topic, events) in by_topic {
        let mut rows = Vec::with_capacity(LATEST_EVENTS_MAX);
        for event in events.into_iter().rev().take(LATEST_EVENTS_MAX).rev() {
            let texts = serde_json::to_string(&event.texts).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            rows.push((topic, event.event_time.micros(), i64::from(event.is_foreign), texts));
        }
        let sql = "insert into latest_events (topic, event_time, is_foreign, texts)
                   select value ->> 0, cast(value ->> 1 as bigint), cast(value ->> 2 as bigint), value ->> 3
                     from {rows}";
        tx.dialect.run(tx.conn, sql, &rows).await?;
        let sql = format!(
            "delete from latest_events
              where id in (
                    select id from latest_events
                     where topic = $1 and id < (
                           select min(id) from (
                                  select id from latest_events where topic = $1 order by id desc limit {LATEST_EVENTS_MAX}
                           ) as kept)
                     {})",
            tx.dialect.those_that_are_free(),
        );
        sqlx::query(AssertSqlSafe(sql)).bind(topic.name()).execute(&mut *tx.conn).await?;
    }
    Ok(())
}

impl Store {
    /// What was counted last of a stream, the newest first: at most [`LATEST_EVENTS_MAX`].
    ///
    /// # Errors
    /// What the database says.
    pub async fn latest_events(&self, topic: Topic) -> Result<Vec<LatestEvent>, StoreError> {
        let sql = format!(
            "select event_time, is_foreign, texts from latest_events
              where topic = $1 order by id desc limit {LATEST_EVENTS_MAX}"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(topic.name()).fetch_all(&self.readers).await?;
        let event = |row: &sqlx::any::AnyRow| {
            let texts: String = row.try_get(2)?;
            Ok(LatestEvent {
                topic,
                event_time: Timestamp::from_micros(row.try_get(0)?),
                is_foreign: row.try_get::<i64, _>(1)? != 0,
                texts: serde_json::from_str(&texts).map_err(|error| StoreError::Corrupt(error.to_string()))?,
            })
        };
        rows.iter().map(event).collect()
    }
}

/// How many name this customer.
pub(crate) async fn naming(conn: &mut Conn, mention: &Mention) -> Result<Vec<i64>, StoreError> {
    let rows = sqlx::query("select id, texts from latest_events order by id").fetch_all(conn).await?;
    let mut found = Vec::new();
    for row in &rows {
        if mention.is_in(row.try_get::<String, _>(1)?.as_bytes()) {
            found.push(row.try_get(0)?);
        }
    }
    Ok(found)
}

/// Deletes those that name this customer, in the transaction that is open.
pub(crate) async fn forget(conn: &mut Conn, mention: &Mention) -> Result<i64, StoreError> {
    let found = naming(conn, mention).await?;
    for id in &found {
        sqlx::query("delete from latest_events where id = $1").bind(id).execute(&mut *conn).await?;
    }
    Ok(found.len() as i64)
}
