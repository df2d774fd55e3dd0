//! Closing minutes: check, close and move `closed_until` in one transaction that nobody can count past.

use crate::columns::minutes_table;
use crate::reached::{Reached, reached};
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::Minute;
use sqlx::{AssertSqlSafe, Row};
use streams::Topic;

/// Minutes that one transaction closes at most; a long pause takes several.
const MINUTES_PER_CLOSING_MAX: i64 = 10_000;

/// The ends of the log that were observed after the minutes' end plus grace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The life of the cluster's data that the ends belong to.
    pub log: String,
    /// One for every partition of every topic.
    pub ends: Vec<LogEnd>,
}

impl Target {
    /// Takes the lower end where `again`, observed later, has one: the log has lost its tail before anybody read it,
    /// and the old end may never be reached.
    pub fn lower_to(&mut self, again: &Target) {
        if self.log != again.log {
            return;
        }
        for end in &mut self.ends {
            let is_same = |now: &&LogEnd| {
                (now.topic, now.partition, now.generation) == (end.topic, end.partition, end.generation)
            };
            if let Some(now) = again.ends.iter().find(is_same) {
                end.offset = end.offset.min(now.offset);
            }
        }
    }
}

/// The end of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEnd {
    /// The topic.
    pub topic: Topic,
    /// The partition.
    pub partition: i32,
    /// The generation under which the end was observed; under another one it means nothing.
    pub generation: i64,
    /// The offset of the next record to come.
    pub offset: i64,
}

/// What became of an attempt to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Every minute before this one is closed now.
    Closed(Minute),
    /// An event of these minutes still waits in the outbox.
    OutboxWaits,
    /// The consumer has not reached the target.
    LogWaits,
    /// The log is another one, or a generation changed: the target is void and must be read anew.
    TargetVoid,
}

impl Store {
    /// Closes every minute before `until` for which everything is counted. Idle minutes become rows of zeros.
    ///
    /// # Errors
    /// What the database says; then nothing was closed.
    pub async fn close_minutes(&self, until: Minute, target: Target) -> Result<Closing, StoreError> {
        let closing = self.writer.run(CloseMinutes { until, target }).await?;
        if matches!(closing, Closing::Closed(_)) {
            crash::step("after_closing");
        }
        Ok(closing)
    }
}

struct CloseMinutes {
    until: Minute,
    target: Target,
}

impl Work for CloseMinutes {
    type Output = Closing;
    const CLOSES_MINUTES: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Closing, StoreError> {
        // Not a minute that is still under way by the clock that stamps events.
        let until = self.until.min(Minute::of(tx.now)).min(tx.closed_until.plus(MINUTES_PER_CLOSING_MAX));
        if until <= tx.closed_until {
            return Ok(Closing::Closed(tx.closed_until));
        }
        // Of these minutes alone. An event that came over HTTP, or a dead letter sent back, may be of a closed one: it
        // is late whenever it is counted, and one after the other would keep every minute open.
        let waits = sqlx::query("select 1 from outbox where event_time >= $1 and event_time < $2 limit 1")
            .bind(tx.closed_until.start().micros())
            .bind(until.start().micros())
            .fetch_optional(&mut *tx.conn)
            .await?;
        if waits.is_some() {
            return Ok(Closing::OutboxWaits);
        }
        match reached(tx.conn, tx.dialect, &self.target).await? {
            Reached::Yes => {}
            Reached::NotYet => return Ok(Closing::LogWaits),
            Reached::Void => return Ok(Closing::TargetVoid),
        }
        close(tx, until).await?;
        crash::step("in_closing");
        Ok(Closing::Closed(until))
    }
}

async fn close(tx: &mut Tx<'_>, until: Minute) -> Result<(), StoreError> {
    // Of every stream that was ever declared, also by another server: so the minutes of none have a gap.
    for stream in sqlx::query("select topic from streams order by topic").fetch_all(&mut *tx.conn).await? {
        let table = minutes_table(&stream.try_get::<String, _>(0)?);
        let sql = format!(
            "with recursive due (minute) as (
               select cast($1 as bigint)
               union all
               select minute + 1 from due where minute + 1 < $2
             )
             insert into {table} (minute, is_closed)
             select minute, 1 from due where true
                 on conflict (minute) do update set is_closed = 1"
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(tx.closed_until.number())
            .bind(until.number())
            .execute(&mut *tx.conn)
            .await?;
    }
    sqlx::query("update shop set closed_until = $1").bind(until.number()).execute(&mut *tx.conn).await?;
    tx.closed_until = until;
    Ok(())
}
