//! What is deleted of subscriptions after a while, a few at a time, so that no order waits for it.

use super::{HOUR_MICROS, subscribed};
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::Timestamp;
use sqlx::AssertSqlSafe;

/// A subscription that was left is known by its token for this time, so that old mails' links say that it is over.
const LEFT_KEPT_MICROS: i64 = 400 * 24 * HOUR_MICROS;
/// Subscribers whom one transaction deletes.
const PER_STEP_MAX: u64 = 500;

/// Asked for and not confirmed in time, at `$1`; or left until `$2`.
const STALE: &str = "select id from subscribers
      where (state = 'asked' and confirm_until <= $1) or (state = 'left' and left_at <= $2)";
/// Ended where no event could be noted.
const FORGOTTEN: &str = "select id from subscribers where state = 'forgotten'";

fn left_until(now: Timestamp) -> i64 {
    now.plus_micros(-LEFT_KEPT_MICROS).micros()
}

impl Store {
    /// Deletes some subscriptions that were never confirmed or were left long ago, and notes the end of those whose
    /// subscriber was forgotten. Answers whether more of them may be left.
    ///
    /// # Errors
    /// What the database says; then nothing was done.
    pub async fn tidy_subscribers(&self) -> Result<bool, StoreError> {
        let now = self.now();
        // Asked first, so that nothing is written where there is nothing to do.
        let due = sqlx::query(AssertSqlSafe(format!("{STALE} union all {FORGOTTEN} limit 1")))
            .bind(now.micros())
            .bind(left_until(now))
            .fetch_optional(&self.readers)
            .await?;
        if due.is_none() { Ok(false) } else { self.writer.run(Tidy).await }
    }
}

struct Tidy;

impl Work for Tidy {
    type Output = bool;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let mut done = 0;
        for table in ["mails where subscriber_id", "subscribers where id"] {
            let sql = format!("delete from {table} in ({STALE} order by id limit {PER_STEP_MAX})");
            done = sqlx::query(AssertSqlSafe(sql))
                .bind(tx.now.micros())
                .bind(left_until(tx.now))
                .execute(&mut *tx.conn)
                .await?
                .rows_affected();
        }
        let ended = sqlx::query(AssertSqlSafe(format!(
            "update subscribers
                set state = 'left', left_at = $1
              where id in ({FORGOTTEN} order by id limit {PER_STEP_MAX}) and state = 'forgotten'
             returning id"
        )))
        .bind(tx.now.micros())
        .fetch_all(&mut *tx.conn)
        .await?;
        for _ in &ended {
            subscribed(tx, false).await?;
        }
        Ok(done.max(ended.len() as u64) >= PER_STEP_MAX)
    }
}
