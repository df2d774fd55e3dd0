//! The owner's password hash and the owner's sessions. Only hashes are stored, never a password or a token.

use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::Timestamp;
use sqlx::Row;

/// Sessions that are kept; the oldest gives way.
const SESSIONS_MAX: i64 = 1_000;

impl Store {
    /// Starts a session; `token_hash` is the hexadecimal SHA-256 of the cookie's token.
    ///
    /// # Errors
    /// What the database says.
    pub async fn start_session(&self, token_hash: String, expires_at: Timestamp) -> Result<(), StoreError> {
        let created_at = self.now();
        self.writer.run_in_time(StartSession { token_hash, created_at, expires_at }).await
    }

    /// Whether the session exists, is not revoked and has not run out.
    ///
    /// # Errors
    /// What the database says.
    pub async fn session_is_valid(&self, token_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
        let found = sqlx::query("select 1 from sessions where token_hash = $1 and expires_at > $2")
            .bind(token_hash)
            .bind(now.micros())
            .fetch_optional(&self.readers)
            .await?;
        Ok(found.is_some())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// What the database says.
    pub async fn revoke_session(&self, token_hash: String) -> Result<(), StoreError> {
        self.writer.run_in_time(RevokeSession { token_hash }).await
    }

    /// The owner's password as an argon2 hash in PHC form; `None` before the first start.
    ///
    /// # Errors
    /// What the database says.
    pub async fn owner_password_hash(&self) -> Result<Option<String>, StoreError> {
        let row = sqlx::query("select password_hash from owner").fetch_optional(&self.readers).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Sets the owner's password hash and ends all sessions.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_owner_password_hash(&self, hash: String) -> Result<(), StoreError> {
        self.writer.run_in_time(SetOwnerPasswordHash { hash }).await
    }
}

struct StartSession {
    token_hash: String,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl Work for StartSession {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        sqlx::query(
            "delete from sessions
              where expires_at <= $1
                 or token_hash in (select token_hash from sessions order by created_at desc limit 1000000 offset $2)",
        )
        .bind(self.created_at.micros())
        .bind(SESSIONS_MAX - 1)
        .execute(&mut *tx.conn)
        .await?;
        sqlx::query("insert into sessions (token_hash, created_at, expires_at) values ($1, $2, $3)")
            .bind(self.token_hash.as_str())
            .bind(self.created_at.micros())
            .bind(self.expires_at.micros())
            .execute(&mut *tx.conn)
            .await?;
        Ok(())
    }
}

struct RevokeSession {
    token_hash: String,
}

impl Work for RevokeSession {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        sqlx::query("delete from sessions where token_hash = $1")
            .bind(self.token_hash.as_str())
            .execute(&mut *tx.conn)
            .await?;
        Ok(())
    }
}

struct SetOwnerPasswordHash {
    hash: String,
}

impl Work for SetOwnerPasswordHash {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        sqlx::query(
            "insert into owner (id, password_hash)
             values (1, $1)
             on conflict (id) do update set password_hash = excluded.password_hash",
        )
        .bind(self.hash.as_str())
        .execute(&mut *tx.conn)
        .await?;
        sqlx::query("delete from sessions").execute(&mut *tx.conn).await?;
        Ok(())
    }
}
