//! Sending the messages about alerts. A sender claims one for a while, so that two servers do not send the same one at
//! once; one whose sender died is claimed again when that while is over. So a message arrives at least once, and its
//! `delivery` tells doubles apart. Called by the pipeline's sender.

use crate::retry::{kept_error, pause_micros};
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use sqlx::{AssertSqlSafe, Row};

/// How often a message is tried. With [`pause_micros`] that is over about five and a half hours.
const ATTEMPTS_MAX: i64 = 12;
/// How long a sender has for one try; longer than its time-out.
const LEASE_MICROS: i64 = 10_000_000;
/// A message that is this sender's for [`LEASE_MICROS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Its number.
    pub id: i64,
    /// By which the receiver knows it again.
    pub delivery: String,
    /// What is sent.
    pub body: String,
    /// Which try this is, from one on.
    pub attempt: i64,
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The receiver took it.
    Delivered,
    /// It is tried again.
    TriedAgain,
    /// It was tried often enough.
    GivenUp,
    /// Another sender has it by now.
    Overtaken,
}

/// The message that is due first at `$1`; of one alert none before those that were made before it are settled.
const FIRST_DUE: &str = "select due.id
       from alert_deliveries as due
      where due.next_attempt_at <= $1
        and not exists (
              select 1
                from alert_deliveries as before
               where before.alert_id = due.alert_id and before.id < due.id and before.next_attempt_at is not null
            )
      order by due.next_attempt_at, due.id
      limit 1";

impl Store {
    /// Takes the message that is due first, for a while. Of one alert the end is not sent before its beginning is
    /// settled.
    ///
    /// # Errors
    /// What the database says.
    pub async fn claim_alert_delivery(&self) -> Result<Option<Claimed>, StoreError> {
        // Asked first, so that a shop without messages does not write every second.
        let query = sqlx::query(FIRST_DUE).bind(self.now().micros());
        let due = query.fetch_optional(&self.readers).await?;
        if due.is_none() { Ok(None) } else { self.writer.run(Claim).await }
    }

    /// Notes what became of a try; `error` says why it failed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn settle_alert_delivery(&self, claimed: &Claimed, error: Option<&str>) -> Result<Settled, StoreError> {
        let error = error.map(kept_error);
        self.writer.run(SettleTry { id: claimed.id, attempt: claimed.attempt, error }).await
    }
}

struct Claim;

impl Work for Claim {
    type Output = Option<Claimed>;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Claimed>, StoreError> {
        // The last condition is looked at again when another server's claim was waited for.
        let sql = format!(
            "update alert_deliveries
                set attempts = attempts + 1, next_attempt_at = $2
              where id = ({FIRST_DUE}) and next_attempt_at <= $1
             returning id, delivery, body, attempts",
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(tx.now.micros())
            .bind(tx.now.plus_micros(LEASE_MICROS).micros())
            .fetch_optional(&mut *tx.conn)
            .await?;
        let claimed = |row: sqlx::any::AnyRow| {
            Ok(Claimed {
                id: row.try_get(0)?,
                delivery: row.try_get(1)?,
                body: row.try_get(2)?,
                attempt: row.try_get(3)?,
            })
        };
        row.map(claimed).transpose()
    }
}

struct SettleTry {
    id: i64,
    attempt: i64,
    error: Option<String>,
}

impl Work for SettleTry {
    type Output = Settled;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Settled, StoreError> {
        let Some(error) = &self.error else {
            // Whoever delivered it, it is delivered.
            let sql = "update alert_deliveries
                          set next_attempt_at = null, delivered_at = $2, given_up_at = null, last_error = null
                        where id = $1 and delivered_at is null";
            sqlx::query(sql).bind(self.id).bind(tx.now.micros()).execute(&mut *tx.conn).await?;
            return Ok(Settled::Delivered);
        };
        let is_last = self.attempt >= ATTEMPTS_MAX;
        let next_attempt_at = (!is_last).then(|| tx.now.plus_micros(pause_micros(self.attempt)).micros());
        let settled = sqlx::query(
            "update alert_deliveries
                set next_attempt_at = $3, given_up_at = $4, last_error = $5
              where id = $1 and attempts = $2 and next_attempt_at is not null",
        )
        .bind(self.id)
        .bind(self.attempt)
        .bind(next_attempt_at)
        .bind(is_last.then(|| tx.now.micros()))
        .bind(error.as_str())
        .execute(&mut *tx.conn)
        .await?;
        Ok(match (settled.rows_affected(), is_last) {
            (0, _) => Settled::Overtaken,
            (_, true) => Settled::GivenUp,
            (_, false) => Settled::TriedAgain,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        let pauses: Vec<i64> = (1..ATTEMPTS_MAX).map(|attempts| pause_micros(attempts) / 1_000_000).collect();
        assert_eq!(pauses, [5, 15, 45, 135, 405, 1_215, 3_600, 3_600, 3_600, 3_600, 3_600]);
        assert_eq!(pauses.iter().sum::<i64>() / 60, 330, "about five and a half hours");
    }
}
