//! Counting: the ONE transaction in which an event leaves the outbox, enters its minute, and positions advance.
//!
//! An own record only names its outbox row; the figures come from the row that was deleted. A row that is gone was
//! counted before. Records of other producers count once by compare-and-swap on their partition's position.

use crate::additions::{Addition, Additions};
use crate::outbox::OutboxRow;
use crate::writer::{Tx, Work};
use crate::{
    DeadLetter, DeadLetterRange, Part, Store, StoreError, Tallies, dead_letters, latest, minutes, outbox, positions,
    tallies,
};
use domain::{Fingerprint, Minute};
use sqlx::{AssertSqlSafe, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use streams::{LatestEvent, Topic};

/// What one fetch of the consumer asks to be counted.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The life of the cluster's data that the records were read from.
    pub log: String,
    /// Outbox ids that own records name, duplicates included.
    pub own: BTreeSet<i64>,
    /// What other producers' records come to.
    pub foreign: BTreeMap<(Topic, Minute), Part>,
    /// The last of them as people read them, in the order of the log.
    pub latest: Vec<LatestEvent>,
    /// Where each partition began in this batch and where it ends.
    pub advances: Vec<Advance>,
    /// The last record that each partition's step passes.
    pub seen: Vec<Seen>,
    /// Records that could not be read.
    pub dead_letters: Vec<DeadLetter>,
    /// Runs of unreadable records of which only the offsets are kept.
    pub dead_letter_ranges: Vec<DeadLetterRange>,
    /// Records that belong to no minute.
    pub tallies: Tallies,
}

/// A step of one partition, from the offset where this batch's fetch began to the one after its last record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advance {
    /// The topic.
    pub topic: Topic,
    /// The partition.
    pub partition: i32,
    /// The generation under which it was read.
    pub generation: i64,
    /// The stored position must be exactly this.
    pub from: i64,
    /// The position to store.
    pub to: i64,
}

/// The last record that a partition's step passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The partition.
    pub partition: i32,
    /// The record.
    pub last: Fingerprint,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Own events that left the outbox.
    pub own_events: usize,
    /// Own records whose row was gone, since they were counted before, or is left to a newer version.
    pub duplicates: usize,
    /// Closed minutes that this batch changed; their files must be rendered again.
    pub revised: Vec<(Topic, Minute)>,
}

impl Store {
    /// Counts a batch, or nothing of it.
    ///
    /// # Errors
    /// [`StoreError::PositionMoved`] when a partition's position is not where the batch began: read the positions
    /// anew and go back to them. Else what the database says.
    pub async fn count(&self, batch: impl Into<Arc<Batch>>) -> Result<Counted, StoreError> {
        let counted = self.writer.run(batch.into()).await?;
        crash::step("after_counting_commit");
        Ok(counted)
    }
}

impl Work for Arc<Batch> {
    type Output = Counted;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Counted, StoreError> {
        // Positions, outbox, minutes, tallies, and each in its own order: two servers never wait for one another.
        let mut advances = self.advances.clone();
        advances.sort_by_key(|advance| (advance.topic.name(), advance.partition));
        for advance in &advances {
            let seen = self.seen.iter().find(|seen| seen.partition == advance.partition);
            positions::advance(tx, &self.log, advance, seen).await?;
        }
        let Taken { mut additions, events: own_events, unknown, latest } = self.take_own(tx).await?;
        let duplicates = self.own.len() - own_events;
        for (key, part) in &self.foreign {
            additions.entry(*key).or_default().foreign.add_part(key.0.stream(), part)?;
        }
        let revised = minutes::add(tx, &additions).await?;
        let latest: Vec<_> = latest.into_iter().map(|(_, event)| event).chain(self.latest.iter().cloned()).collect();
        latest::keep(tx, &latest).await?;
        let late_events: i64 = revised.iter().filter_map(|key| additions.get(key)).map(Addition::records).sum();
        let mut totals = self.tallies;
        totals.late_events += late_events;
        totals.anomalies += unknown;
        totals.dead_letters += dead_letters::insert(tx, &self.dead_letters, &self.dead_letter_ranges).await?;
        tallies::add(tx, &totals).await?;
        crash::step("before_counting_commit");
        Ok(Counted { own_events, duplicates, revised })
    }
}

/// What own records named.
#[derive(Default)]
struct Taken {
    additions: Additions,
    /// Rows that were really there.
    events: usize,
    /// Ids that were never issued.
    unknown: i64,
    /// As people read them, by their ids.
    latest: Vec<(i64, LatestEvent)>,
}

impl Batch {
    /// Deletes the outbox rows that own records name; what they held is what counts.
    async fn take_own(&self, tx: &mut Tx<'_>) -> Result<Taken, StoreError> {
        let mut taken = Taken::default();
        if self.own.is_empty() {
            return Ok(taken);
        }
        let ids: Vec<_> = self.own.iter().map(|id| [id]).collect();
        let json = serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let (readable, in_locking_order) = (outbox::readable(tx.streams), tx.dialect.in_locking_order());
        let sql = tx.dialect.with_rows(&format!(
            "delete from outbox
              where id in (
                    select id from outbox
                     where id in (select cast(value ->> 0 as bigint) from {{rows}}) and {readable} {in_locking_order})
             returning {}",
            outbox::columns(tx.dialect),
        ));
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(json).fetch_all(&mut *tx.conn).await?;
        for row in &rows {
            let OutboxRow { event, is_foreign } = outbox::event(tx.streams, row)?;
            let topic = event.body.topic;
            let addition = taken.additions.entry((topic, Minute::of(event.event_time))).or_default();
            // A dead letter that was sent back is another producer's order: the orders table knows nothing of it.
            let part = if is_foreign { &mut addition.foreign } else { &mut addition.own };
            part.add(topic.stream(), &topic.stream().values(&event.body.payload))?;
            if !topic.is_on_dashboard() {
                let texts = topic.stream().texts(&event.body.payload);
                let latest = LatestEvent { topic, event_time: event.event_time, is_foreign, texts };
                taken.latest.push((event.event_id, latest));
            }
        }
        taken.latest.sort_by_key(|(id, _)| *id);
        taken.events = rows.len();
        if rows.len() != self.own.len() {
            taken.unknown = self.never_issued(tx).await?;
        }
        Ok(taken)
    }

    async fn never_issued(&self, tx: &mut Tx<'_>) -> Result<i64, StoreError> {
        let highest = sqlx::query(tx.dialect.highest_outbox_id()).fetch_optional(&mut *tx.conn).await?;
        let highest: i64 = highest.map_or(Ok(0), |row| row.try_get(0))?;
        Ok(self.own.iter().filter(|id| !(1..=highest).contains(*id)).count() as i64)
    }
}
