//! What proves the second factor, and how a proof is used up.

use crate::StoreError;
use crate::connection::Conn;

/// What proves the second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing: the owner has no second factor.
    None,
    /// A code of this time step.
    TimeStep(i64),
    /// The hexadecimal SHA-256 of a recovery code.
    RecoveryCode(String),
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

/// The owner has no second factor any more.
pub(crate) async fn forget(conn: &mut Conn) -> Result<(), StoreError> {
    sqlx::query("update owner set factor_secret = null, setup_secret = null").execute(&mut *conn).await?;
    sqlx::query("delete from recovery_codes").execute(&mut *conn).await?;
    Ok(())
}
