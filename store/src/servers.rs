//! The servers that count from this database. A copy of a database has the same `source` and so the same consumer
//! group; who is a member of the group and is not here belongs to a copy.

use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeSet;

/// A server that has said nothing for so long does not run.
const SEEN_WITHIN_MICROS: i64 = 60 * 1_000_000;
/// Rows of servers that have long gone are deleted.
const KEPT_MICROS: i64 = 24 * 3_600 * 1_000_000;

impl Store {
    /// Notes that the server of this id runs. To be called every few seconds.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_server(&self, id: String) -> Result<(), StoreError> {
        self.writer.run_in_time(NoteServer(id)).await
    }

    /// The ids of the servers that said within the last minute that they run.
    ///
    /// # Errors
    /// What the database says.
    pub async fn servers(&self) -> Result<BTreeSet<String>, StoreError> {
        // By the clock that wrote the rows: a server's own may be wrong.
        let sql = format!("select id from servers where seen_at > {} - $1", self.dialect.database_micros());
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(SEEN_WITHIN_MICROS).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

struct NoteServer(String);

impl Work for NoteServer {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let now = tx.dialect.database_micros();
        let noted = format!(
            "insert into servers (id, seen_at) values ($1, {now})
                 on conflict (id) do update set seen_at = excluded.seen_at"
        );
        sqlx::query(AssertSqlSafe(noted)).bind(self.0.as_str()).execute(&mut *tx.conn).await?;
        let forgotten = format!("delete from servers where seen_at < {now} - $1");
        sqlx::query(AssertSqlSafe(forgotten)).bind(KEPT_MICROS).execute(&mut *tx.conn).await?;
        Ok(())
    }
}
