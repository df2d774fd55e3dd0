//! Positions: up to where each partition of each log is applied. The truth about progress; Kafka's group offsets
//! only save work.

use crate::writer::{Tx, Work};
use crate::{Advance, Seen, Store, StoreError, Target};
use domain::{Fingerprint, Topic};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

/// Where one partition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Raised whenever the partition's log turned out to be another one.
    pub generation: i64,
    /// The offset of the next record to apply.
    pub next_offset: i64,
}

/// What stays remembered of a log's records when its partition moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remember {
    /// The first and the last one: it is the same log.
    Both,
    /// The first one, which is the last one, too, until another is applied: the tail was lost.
    First,
    /// None: it is another log.
    Nothing,
}

impl Store {
    /// Where a partition stands; `None` when it was never read.
    ///
    /// # Errors
    /// What the database says.
    pub async fn position(&self, log: &str, topic: Topic, partition: i32) -> Result<Option<Position>, StoreError> {
        let mut conn = self.readers.acquire().await?;
        position(&mut conn, log, topic, partition).await
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

    /// The first and the last record that were applied of this log; `None` when none was.
    ///
    /// # Errors
    /// What the database says.
    pub async fn remembered(
        &self,
        log: &str,
        topic: Topic,
        partition: i32,
    ) -> Result<Option<(Fingerprint, Fingerprint)>, StoreError> {
        let row = sqlx::query(
            "select first_offset, first_timestamp, first_hash, last_offset, last_timestamp, last_hash
               from positions
              where log = $1 and topic = $2 and partition_id = $3 and first_offset is not null",
        )
        .bind(log)
        .bind(topic.name())
        .bind(i64::from(partition))
        .fetch_optional(&self.readers)
        .await?;
        let fingerprint = |row: &AnyRow, column: usize| -> Result<Fingerprint, StoreError> {
            Ok(Fingerprint {
                offset: row.try_get(column)?,
                timestamp_millis: row.try_get(column + 1)?,
                hash: row.try_get(column + 2)?,
            })
        };
        row.map(|row| Ok((fingerprint(&row, 0)?, fingerprint(&row, 3)?))).transpose()
    }

    /// Moves a partition to `next_offset` because its log is another one than it was at `seen`, and raises its
    /// generation. Answers where it stands, which another server may have decided meanwhile.
    ///
    /// # Errors
    /// What the database says.
    pub async fn restart_position(
        &self,
        log: &str,
        topic: Topic,
        partition: i32,
        seen: Position,
        next_offset: i64,
        remember: Remember,
    ) -> Result<Position, StoreError> {
        self.writer.run(RestartPosition { log: log.to_owned(), topic, partition, seen, next_offset, remember }).await
    }

    /// Forgets the positions of all logs whose name begins with `prefix`, except `log`: they died with their broker.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_positions(&self, prefix: &str, log: &str) -> Result<(), StoreError> {
        self.writer.run(ForgetPositions { pattern: format!("{prefix}%"), log: log.to_owned() }).await
    }
}

async fn position(
    conn: &mut AnyConnection,
    log: &str,
    topic: Topic,
    partition: i32,
) -> Result<Option<Position>, StoreError> {
    let row = sqlx::query(
        "select generation, next_offset
           from positions
          where log = $1 and topic = $2 and partition_id = $3",
    )
    .bind(log)
    .bind(topic.name())
    .bind(i64::from(partition))
    .fetch_optional(&mut *conn)
    .await?;
    row.map(|row| Ok(Position { generation: row.try_get(0)?, next_offset: row.try_get(1)? })).transpose()
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

struct RestartPosition {
    log: String,
    topic: Topic,
    partition: i32,
    seen: Position,
    next_offset: i64,
    remember: Remember,
}

impl Work for RestartPosition {
    type Output = Position;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Position, StoreError> {
        let remembered = match self.remember {
            Remember::Both => "",
            Remember::First => ", last_offset = first_offset, last_timestamp = first_timestamp, last_hash = first_hash",
            Remember::Nothing => {
                ", first_offset = null, first_timestamp = null, first_hash = null,
                   last_offset = null, last_timestamp = null, last_hash = null"
            }
        };
        sqlx::query(AssertSqlSafe(format!(
            "update positions
                set generation = generation + 1, next_offset = $1 {remembered}
              where log = $2 and topic = $3 and partition_id = $4 and generation = $5 and next_offset = $6",
        )))
        .bind(self.next_offset)
        .bind(self.log.as_str())
        .bind(self.topic.name())
        .bind(i64::from(self.partition))
        .bind(self.seen.generation)
        .bind(self.seen.next_offset)
        .execute(&mut *tx.conn)
        .await?;
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

/// The compare-and-swap that makes records of other producers count once. Remembers the records that it passes.
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
                    first_offset = coalesce(first_offset, $7),
                    first_timestamp = coalesce(first_timestamp, $8),
                    first_hash = coalesce(first_hash, $9),
                    last_offset = $10, last_timestamp = $11, last_hash = $12
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
    for Fingerprint { offset, timestamp_millis, hash } in seen.iter().flat_map(|seen| [seen.first, seen.last]) {
        update = update.bind(offset).bind(timestamp_millis).bind(hash);
    }
    let updated = update.execute(&mut *tx.conn).await?;
    match updated.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::PositionMoved { topic: advance.topic.name(), partition: advance.partition }),
    }
}

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

pub(crate) async fn reached(conn: &mut AnyConnection, target: &Target) -> Result<Reached, StoreError> {
    if target.ends.is_empty() {
        // Nothing was observed, so nothing is known.
        return Ok(Reached::Void);
    }
    let mut reached = Reached::Yes;
    for end in &target.ends {
        match position(conn, &target.log, end.topic, end.partition).await? {
            Some(position) if position.generation != end.generation => return Ok(Reached::Void),
            Some(position) if position.next_offset >= end.offset => {}
            _ => reached = Reached::NotYet,
        }
    }
    Ok(reached)
}
