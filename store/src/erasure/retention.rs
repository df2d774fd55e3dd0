//! Deletes the addresses of old orders, a few in each transaction, so that no order waits for it.

use super::{ADDRESSES_PER_STEP_MAX, NO_ADDRESS, log};
use crate::dialect::Dialect;
use crate::writer::{Tx, Work};
use crate::{Store, StoreError, pool};
use domain::Timestamp;

/// How often one call asks for the write-ahead log to be emptied.
const LOG_TRIES_MAX: u32 = 5;

impl Store {
    /// Deletes the addresses of orders made before `before`, the oldest first, of [`ADDRESSES_PER_STEP_MAX`] orders at
    /// most. Answers of how many; fewer than that are left when it is less.
    ///
    /// # Errors
    /// What the database says; then none was deleted.
    pub async fn erase_addresses_before(&self, before: Timestamp) -> Result<i64, StoreError> {
        self.writer.run(EraseAddresses { before }).await
    }

    /// Takes deleted bytes out of SQLite's write-ahead log. False when readers and writers were in the way, so that
    /// trying again later helps. PostgreSQL has no such file.
    ///
    /// # Errors
    /// What the database says.
    pub async fn clean_log(&self) -> Result<bool, StoreError> {
        if self.dialect == Dialect::Postgres {
            return Ok(true);
        }
        let mut conn = pool::connect(&self.options, self.dialect).await?;
        let is_clean = log::empty(&mut conn, LOG_TRIES_MAX).await;
        conn.close().await;
        is_clean
    }
}

struct EraseAddresses {
    before: Timestamp,
}

impl Work for EraseAddresses {
    type Output = i64;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, StoreError> {
        // The address is asked for twice: where another server does the same, the second finds it gone.
        let sql = format!(
            "update orders
                set email = '{NO_ADDRESS}'
              where email <> '{NO_ADDRESS}'
                and id in (
                    select id from orders
                     where email <> '{NO_ADDRESS}' and event_time < $1
                     order by event_time
                     limit $2)"
        );
        let erased = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(self.before.micros())
            .bind(ADDRESSES_PER_STEP_MAX)
            .execute(&mut *tx.conn)
            .await?;
        // Few mails wait, and of orders this old hardly one.
        let mails = format!(
            "delete from mails
              where exists (select 1 from orders where orders.id = mails.order_id and orders.email = '{NO_ADDRESS}')"
        );
        sqlx::query(sqlx::AssertSqlSafe(mails)).execute(&mut *tx.conn).await?;
        Ok(erased.rows_affected() as i64)
    }
}
