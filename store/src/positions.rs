//! Positions: up to where each partition of each log is applied. The truth about progress; Kafka's group offsets
//! only save work.

use crate::connection::Conn;
use crate::writer::{Tx, Work};
use crate::{Advance, Seen, Store, StoreError};
use domain::Fingerprint;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;
use streams::Topic;

/// Where one partition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Raised whenever the partition's log turned out to be another one.
    pub generation: i64,
    /// The offset of the next record to apply.
    pub next_offset: i64,
}

/// A position with the records by which its log is known again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Where the partition stands.
    pub position: Position,
    /// The log's first record, as the last check found it.
    pub sample: Option<Fingerprint>,
    /// The last record that was applied.
    pub last: Option<Fingerprint>,
}

impl Store {
    /// A number that is another one whenever records of any stream were counted.
    ///
    /// # Errors
    /// What the database says.
    pub async fn applied(&self) -> Result<i64, StoreError> {
        let sql = "select cast(coalesce(sum(next_offset), 0) as bigint) from positions";
        Ok(sqlx::query(sql).fetch_one(&self.readers).await?.try_get(0)?)
    }

    /// Where a partition stands; `None` when it was never read.
    ///
    /// # Errors
    /// What the database says.
    pub async fn position(&self, log: &str, topic: Topic, partition: i32) -> Result<Option<Position>, StoreError> {
        let mut conn = self.readers.acquire().await?;
        position(&mut conn, log, topic, partition).await
    }

    /// Where all partitions of a log stand that were ever read.
    ///
    /// # Errors
    /// What the database says.
    pub async fn positions(&self, log: &str) -> Result<BTreeMap<(Topic, i32), Position>, StoreError> {
        let sql = "select topic, partition_id, generation, next_offset from positions where log = $1";
        let rows = sqlx::query(sql).bind(log).fetch_all(&self.readers).await?;
        let mut positions = BTreeMap::new();
        for row in rows {
            // A newer version may have other topics.
            let Some(topic) = self.streams.of(&row.try_get::<String, _>(0)?) else { continue };
            let partition = i32::try_from(row.try_get::<i64, _>(1)?);
            let partition = partition.map_err(|error| StoreError::Corrupt(error.to_string()))?;
            positions
                .insert((topic, partition), Position { generation: row.try_get(2)?, next_offset: row.try_get(3)? });
        }
        Ok(positions)
    }

    /// Stores where a partition begins that was never read; one that was stays as it is. Answers where it stands.
    ///
    /// # Errors
    /// What the database says.
    pub async fn start_position(
        &self,
        log: &str,
        topic: Topic,
        partition: i32,
        next_offset: i64,
    ) -> Result<Position, StoreError> {
        self.writer.run(StartPosition { log: log.to_owned(), topic, partition, next_offset }).await
    }

    /// Where a partition stands, and what is remembered of its log; `None` when it was never read.
    ///
    /// # Errors
    /// What the database says.
    pub async fn standing(&self, log: &str, topic: Topic, partition: i32) -> Result<Option<Standing>, StoreError> {
        let mut conn = self.readers.acquire().await?;
        standing(&mut conn, log, topic, partition).await
    }

    /// Stores what a check of the log found: `next`, if the partition still stands at `seen`. Answers where it stands,
    /// which another server may have decided meanwhile.
    ///
    /// # Errors
    /// What the database says.
    pub async fn check_position(
        &self,
        log: &str,
        topic: Topic,
        partition: i32,
        seen: Position,
        next: Standing,
    ) -> Result<Position, StoreError> {
        self.writer.run(CheckPosition { log: log.to_owned(), topic, partition, seen, next }).await
    }

    /// Forgets the positions of all logs whose name begins with `prefix`, except `log`: they died with their broker.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_positions(&self, prefix: &str, log: &str) -> Result<(), StoreError> {
        self.writer.run(ForgetPositions { pattern: format!("{prefix}%"), log: log.to_owned() }).await
    }
}

async fn position(conn: &mut Conn, log: &str, topic: Topic, partition: i32) -> Result<Option<Position>, StoreError> {
    Ok(standing(conn, log, topic, partition).await?.map(|standing| standing.position))
}

