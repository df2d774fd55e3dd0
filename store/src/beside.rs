//! A connection of a command of its own: beside running servers on PostgreSQL and on SQLite, where the write-ahead log
//! lets a second process write when the first one does not. Opened by the desks of the command line.

use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::{DatabaseOptions, StoreError, pool};
use std::time::Duration;

/// How long it waits for a server's transaction.
const WAIT_SECONDS_MAX: u64 = 10;

/// Opens the database at `url`. It makes none, and changes no tables. `probe` reads what the command needs, and fails
/// on a database of another version.
///
/// # Errors
/// [`StoreError::Open`] when there is no such database, or it is not one of this version.
pub(crate) async fn open(url: &str, probe: &'static str) -> Result<(Conn, Dialect), StoreError> {
    sqlx::any::install_default_drivers();
    let dialect = Dialect::of_known_url(url)?;
    let url = match dialect {
        Dialect::Sqlite => {
            let advice = "start the shop once, or set DATABASE_URL as the shop has it";
            format!("{}?mode=rw", crate::sqlite_url(&crate::sqlite_path::existing_file_of(url, advice)?))
        }
        Dialect::Postgres => url.to_owned(),
    };
    let wait = Duration::from_secs(WAIT_SECONDS_MAX);
    let options = DatabaseOptions { statement_timeout: wait, ..DatabaseOptions::at(url) };
    let mut conn = pool::connect(&options, dialect).await?;
    sqlx::query(probe).fetch_optional(&mut conn).await.map_err(|error| {
        StoreError::Open(format!(
            "the database is not one of this version; start the shop once with it, then try again ({error})"
        ))
    })?;
    Ok((conn, dialect))
}
