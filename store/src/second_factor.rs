//! Changes of the owner's second factor, and what proves it: a code of a time step, or a recovery code, each accepted
//! once. Recovery codes are stored as hashes; the secret has to be stored as it is.

use crate::connection::Conn;
use crate::proof::{Proof, forget, prove};
use crate::writer::{Tx, Work};
use crate::{Store, StoreError, owner};
use domain::Timestamp;

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
    /// Changes the second factor. `false`: the account changed meanwhile, or the code was used before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn change_factor(&self, generation: i64, change: FactorChange) -> Result<bool, StoreError> {
        self.writer.run_in_time(ChangeFactor(generation, change, self.now())).await
    }
}

async fn set_codes(conn: &mut Conn, code_hashes: &[String]) -> Result<(), StoreError> {
    sqlx::query("delete from recovery_codes").execute(&mut *conn).await?;
    for hash in code_hashes {
        sqlx::query("insert into recovery_codes (code_hash) values ($1)").bind(hash).execute(&mut *conn).await?;
    }
    Ok(())
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
                owner::keep_session(tx.conn, kept_session).await?;
                Ok(true)
            }
            FactorChange::End(proof) => {
                let is_proved = prove(tx.conn, *generation, proof).await?;
                if is_proved {
                    forget(tx.conn).await?;
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
