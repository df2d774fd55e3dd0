//! SQLite's write-ahead log. It holds pages as they were before an address was deleted, and keeps their bytes after
//! they were copied into the database, until it is written over. Emptied, it holds none.

use crate::StoreError;
use crate::connection::Conn;
use sqlx::Row;
use std::time::Duration;

/// How long one attempt may hold up writers while it waits for readers.
const BUSY_MILLIS_MAX: u32 = 200;
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Empties the log. False when readers and writers were at work at each of `tries`.
pub(super) async fn empty(conn: &mut Conn, tries: u32) -> Result<bool, StoreError> {
    let patience = format!("pragma busy_timeout = {BUSY_MILLIS_MAX}");
    sqlx::query(sqlx::AssertSqlSafe(patience)).execute(&mut *conn).await?;
    // Most of the work, in the way of nobody.
    sqlx::query("pragma wal_checkpoint(passive)").execute(&mut *conn).await?;
    for attempt in 1..=tries {
        let row = sqlx::query("pragma wal_checkpoint(truncate)").fetch_one(&mut *conn).await?;
        if row.try_get::<i64, _>(0)? == 0 {
            return Ok(true);
        }
        if attempt < tries {
            tokio::time::sleep(TRY_AGAIN_AFTER).await;
        }
    }
    Ok(false)
}
