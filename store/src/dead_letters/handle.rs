//! What an owner does with a dead letter: send it back, or discard it with a reason. Each marks the letter in one
//! transaction, and a letter that is marked is never touched again. Whether a letter can be read is decided before.

use crate::writer::{Tx, Work};
use crate::{Store, StoreError, outbox};
use domain::{DiscardReason, Timestamp};
use sqlx::Row;
use streams::NewEvent;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It is done, now and for good.
    Now,
    /// It was sent back or discarded before; nothing was done.
    Before,
    /// There is no such letter.
    Unknown,
    /// It was cleared, because it held the address of a customer who was forgotten; nothing was done.
    Erased,
}

impl Store {
    /// Sends a dead letter back to its topic as what it was read as: marks it and puts its event into the outbox, in
    /// one transaction. So it counts once, in the minute of `event_time`, whatever dies meanwhile. `correction` is
    /// what the owner wrote in place of its value; it is kept beside the original.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when it is not known whether it was done; else what the database says.
    pub async fn redrive(
        &self,
        id: i64,
        event_time: Timestamp,
        event: NewEvent,
        correction: Option<String>,
    ) -> Result<Handled, StoreError> {
        self.writer.run_in_time(Redrive { id, event_time, event, correction }).await
    }

    /// Puts a dead letter aside for good, and keeps the reason.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when it is not known whether it was done; else what the database says.
    pub async fn discard(&self, id: i64, reason: DiscardReason) -> Result<Handled, StoreError> {
        self.writer.run_in_time(Discard { id, reason }).await
    }
}

struct Redrive {
    id: i64,
    event_time: Timestamp,
    event: NewEvent,
    correction: Option<String>,
}

impl Work for Redrive {
    type Output = Handled;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Handled, StoreError> {
        let marked = sqlx::query(
            "update dead_letters
                set redriven_at = $2, corrected_value = $3
              where id = $1 and topic = $4 and coalesce(redriven_at, discarded_at) is null and erased_at is null",
        )
        .bind(self.id)
        .bind(tx.event_time().micros())
        .bind(self.correction.as_deref().map(|value| super::encode(value.as_bytes())))
        .bind(self.event.topic.name())
        .execute(&mut *tx.conn)
        .await?;
        if marked.rows_affected() == 0 {
            return why_not(tx, self.id).await;
        }
        outbox::insert_event(tx, self.event_time, self.event.clone(), Some(self.id)).await?;
        Ok(Handled::Now)
    }
}

struct Discard {
    id: i64,
    reason: DiscardReason,
}

impl Work for Discard {
    type Output = Handled;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Handled, StoreError> {
        let marked = sqlx::query(
            "update dead_letters
                set discarded_at = $2, discard_reason = $3
              where id = $1 and coalesce(redriven_at, discarded_at) is null",
        )
        .bind(self.id)
        .bind(tx.event_time().micros())
        .bind(self.reason.as_str())
        .execute(&mut *tx.conn)
        .await?;
        if marked.rows_affected() == 0 { why_not(tx, self.id).await } else { Ok(Handled::Now) }
    }
}

/// Why no letter was marked.
async fn why_not(tx: &mut Tx<'_>, id: i64) -> Result<Handled, StoreError> {
    let known = sqlx::query("select coalesce(redriven_at, discarded_at), erased_at from dead_letters where id = $1")
        .bind(id)
        .fetch_optional(&mut *tx.conn)
        .await?;
    let Some(row) = known else { return Ok(Handled::Unknown) };
    let is_open = row.try_get::<Option<i64>, _>(0)?.is_none();
    let is_erased = row.try_get::<Option<i64>, _>(1)?.is_some();
    Ok(if is_open && is_erased { Handled::Erased } else { Handled::Before })
}
