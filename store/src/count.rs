//! Counting: the ONE transaction in which an event leaves the outbox, enters its minute, and positions advance.
//!
//! An own record only names its outbox row; the figures come from the row that was deleted. A row that is gone was
//! counted before. Records of other producers count once by compare-and-swap on their partition's position.

use crate::writer::{Tx, Work};
use crate::{
    DeadLetter, DeadLetterRange, Store, StoreError, Tallies, dead_letters, minutes, outbox, positions, tallies,
};
use domain::{EventBody, Figures, Fingerprint, Minute, Topic};
use sqlx::{AssertSqlSafe, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What one fetch of the consumer asks to be counted.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The life of the cluster's data that the records were read from.
    pub log: String,
    /// Outbox ids that own records name, duplicates included.
    pub own: BTreeSet<i64>,
    /// Figures of other producers' records, with how many records made them.
    pub foreign: BTreeMap<Minute, (Figures, i64)>,
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
    pub revised: Vec<Minute>,
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
        let (mut additions, own_events, unknown) = self.take_own(tx).await?;
        let duplicates = self.own.len() - own_events;
        for (minute, (figures, events)) in &self.foreign {
            let addition = additions.entry(*minute).or_default();
            addition.foreign = minutes::summed(addition.foreign, *figures)?;
            addition.events += events;
        }
        let revised = minutes::add(tx, &additions).await?;
        let late_events: i64 = revised.iter().filter_map(|minute| additions.get(minute)).map(|add| add.events).sum();
        let mut totals = self.tallies;
        totals.late_events += late_events;
        totals.anomalies += unknown;
        totals.dead_letters += dead_letters::insert(tx, &self.dead_letters, &self.dead_letter_ranges).await?;
        tallies::add(tx, &totals).await?;
        crash::step("before_counting_commit");
        Ok(Counted { own_events, duplicates, revised })
    }
}

impl Batch {
    /// Deletes the outbox rows that own records name; what they held is what counts. Also tells how many rows were
    /// really there, and how many ids were never issued.
    async fn take_own(&self, tx: &mut Tx<'_>) -> Result<(minutes::Additions, usize, i64), StoreError> {
        let mut additions = minutes::Additions::new();
        if self.own.is_empty() {
            return Ok((additions, 0, 0));
        }
        let ids: Vec<_> = self.own.iter().map(|id| [id]).collect();
        let json = serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let (readable, in_locking_order) = (outbox::readable(), tx.dialect.in_locking_order());
        let sql = tx.dialect.with_rows(&format!(
            "delete from outbox
              where id in (
                    select id from outbox
                     where id in (select cast(value ->> 0 as bigint) from {{rows}}) and {readable} {in_locking_order})
             returning {}, is_visit",
            outbox::COLUMNS,
        ));
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(json).fetch_all(&mut *tx.conn).await?;
        for row in &rows {
            let event = outbox::event(row)?;
            let addition = additions.entry(Minute::of(event.event_time)).or_default();
            // A dead letter that was sent back is another producer's order: the orders table knows nothing of it.
            let figures = match event.body {
                EventBody::Redriven { .. } => &mut addition.foreign,
                EventBody::Order { .. } | EventBody::PageView { .. } | EventBody::Feedback { .. } => &mut addition.own,
            };
            *figures = minutes::summed(*figures, Figures::of(&event.body))?;
            addition.events += 1;
            if let EventBody::PageView { path, .. } = event.body {
                tx.rollups.add_page(event.event_time, path);
                // Null in a row from before visits were told apart.
                addition.visits += row.try_get::<Option<i64>, _>(outbox::COLUMNS_NUM)?.unwrap_or_default();
            }
        }
        let unknown = if rows.len() == self.own.len() { 0 } else { self.never_issued(tx).await? };
        Ok((additions, rows.len(), unknown))
    }

    async fn never_issued(&self, tx: &mut Tx<'_>) -> Result<i64, StoreError> {
        let highest = sqlx::query(tx.dialect.highest_outbox_id()).fetch_optional(&mut *tx.conn).await?;
        let highest: i64 = highest.map_or(Ok(0), |row| row.try_get(0))?;
        Ok(self.own.iter().filter(|id| !(1..=highest).contains(*id)).count() as i64)
    }
}
