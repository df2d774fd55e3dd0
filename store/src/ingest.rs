//! Events from outside that come over HTTP. Each becomes a row of the outbox in one transaction with its id, so that it
//! counts once however often it is sent. Its figures are foreign ones: the shop's own tables know nothing of it, and
//! one with an older time may belong into a closed minute, whose revision it raises, as a dead letter does that is sent
//! back.

use crate::outbox::FORMAT;
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::{Minute, Timestamp};
use sqlx::{AssertSqlSafe, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use streams::{Event, NewEvent, Topic};

/// Events that one call may bring.
pub const INGESTED_PER_CALL_MAX: usize = 1_000;
/// How far ahead of the database's clock an event's time may lie.
const AHEAD_MICROS_MAX: i64 = 60_000_000;
/// Ids that one transaction deletes.
const FORGOTTEN_PER_STEP_MAX: i64 = 500;

/// An event from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Its source and its id there, by which it is known when it comes again.
    pub id: Option<(String, String)>,
    /// When it happened; `None`: now.
    pub time: Option<Timestamp>,
    /// What happened.
    pub event: NewEvent,
}

/// For how long things are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IngestLimits {
    /// How long an id is known.
    pub dedupe: Duration,
    /// How late an event may be.
    pub late: Duration,
}

/// What became of the events of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ingestion {
    /// They are committed.
    Taken {
        /// How many are on their way to be counted.
        new: usize,
        /// How many had come before.
        known: usize,
    },
    /// Nothing of them is kept.
    Refused {
        /// The first one that cannot be taken.
        index: usize,
        /// What is wrong with its time.
        why: TimeProblem,
    },
}

/// Why an event's time is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeProblem {
    /// Too far ahead.
    #[error("lies more than 60 seconds ahead")]
    Ahead,
    /// Too late, or before the stream was declared.
    #[error("lies before {0}, and what is older is not taken any more")]
    TooLate(Timestamp),
}

impl Store {
    /// Takes events of one stream into the outbox, all or none. Answers after the commit.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::DiskFull`] when trying again later helps; else what the database says.
    pub async fn ingest(&self, incoming: Vec<Incoming>, limits: IngestLimits) -> Result<Ingestion, StoreError> {
        let first_minutes = Arc::clone(&self.first_minutes);
        self.writer.run_in_time(Ingest { incoming, limits, first_minutes }).await
    }

    /// Forgets some ids that are older than this. Answers whether more of them may be left.
    ///
    /// # Errors
    /// What the database says; then none was forgotten.
    pub async fn forget_ingested(&self, older_than: Duration) -> Result<bool, StoreError> {
        let until = before(self.now(), older_than).micros();
        let due = sqlx::query("select 1 from ingested where seen_at <= $1 limit 1").bind(until);
        if due.fetch_optional(&self.readers).await?.is_none() {
            return Ok(false);
        }
        self.writer.run(Forget { until }).await
    }
}

fn before(at: Timestamp, span: Duration) -> Timestamp {
    at.plus_micros(-i64::try_from(span.as_micros()).unwrap_or(i64::MAX))
}

struct Ingest {
    incoming: Vec<Incoming>,
    limits: IngestLimits,
    first_minutes: Arc<BTreeMap<Topic, Minute>>,
}

impl Work for Ingest {
    type Output = Ingestion;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Ingestion, StoreError> {
        // What is known is acknowledged, even when its time would be refused by now: it counts already.
        let new_ids = self.note_ids(tx).await?;
        let is_known = |incoming: &Incoming| incoming.id.as_ref().is_some_and(|id| !new_ids.contains(id));
        let latest = before(tx.now, self.limits.late);
        let problem = |incoming: &Incoming| {
            let first = self.first_minutes.get(&incoming.event.topic).copied().unwrap_or_default();
            let (time, earliest) = (incoming.time.filter(|_| !is_known(incoming))?, latest.max(first.start()));
            if time.micros_since(tx.now) > AHEAD_MICROS_MAX {
                Some(TimeProblem::Ahead)
            } else {
                (time < earliest).then_some(TimeProblem::TooLate(earliest))
            }
        };
        let refused = self.incoming.iter().enumerate().find_map(|(index, one)| Some((index, problem(one)?)));
        if let Some((index, why)) = refused {
            take_back(tx, &new_ids).await?;
            return Ok(Ingestion::Refused { index, why });
        }
        let mut seen = BTreeSet::new();
        let is_new = |incoming: &&Incoming| match &incoming.id {
            None => true,
            Some(id) => new_ids.contains(id) && seen.insert(id.clone()),
        };
        let new: Vec<&Incoming> = self.incoming.iter().filter(is_new).collect();
        insert(tx, &new).await?;
        Ok(Ingestion::Taken { new: new.len(), known: self.incoming.len() - new.len() })
    }
}

