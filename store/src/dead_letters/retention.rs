//! Dead letters that the owner has dealt with go after a while, or sooner where the budget needs their room. One that
//! waits in the outbox, or for the owner, stays.

use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::Timestamp;

/// Letters that one transaction deletes.
const DELETED_PER_STEP_MAX: i64 = 200;

impl Store {
    /// Deletes some letters that were sent back or discarded before `before`. Answers whether more of them are left.
    ///
    /// # Errors
    /// What the database says; then none was deleted.
    pub async fn delete_handled_letters(&self, before: Timestamp) -> Result<bool, StoreError> {
        self.writer.run(DeleteHandled { before }).await
    }
}

struct DeleteHandled {
    before: Timestamp,
}

impl Work for DeleteHandled {
    type Output = bool;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        Ok(delete_handled(tx, self.before).await? == DELETED_PER_STEP_MAX)
    }
}

/// Deletes the letters that were handled first, of those that were handled before `before`. Answers how many.
pub(super) async fn delete_handled(tx: &mut Tx<'_>, before: Timestamp) -> Result<i64, StoreError> {
    let deleted = sqlx::query(
        "delete from dead_letters
          where id in (
                select id from dead_letters
                 where coalesce(redriven_at, discarded_at) < $1
                   and not exists (select 1 from outbox where outbox.dead_letter_id = dead_letters.id)
                 order by coalesce(redriven_at, discarded_at), id
                 limit $2)",
    )
    .bind(before.micros())
    .bind(DELETED_PER_STEP_MAX)
    .execute(&mut *tx.conn)
    .await?;
    Ok(deleted.rows_affected() as i64)
}
