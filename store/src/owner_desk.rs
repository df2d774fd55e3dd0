//! What the owner does to the account from the command line, on a connection of its own beside running servers.

use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::{Clock, NewPassword, StoreError, beside, keys, owner};

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
        let (conn, dialect) = beside::open(url, "select owner.generation, keys.renewed_at from owner, keys").await?;
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