impl Ingest {
    /// Notes the ids of these events; answers those that were not known. In the order of the key, so that two servers
    /// do not wait for one another.
    async fn note_ids(&self, tx: &mut Tx<'_>) -> Result<BTreeSet<(String, String)>, StoreError> {
        let ids: BTreeSet<_> = self.incoming.iter().filter_map(|incoming| incoming.id.as_ref()).collect();
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let json = serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let sql = tx.dialect.with_rows(
            "insert into ingested (source, id, seen_at)
             select value ->> 0, value ->> 1, cast($2 as bigint) from {rows} where true
                 on conflict (source, id) do update
                set seen_at = excluded.seen_at
              where ingested.seen_at <= $3
             returning source, id",
        );
        let known_since = before(tx.now, self.limits.dedupe).micros();
        let query = sqlx::query(AssertSqlSafe(sql)).bind(json).bind(tx.now.micros()).bind(known_since);
        let rows = query.fetch_all(&mut *tx.conn).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}

/// Forgets ids that this transaction noted.
async fn take_back(tx: &mut Tx<'_>, ids: &BTreeSet<(String, String)>) -> Result<(), StoreError> {
    let sql = "delete from ingested where (source, id) in (select value ->> 0, value ->> 1 from {rows})";
    tx.dialect.run(tx.conn, sql, ids).await
}

/// Puts the events into the outbox and on their way to the relay.
async fn insert(tx: &mut Tx<'_>, incoming: &[&Incoming]) -> Result<(), StoreError> {
    let now = tx.event_time();
    let row = |incoming: &&Incoming| {
        let NewEvent { topic, key, payload } = &incoming.event;
        (topic.name(), incoming.time.unwrap_or(now).micros(), key.clone(), payload.clone())
    };
    let rows: Vec<_> = incoming.iter().map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(&rows).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = tx.dialect.with_rows(
        "insert into outbox (topic, event_time, key, payload, format, is_foreign)
         select value ->> 0, cast(value ->> 1 as bigint), value ->> 2, value ->> 3, cast($2 as bigint), 1
           from {rows}
         returning id, topic, event_time, key, payload",
    );
    for row in sqlx::query(AssertSqlSafe(sql)).bind(json).bind(FORMAT).fetch_all(&mut *tx.conn).await? {
        let topic: String = row.try_get(1)?;
        let topic = tx.streams.of(&topic).ok_or_else(|| StoreError::Corrupt(format!("the topic {topic}")))?;
        let event_time = Timestamp::from_micros(row.try_get(2)?);
        let body = NewEvent { topic, key: row.try_get(3)?, payload: row.try_get(4)? };
        tx.events.push(Event { event_id: row.try_get(0)?, event_time, body });
    }
    Ok(())
}

struct Forget {
    until: i64,
}

impl Work for Forget {
    type Output = bool;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let forgotten = sqlx::query(
            "delete from ingested
              where (source, id) in (select source, id from ingested where seen_at <= $1 order by seen_at limit $2)",
        )
        .bind(self.until)
        .bind(FORGOTTEN_PER_STEP_MAX)
        .execute(&mut *tx.conn)
        .await?;
        Ok(forgotten.rows_affected() as i64 >= FORGOTTEN_PER_STEP_MAX)
    }
}
