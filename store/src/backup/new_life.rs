//! A new life: what a database begins that was brought back from a backup.
//!
//! Kafka is ahead of it then. Records of events that the backup does not know are in the log, and their ids will be
//! given to other events. So the database gets a new `source`: the old records are another shop's, which nobody counts,
//! and what waits in the outbox is published again under the new name. Sessions end, since some of them ended after the
//! backup was made. Positions stay: records of other producers from after the backup are read again, and counted, as
//! the backup has not counted them.

use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::lock::DatabaseLock;
use crate::{DatabaseOptions, StoreError, pool, sqlite_path, sqlite_url};
use sqlx::Row;
use std::time::Duration;
use uuid::Uuid;

/// How long it waits for a transaction of somebody else.
const WAIT_SECONDS_MAX: u64 = 10;
/// What whoever finds a server running is to do.
pub(super) const STOP_FIRST: &str = "stop it first";

/// A new life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLife {
    /// The `source` of events from now on.
    pub source: String,
    /// The `source` until now.
    pub former_source: String,
    /// Events that wait to be counted; they are published again under the new source.
    pub waiting_events: i64,
    /// Sessions that have ended.
    pub ended_sessions: u64,
}

/// Begins the new life of a database that was brought back by other means, such as `pg_restore`. No server may run;
/// with `is_forced` PostgreSQL is not asked whether one does.
///
/// # Errors
/// [`StoreError::Open`], in words: a server runs, or there is no such database; else what the database says. Then
/// nothing was changed.
pub async fn begin_new_life(url: &str, is_forced: bool) -> Result<NewLife, StoreError> {
    sqlx::any::install_default_drivers();
    let dialect = Dialect::of_known_url(url)?;
    let (url, _lock) = match dialect {
        Dialect::Sqlite => {
            let path = sqlite_path::existing_file_of(url, "")?;
            (format!("{}?mode=rw", sqlite_url(&path)), Some(DatabaseLock::take(&path, STOP_FIRST)?))
        }
        Dialect::Postgres => (url.to_owned(), None),
    };
    let options =
        DatabaseOptions { statement_timeout: Duration::from_secs(WAIT_SECONDS_MAX), ..DatabaseOptions::at(url) };
    let mut conn = pool::connect(&options, dialect).await?;
    // A server that starts meanwhile waits for this lock, and reads the new source after it.
    if let Some(lock) = dialect.try_lock_migrations() {
        let row = sqlx::query(lock.try_now).fetch_one(&mut conn).await?;
        if row.try_get::<i64, _>(0)? == 0 {
            return Err(StoreError::Open(format!("a server is starting on this database; {STOP_FIRST}")));
        }
    }
    if let Some(sql) = dialect.other_servers().filter(|_| !is_forced) {
        let servers: i64 = sqlx::query(sql).fetch_one(&mut conn).await?.try_get(0)?;
        if servers > 0 {
            return Err(StoreError::Open(format!(
                "{servers} connections of Pantry servers are open on this database; stop all of them first, or use \
                 --force if none of them runs any more"
            )));
        }
    }
    conn.at_once(dialect.begin()).await?;
    let life = begin_in(&mut conn).await?;
    conn.commit().await?;
    conn.close().await;
    Ok(life)
}

/// Does it in the open transaction. Asks for tables of the first version alone, since the database may be an older one
/// that the next start upgrades.
pub(super) async fn begin_in(conn: &mut Conn) -> Result<NewLife, StoreError> {
    let row = sqlx::query("select source, (select count(*) from outbox) from shop").fetch_optional(&mut *conn).await;
    let row = row.map_err(|error| StoreError::Open(format!("the database is no shop's: {error}")))?;
    let row = row.ok_or_else(|| StoreError::Open("the database holds no shop".to_owned()))?;
    let source = Uuid::new_v4().to_string();
    sqlx::query("update shop set source = $1").bind(source.as_str()).execute(&mut *conn).await?;
    let ended = sqlx::query("delete from sessions").execute(&mut *conn).await?;
    Ok(NewLife {
        source,
        former_source: row.try_get(0)?,
        waiting_events: row.try_get(1)?,
        ended_sessions: ended.rows_affected(),
    })
}
