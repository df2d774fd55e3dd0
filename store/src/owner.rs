//! The owner's password. It is stored as a hash. Each change is one transaction, and moves the generation that sessions
//! belong to.

use crate::connection::Conn;
use crate::proof;
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::Timestamp;
use sqlx::Row;

/// A second factor that was not confirmed within this time has to be set up anew.
const SETUP_MICROS_MAX: i64 = 3_600 * 1_000_000;

/// The owner's account.
#[derive(Clone, PartialEq, Eq)]
pub struct Owner {
    /// The password as an Argon2 hash in PHC form.
    pub password_hash: String,
    /// Counts what ended all sessions.
    pub generation: i64,
    /// The hash of the `ADMIN_PASSWORD` that was applied last.
    pub applied_hash: Option<String>,
    /// The second factor's secret in Base32.
    pub factor_secret: Option<String>,
    /// A secret that is being set up.
    pub setup_secret: Option<String>,
    /// Recovery codes that were not used yet.
    pub recovery_codes_num: i64,
}

/// A password to set.
#[derive(Clone, Default)]
pub struct NewPassword {
    /// Its Argon2 hash in PHC form.
    pub hash: String,
    /// The hash of the `ADMIN_PASSWORD` that asked for it.
    pub applied_hash: Option<String>,
    /// Only while the owner's generation is this one.
    pub generation: Option<i64>,
    /// The token's hash of the one session that goes on.
    pub kept_session: Option<String>,
    /// Turns the second factor off.
    pub without_second_factor: bool,
}

impl Store {
    /// The owner's account; `None` before the first start.
    ///
    /// # Errors
    /// What the database says.
    pub async fn owner(&self) -> Result<Option<Owner>, StoreError> {
        let row = sqlx::query(
            "select password_hash, generation, applied_hash, factor_secret, setup_secret, setup_at,
                    (select count(*) from recovery_codes)
               from owner",
        )
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let setup_age = self.now().micros_since(Timestamp::from_micros(row.try_get(5)?));
        Ok(Some(Owner {
            password_hash: row.try_get(0)?,
            generation: row.try_get(1)?,
            applied_hash: row.try_get(2)?,
            factor_secret: row.try_get(3)?,
            setup_secret: row.try_get::<Option<String>, _>(4)?.filter(|_| (0..SETUP_MICROS_MAX).contains(&setup_age)),
            recovery_codes_num: row.try_get(6)?,
        }))
    }

    /// The owner's password as an Argon2 hash in PHC form; `None` before the first start.
    ///
    /// # Errors
    /// What the database says.
    pub async fn owner_password_hash(&self) -> Result<Option<String>, StoreError> {
        Ok(self.owner().await?.map(|owner| owner.password_hash))
    }

    /// Sets the owner's password where there is none. `false`: there is one, which stays.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_first_password(&self, hash: String) -> Result<bool, StoreError> {
        self.writer.run_in_time(SetFirstPassword(hash)).await
    }

    /// Sets the owner's password and ends all sessions.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_owner_password_hash(&self, hash: String) -> Result<(), StoreError> {
        self.set_password(NewPassword { hash, ..NewPassword::default() }).await.map(drop)
    }

    /// Sets the owner's password, and ends all sessions but the one that is kept. `false`: the generation is another.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_password(&self, new: NewPassword) -> Result<bool, StoreError> {
        self.writer.run_in_time(SetPassword(new)).await
    }

    /// Remembers that this `ADMIN_PASSWORD` was applied, where the password is right already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn note_applied_password(&self, hash: String) -> Result<(), StoreError> {
        self.writer.run_in_time(NoteApplied(hash)).await
    }
}

/// Sets the password in the open transaction.
pub(crate) async fn set_password(conn: &mut Conn, new: &NewPassword) -> Result<bool, StoreError> {
    let changed = match new.generation {
        Some(generation) => {
            sqlx::query("update owner set password_hash = $1, generation = generation + 1 where generation = $2")
                .bind(new.hash.as_str())
                .bind(generation)
                .execute(&mut *conn)
                .await?
        }
        None => {
            sqlx::query(
                "insert into owner (id, password_hash, applied_hash)
                 values (1, $1, $2)
                     on conflict (id) do update
                    set password_hash = excluded.password_hash,
                        applied_hash = coalesce(excluded.applied_hash, owner.applied_hash),
                        generation = owner.generation + 1",
            )
            .bind(new.hash.as_str())
            .bind(new.applied_hash.as_deref())
            .execute(&mut *conn)
            .await?
        }
    };
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    if new.without_second_factor {
        proof::forget(conn).await?;
    }
    keep_session(conn, new.kept_session.as_deref().unwrap_or_default()).await?;
    Ok(true)
}

/// Ends all sessions but the one of this hash, which belongs to the owner's generation from now on.
pub(crate) async fn keep_session(conn: &mut Conn, token_hash: &str) -> Result<(), StoreError> {
    sqlx::query("delete from sessions where token_hash <> $1").bind(token_hash).execute(&mut *conn).await?;
    sqlx::query("update sessions set generation = (select generation from owner)").execute(&mut *conn).await?;
    Ok(())
}

struct SetFirstPassword(String);

impl Work for SetFirstPassword {
    type Output = bool;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let set = sqlx::query("insert into owner (id, password_hash) values (1, $1) on conflict (id) do nothing")
            .bind(self.0.as_str())
            .execute(&mut *tx.conn)
            .await?;
        Ok(set.rows_affected() == 1)
    }
}

struct SetPassword(NewPassword);

impl Work for SetPassword {
    type Output = bool;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        set_password(tx.conn, &self.0).await
    }
}

struct NoteApplied(String);

impl Work for NoteApplied {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        sqlx::query("update owner set applied_hash = $1").bind(self.0.as_str()).execute(&mut *tx.conn).await?;
        Ok(())
    }
}
