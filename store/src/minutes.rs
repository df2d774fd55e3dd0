//! The minutes of each stream: written by counting and closing only, read by the dashboard and the files.

use crate::additions::{Additions, Part};
use crate::columns::{self, minute_list, minute_totals, minutes_table, upsert};
use crate::connection::Conn;
use crate::writer::Tx;
use crate::{Store, StoreError};
use domain::Minute;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;
use streams::{MinuteTotals, Stream, Topic, Totals};

/// Adds to the minutes and to their quarter hours; tells which of them were closed before, and so are revised now.
pub(crate) async fn add(tx: &mut Tx<'_>, additions: &Additions) -> Result<Vec<(Topic, Minute)>, StoreError> {
    tx.rollups.add_minutes(additions)?;
    let mut rows: BTreeMap<Topic, Vec<Vec<Option<i64>>>> = BTreeMap::new();
    for ((topic, minute), addition) in additions {
        let stream = topic.stream();
        let row = rows.entry(*topic).or_default();
        row.push(
            [vec![Some(minute.number())], or_nothing(stream, &addition.own), or_nothing(stream, &addition.foreign)]
                .concat(),
        );
    }
    let mut revised = Vec::new();
    for (topic, rows) in rows {
        let table = minutes_table(topic.name());
        let revision = format!(", revision = {table}.revision + {table}.is_closed");
        let returning = "returning minute, is_closed";
        let sql = upsert(&table, "minute", &columns::minute_columns(topic.stream()), &revision, returning);
        let json = serde_json::to_string(&rows).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let sql = AssertSqlSafe(tx.dialect.with_rows(&sql));
        for row in sqlx::query(sql).bind(json).fetch_all(&mut *tx.conn).await? {
            if row.try_get::<i64, _>(1)? != 0 {
                revised.push((topic, Minute::from_number(row.try_get(0)?)));
            }
        }
    }
    Ok(revised)
}

fn or_nothing(stream: &Stream, part: &Part) -> Vec<Option<i64>> {
    if part.totals.0.is_empty() { Totals::of_nothing(stream).0 } else { part.totals.0.clone() }
}

impl Store {
    /// Closed minutes of a stream from `from` on, in order and without a gap, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn closed_minutes_from(
        &self,
        topic: Topic,
        from: Minute,
        limit: i64,
    ) -> Result<Vec<MinuteTotals>, StoreError> {
        let mut conn = self.readers.acquire().await?;
        closed_from(&mut conn, topic, from, limit).await
    }

    /// Every minute before this one is closed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn closed_until(&self) -> Result<Minute, StoreError> {
        let row = sqlx::query("select closed_until from shop").fetch_one(&self.readers).await?;
        Ok(Minute::from_number(row.try_get(0)?))
    }

    /// The first minute in which a stream is counted: records from before it are not.
    #[must_use]
    pub fn first_minute_of(&self, topic: Topic) -> Minute {
        self.first_minutes.get(&topic).copied().unwrap_or(self.first_minute)
    }
}

/// Closed minutes from `from` on, in order, at most `limit`.
pub(crate) async fn closed_from(
    conn: &mut Conn,
    topic: Topic,
    from: Minute,
    limit: i64,
) -> Result<Vec<MinuteTotals>, StoreError> {
    let sql = format!(
        "select {} from {} where minute >= $1 and is_closed = 1 order by minute limit $2",
        minute_list(topic.stream()),
        minutes_table(topic.name()),
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(from.number()).bind(limit).fetch_all(conn).await?;
    Ok(rows.iter().map(|row| minute_totals(topic, row)).collect::<Result<_, _>>()?)
}
