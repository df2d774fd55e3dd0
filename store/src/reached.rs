//! Whether what was in the log at some instant is counted. Asked by the closer, inside the transaction that closes, and
//! by the sweeper before it publishes again.

use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::{Store, StoreError, Target};
use sqlx::{AssertSqlSafe, Row};

/// How the positions stand to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// Every partition is applied up to it.
    Yes,
    /// Some partition is not.
    NotYet,
    /// Some partition has another generation now: the target says nothing any more.
    Void,
}

impl Store {
    /// How the consumer stands to the target; the sweeper asks it before it republishes.
    ///
    /// # Errors
    /// What the database says.
    pub async fn reached(&self, target: &Target) -> Result<Reached, StoreError> {
        let mut conn = self.readers.acquire().await?;
        reached(&mut conn, self.dialect, target).await
    }
}

/// One statement for all partitions: the closer holds up every order while it asks.
pub(crate) async fn reached(conn: &mut Conn, dialect: Dialect, target: &Target) -> Result<Reached, StoreError> {
    if target.ends.is_empty() {
        // Nothing was observed, so nothing is known.
        return Ok(Reached::Void);
    }
    let ends: Vec<_> =
        target.ends.iter().map(|end| (end.topic.name(), end.partition, end.generation, end.offset)).collect();
    let json = serde_json::to_string(&ends).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = dialect.with_rows(
        "select count(case when positions.generation <> ends.generation then 1 end),
                count(case when positions.generation = ends.generation
                            and positions.next_offset >= ends.next_offset then 1 end)
           from (select value ->> 0 as topic, cast(value ->> 1 as bigint) as partition_id,
                        cast(value ->> 2 as bigint) as generation, cast(value ->> 3 as bigint) as next_offset
                   from {rows}) as ends
           join positions on positions.log = $2 and positions.topic = ends.topic
                         and positions.partition_id = ends.partition_id",
    );
    let row = sqlx::query(AssertSqlSafe(sql)).bind(json).bind(target.log.as_str()).fetch_one(&mut *conn).await?;
    let (changed, reached): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    Ok(match (changed, usize::try_from(reached).is_ok_and(|reached| reached == target.ends.len())) {
        (0, true) => Reached::Yes,
        (0, false) => Reached::NotYet,
        _ => Reached::Void,
    })
}
