//! What waits in the outbox to be counted, minute by minute.

use super::Audit;
use crate::additions::together;
use crate::{StoreError, outbox};
use domain::Minute;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;
use streams::{Topic, Totals};

/// Rows that are in memory at once.
const ROWS_PER_PAGE: i64 = 10_000;

/// What own events of a stream that wait come to.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) events: i64,
    pub(super) minutes: BTreeMap<Minute, Totals>,
}

impl Waiting {
    /// A JSON array for each minute: its number, then its measures.
    pub(super) fn json(&self) -> Result<String, StoreError> {
        let row = |(minute, totals): (&Minute, &Totals)| [vec![Some(minute.number())], totals.0.clone()].concat();
        let rows: Vec<_> = self.minutes.iter().map(row).collect();
        serde_json::to_string(&rows).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

impl Audit {
    /// Adds up the own events of a stream that wait.
    pub(super) async fn waiting(&mut self, topic: Topic) -> Result<Waiting, StoreError> {
        let (stream, mut waiting, mut after) = (topic.stream(), Waiting::default(), 0);
        let sql = format!(
            "select {} from outbox where id > $1 and {} and topic = $2 and {} order by id limit $3",
            outbox::columns(self.dialect),
            outbox::readable(&self.streams),
            outbox::IS_OWN,
        );
        loop {
            let query = sqlx::query(AssertSqlSafe(sql.clone())).bind(after).bind(topic.name()).bind(ROWS_PER_PAGE);
            let rows = query.fetch_all(&mut self.conn).await?;
            let Some(last) = rows.last() else { return Ok(waiting) };
            after = last.try_get::<i64, _>(0)?;
            for row in &rows {
                let event = outbox::event(&self.streams, row)?.event;
                let sum = waiting.minutes.entry(Minute::of(event.event_time)).or_default();
                *sum = together(stream, sum, &stream.totals(&stream.values(&event.body.payload)))?;
            }
            waiting.events += rows.len() as i64;
        }
    }
}
