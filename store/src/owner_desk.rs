//! What the owner does to the account from the command line, on a connection of its own: beside running servers on
//! PostgreSQL and on SQLite, where the write-ahead log lets a second process write when the first one does not.

use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::{Clock, DatabaseOptions, NewPassword, StoreError, keys, owner, pool};
use std::time::Duration;

/// How long it waits for a server's transaction.
const WAIT_SECONDS_MAX: u64 = 10;

/// A connection to a shop's database that may change the owner's account, and nothing else.
#[derive(Debug)]
pub struct OwnerDesk {
    conn: Conn,
    dialect: Dialect,
    clock: Clock,
}

impl OwnerDesk {
    /// Opens the database at `url`. It makes none, and changes no tables.
    ///
    /// # Errors
    /// [`StoreError::Open`] when there is no such database, or it is not one of this version.
    pub async fn open(url: &str, clock: Clock) -> Result<OwnerDesk, StoreError> {
        sqlx::any::install_default_drivers();
        let dialect = Dialect::of_known_url(url)?;
        let url = match dialect {
            Dialect::Sqlite => {
                let path = crate::sqlite_path::file_of(url)?;
                if !path.is_file() {
                    return Err(StoreError::Open(format!(
                        "there is no database {}; start the shop once, or set DATABASE_URL as the shop has it",
                        path.display()
                    )));
                }
                format!("{}?mode=rw", crate::sqlite_url(&path))
            }
            Dialect::Postgres => url.to_owned(),
        };
        let wait = Duration::from_secs(WAIT_SECONDS_MAX);
        let options = DatabaseOptions { statement_timeout: wait, ..DatabaseOptions::at(url) };
        let mut conn = pool::connect(&options, dialect).await?;
        sqlx::query("select owner.generation, keys.renewed_at from owner, keys")
            .fetch_optional(&mut conn)
            .await
            .map_err(|error| {
                StoreError::Open(format!(
                    "the database is not one of this version; start the shop once with it, then try again ({error})"
                ))
            })?;
        Ok(OwnerDesk { conn, dialect, clock })
    }

    /// Sets the owner's password. Every server honours it at once.
    ///
    /// # Errors
    /// What the database says; then nothing was changed, unless the answer to the commit was lost.
    pub async fn set_password(&mut self, new: &NewPassword) -> Result<(), StoreError> {
        self.conn.at_once(self.dialect.begin()).await?;
        owner::set_password(&mut self.conn, new).await?;
        self.conn.commit().await?;
        Ok(())
    }

    /// Renews the key that signs cookies. Every server takes it within a minute.
    ///
    /// # Errors
    /// As [`OwnerDesk::set_password`].
    pub async fn renew_cookie_key(&mut self) -> Result<(), StoreError> {
        self.conn.at_once(self.dialect.begin()).await?;
        keys::renew(&mut self.conn, self.clock.now()).await?;
        self.conn.commit().await?;
        Ok(())
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.conn.close().await;
    }
}