async fn standing(conn: &mut Conn, log: &str, topic: Topic, partition: i32) -> Result<Option<Standing>, StoreError> {
    let row = sqlx::query(
        "select generation, next_offset,
                sample_offset, sample_timestamp, sample_hash, last_offset, last_timestamp, last_hash
           from positions
          where log = $1 and topic = $2 and partition_id = $3",
    )
    .bind(log)
    .bind(topic.name())
    .bind(i64::from(partition))
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Standing {
        position: Position { generation: row.try_get(0)?, next_offset: row.try_get(1)? },
        sample: fingerprint(&row, 2)?,
        last: fingerprint(&row, 5)?,
    }))
}

/// Reads three columns, from `first` on.
fn fingerprint(row: &AnyRow, first: usize) -> Result<Option<Fingerprint>, StoreError> {
    let Some(offset) = row.try_get(first)? else { return Ok(None) };
    Ok(Some(Fingerprint { offset, timestamp_millis: row.try_get(first + 1)?, hash: row.try_get(first + 2)? }))
}

async fn position_after(tx: &mut Tx<'_>, log: &str, topic: Topic, partition: i32) -> Result<Position, StoreError> {
    let stands = position(tx.conn, log, topic, partition).await?;
    stands.ok_or_else(|| StoreError::Corrupt(format!("no position of {topic} {partition}")))
}

struct StartPosition {
    log: String,
    topic: Topic,
    partition: i32,
    next_offset: i64,
}

impl Work for StartPosition {
    type Output = Position;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Position, StoreError> {
        sqlx::query(
            "insert into positions (log, topic, partition_id, generation, next_offset)
             values ($1, $2, $3, 0, $4)
             on conflict (log, topic, partition_id) do nothing",
        )
        .bind(self.log.as_str())
        .bind(self.topic.name())
        .bind(i64::from(self.partition))
        .bind(self.next_offset)
        .execute(&mut *tx.conn)
        .await?;
        position_after(tx, &self.log, self.topic, self.partition).await
    }
}

struct CheckPosition {
    log: String,
    topic: Topic,
    partition: i32,
    seen: Position,
    next: Standing,
}

impl Work for CheckPosition {
    type Output = Position;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Position, StoreError> {
        let Standing { position, sample, last } = self.next;
        let mut update = sqlx::query(
            "update positions
                set generation = $1, next_offset = $2,
                    sample_offset = $8, sample_timestamp = $9, sample_hash = $10,
                    last_offset = $11, last_timestamp = $12, last_hash = $13
              where log = $3 and topic = $4 and partition_id = $5 and generation = $6 and next_offset = $7",
        )
        .bind(position.generation)
        .bind(position.next_offset)
        .bind(self.log.as_str())
        .bind(self.topic.name())
        .bind(i64::from(self.partition))
        .bind(self.seen.generation)
        .bind(self.seen.next_offset);
        for record in [sample, last] {
            update = update
                .bind(record.map(|record| record.offset))
                .bind(record.map(|record| record.timestamp_millis))
                .bind(record.map(|record| record.hash));
        }
        update.execute(&mut *tx.conn).await?;
        position_after(tx, &self.log, self.topic, self.partition).await
    }
}

struct ForgetPositions {
    pattern: String,
    log: String,
}

impl Work for ForgetPositions {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        sqlx::query("delete from positions where log like $1 and log <> $2")
            .bind(self.pattern.as_str())
            .bind(self.log.as_str())
            .execute(&mut *tx.conn)
            .await?;
        Ok(())
    }
}

/// The compare-and-swap that makes records of other producers count once. Remembers the last record that it passes.
pub(crate) async fn advance(
    tx: &mut Tx<'_>,
    log: &str,
    advance: &Advance,
    seen: Option<&Seen>,
) -> Result<(), StoreError> {
    let update = match seen {
        None => {
            "update positions
                set next_offset = $1
              where log = $2 and topic = $3 and partition_id = $4 and generation = $5 and next_offset = $6"
        }
        Some(_) => {
            "update positions
                set next_offset = $1,
                    last_offset = $7, last_timestamp = $8, last_hash = $9
              where log = $2 and topic = $3 and partition_id = $4 and generation = $5 and next_offset = $6"
        }
    };
    let mut update = sqlx::query(update)
        .bind(advance.to)
        .bind(log)
        .bind(advance.topic.name())
        .bind(i64::from(advance.partition))
        .bind(advance.generation)
        .bind(advance.from);
    if let Some(Seen { last, .. }) = seen {
        update = update.bind(last.offset).bind(last.timestamp_millis).bind(last.hash);
    }
    let updated = update.execute(&mut *tx.conn).await?;
    match updated.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::PositionMoved { topic: advance.topic.name(), partition: advance.partition }),
    }
}
