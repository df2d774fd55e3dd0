//! The owner's password and second factor. Passwords and recovery codes are stored as hashes; the second factor's secret
//! has to be stored as it is. Each change is one transaction, and moves the generation that sessions belong to.

use crate::connection::Conn;
use crate::sessions::Proof;
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

/// A change of the second factor. Each needs the owner's generation under which it was checked.
#[derive(Clone)]
pub enum FactorChange {
    /// Begins to set one up with this secret in Base32.
    Begin(String),
    /// Gives that up.
    Cancel,
    /// Turns the one that is set up on, by a code of this time step; other sessions end.
    Confirm {
        /// The secret that the code was made with.
        secret: String,
        /// The code's time step.
        step: i64,
        /// The hexadecimal SHA-256 of each new recovery code.
        code_hashes: Vec<String>,
        /// The token's hash of the one session that goes on.
        kept_session: String,
    },
    /// Turns it off.
    End(Proof),
    /// Replaces the recovery codes.
    NewCodes(Proof, Vec<String>),
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

    /// Changes the second factor. `false`: the account changed meanwhile, or the code was used before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn change_factor(&self, generation: i64, change: FactorChange) -> Result<bool, StoreError> {
        self.writer.run_in_time(ChangeFactor(generation, change, self.now())).await
    }
}

/// Whether the proof holds under this generation. A code that it accepts is used up.
pub(crate) async fn prove(conn: &mut Conn, generation: i64, proof: &Proof) -> Result<bool, StoreError> {
    let proved = match proof {
        Proof::None => {
            // An update, so that on PostgreSQL a change of the account waits, or is waited for.
            sqlx::query("update owner set generation = generation where generation = $1 and factor_secret is null")
                .bind(generation)
                .execute(&mut *conn)
                .await?
        }
        Proof::TimeStep(step) => {
            sqlx::query(
                "update owner
                    set factor_step = $1
                  where generation = $2 and factor_secret is not null and factor_step < $1",
            )
            .bind(*step)
            .bind(generation)
            .execute(&mut *conn)
            .await?
        }
        Proof::RecoveryCode(hash) => {
            let owner = sqlx::query(
                "update owner set generation = generation where generation = $1 and factor_secret is not null",
            )
            .bind(generation)
            .execute(&mut *conn)
            .await?;
            if owner.rows_affected() == 0 {
                return Ok(false);
            }
            sqlx::query("delete from recovery_codes where code_hash = $1")
                .bind(hash.as_str())
                .execute(&mut *conn)
                .await?
        }
    };
    Ok(proved.rows_affected() == 1)
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
        forget_factor(conn).await?;
    }
    keep_session(conn, new.kept_session.as_deref().unwrap_or_default()).await?;
    Ok(true)
}

/// Ends all sessions but the one of this hash, which belongs to the owner's generation from now on.
async fn keep_session(conn: &mut Conn, token_hash: &str) -> Result<(), StoreError> {
    sqlx::query("delete from sessions where token_hash <> $1").bind(token_hash).execute(&mut *conn).await?;
    sqlx::query("update sessions set generation = (select generation from owner)").execute(&mut *conn).await?;
    Ok(())
}

async fn forget_factor(conn: &mut Conn) -> Result<(), StoreError> {
    sqlx::query("update owner set factor_secret = null, setup_secret = null").execute(&mut *conn).await?;
    sqlx::query("delete from recovery_codes").execute(&mut *conn).await?;
    Ok(())
}

async fn set_codes(conn: &mut Conn, code_hashes: &[String]) -> Result<(), StoreError> {
    sqlx::query("delete from recovery_codes").execute(&mut *conn).await?;
    for hash in code_hashes {
        sqlx::query("insert into recovery_codes (code_hash) values ($1)").bind(hash).execute(&mut *conn).await?;
    }
    Ok(())
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

struct ChangeFactor(i64, FactorChange, Timestamp);

impl Work for ChangeFactor {
    type Output = bool;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let ChangeFactor(generation, change, now) = self;
        match change {
            FactorChange::Begin(secret) => {
                let begun = sqlx::query(
                    "update owner
                        set setup_secret = $1, setup_at = $2
                      where generation = $3 and factor_secret is null",
                )
                .bind(secret.as_str())
                .bind(now.micros())
                .bind(*generation)
                .execute(&mut *tx.conn)
                .await?;
                Ok(begun.rows_affected() == 1)
            }
            FactorChange::Cancel => {
                sqlx::query("update owner set setup_secret = null").execute(&mut *tx.conn).await?;
                Ok(true)
            }
            FactorChange::Confirm { secret, step, code_hashes, kept_session } => {
                let confirmed = sqlx::query(
                    "update owner
                        set factor_secret = setup_secret, setup_secret = null, factor_step = $1,
                            generation = generation + 1
                      where generation = $2 and factor_secret is null and setup_secret = $3",
                )
                .bind(*step)
                .bind(*generation)
                .bind(secret.as_str())
                .execute(&mut *tx.conn)
                .await?;
                if confirmed.rows_affected() == 0 {
                    return Ok(false);
                }
                set_codes(tx.conn, code_hashes).await?;
                keep_session(tx.conn, kept_session).await?;
                Ok(true)
            }
            FactorChange::End(proof) => {
                let is_proved = prove(tx.conn, *generation, proof).await?;
                if is_proved {
                    forget_factor(tx.conn).await?;
                }
                Ok(is_proved)
            }
            FactorChange::NewCodes(proof, code_hashes) => {
                let is_proved = prove(tx.conn, *generation, proof).await?;
                if is_proved {
                    set_codes(tx.conn, code_hashes).await?;
                }
                Ok(is_proved)
            }
        }
    }
}
