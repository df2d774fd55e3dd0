//! Sending mails. A sender claims one for a while, so that two servers do not send the same one at once; one whose
//! sender died is claimed again when that while is over. So a mail arrives at least once, and its `delivery` tells
//! doubles apart. Called by the pipeline's sender.

use super::{CONFIRMATION, RECEIPT, WELCOME};
use crate::alerts::Settled;
use crate::retry::{kept_error, pause_micros};
use crate::writer::{Tx, Work};
use crate::{Store, StoreError, orders, subscribers};
use domain::{Mail, Timestamp};
use sqlx::{AssertSqlSafe, Row};

/// How often a mail is tried. With [`pause_micros`] that is over nearly two days: a mail server may be away for longer
/// than a webhook's receiver.
const ATTEMPTS_MAX: i64 = 48;
/// How long a sender has for one try; longer than its time-out.
const LEASE_MICROS: i64 = 20_000_000;
/// No mail is sent that is older. After a backup was brought back, it would tell what is long known.
const AGE_MICROS_MAX: i64 = 48 * 3_600 * 1_000_000;
/// Mails that may wait; of more than these the oldest are given up.
const WAITING_MAX: i64 = 100_000;
/// Mails that one transaction gives up.
const GIVEN_UP_PER_STEP_MAX: i64 = 500;
/// A mail that is this sender's for [`LEASE_MICROS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedMail {
    /// Its number.
    pub id: i64,
    /// By which a mailbox knows it again.
    pub delivery: String,
    /// When it was put on its way.
    pub made_at: Timestamp,
    /// What is sent.
    pub mail: Mail,
    /// Which try this is, from one on.
    pub attempt: i64,
}

/// What a look for a mail found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DueMail {
    /// Nothing is due.
    Nothing,
    /// One that has nobody to go to, or says what no longer holds. It is gone; there may be others.
    Dropped,
    /// One to be sent.
    Claimed(Box<ClaimedMail>),
}

/// The mails that wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailsWaiting {
    /// How many.
    pub all: i64,
    /// How many of them [`Store::give_up_mails`] gives up.
    pub to_give_up: i64,
}

/// The mail that is due first at `$1`.
const FIRST_DUE: &str = "select id from mails where next_attempt_at <= $1 order by next_attempt_at, id limit 1";

/// The mails that are not sent any more: made until `$1`, or more than may wait.
fn to_give_up() -> String {
    format!(
        "select id from mails
          where made_at <= $1
             or id in (select id from mails order by id desc limit 1000000 offset {WAITING_MAX})"
    )
}

impl Store {
    /// Takes the mail that is due first, for a while.
    ///
    /// # Errors
    /// What the database says.
    pub async fn claim_mail(&self) -> Result<DueMail, StoreError> {
        // Asked first, so that a shop without mails does not write every second.
        let due = sqlx::query(FIRST_DUE).bind(self.now().micros()).fetch_optional(&self.readers).await?;
        if due.is_none() {
            return Ok(DueMail::Nothing);
        }
        let Some(row) = self.writer.run(Claim).await? else { return Ok(DueMail::Nothing) };
        // Read outside of the writing transaction, which orders wait for.
        let Some(mail) = self.mail_of(&row).await? else {
            self.writer.run(Delete(row.id)).await?;
            return Ok(DueMail::Dropped);
        };
        let ClaimedRow { id, delivery, made_at, attempt, .. } = row;
        Ok(DueMail::Claimed(Box::new(ClaimedMail { id, delivery, made_at, mail, attempt })))
    }

    /// Notes what became of a try; `error` says why it failed, and `is_final` that no other one can do better.
    ///
    /// # Errors
    /// What the database says.
    pub async fn settle_mail(
        &self,
        claimed: &ClaimedMail,
        error: Option<&str>,
        is_final: bool,
    ) -> Result<Settled, StoreError> {
        let error = error.map(kept_error);
        let is_last = is_final || claimed.attempt >= ATTEMPTS_MAX;
        self.writer.run(SettleMail { id: claimed.id, attempt: claimed.attempt, is_last, error }).await
    }

    /// How many mails wait.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mails_waiting(&self) -> Result<MailsWaiting, StoreError> {
        let sql = format!("select (select count(*) from mails), count(*) from ({}) as too_many", to_give_up());
        let row = sqlx::query(AssertSqlSafe(sql)).bind(made_until(self.now())).fetch_one(&self.readers).await?;
        Ok(MailsWaiting { all: row.try_get(0)?, to_give_up: row.try_get(1)? })
    }

    /// Gives some mails up that are too old, or too many. Answers how many.
    ///
    /// # Errors
    /// What the database says; then none was given up.
    pub async fn give_up_mails(&self) -> Result<u64, StoreError> {
        self.writer.run(GiveUp).await
    }

    /// What the mail says now; `None`: nothing any more.
    async fn mail_of(&self, row: &ClaimedRow) -> Result<Option<Mail>, StoreError> {
        // In the life before a backup was brought back it may have been sent, and its reader have left since. A receipt
        // that is sent twice does no harm, and one that is not sent does.
        if row.kind != RECEIPT && row.source != *self.source {
            return Ok(None);
        }
        let mut conn = self.readers.acquire().await?;
        match (row.kind.as_str(), row.order_id, row.subscriber_id) {
            (RECEIPT, Some(order_id), _) => {
                let receipt = orders::receipt_of(&mut conn, order_id).await?;
                Ok(receipt.filter(|receipt| receipt.email.is_some()).map(|receipt| Mail::Receipt(Box::new(receipt))))
            }
            (CONFIRMATION, _, Some(id)) => {
                subscribers::confirmation(&mut conn, id, row.token.as_deref().unwrap_or_default(), self.now()).await
            }
            (WELCOME, _, Some(id)) => subscribers::welcome(&mut conn, id).await,
            // Of a newer version: left to a server that knows it, until it is too old.
            (kind, ..) => Err(StoreError::Corrupt(format!("a mail of the kind {kind}"))),
        }
    }
}

fn made_until(now: Timestamp) -> i64 {
    now.plus_micros(-AGE_MICROS_MAX).micros()
}

struct Claim;

struct ClaimedRow {
    id: i64,
    delivery: String,
    kind: String,
    order_id: Option<i64>,
    subscriber_id: Option<i64>,
    token: Option<String>,
    source: String,
    made_at: Timestamp,
    attempt: i64,
}

impl Work for Claim {
    type Output = Option<ClaimedRow>;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<ClaimedRow>, StoreError> {
        // The last condition is looked at again when another server's claim was waited for.
        let sql = format!(
            "update mails
                set attempts = attempts + 1, next_attempt_at = $2
              where id = ({FIRST_DUE}) and next_attempt_at <= $1
             returning id, delivery, kind, order_id, subscriber_id, token, source, made_at, attempts",
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(tx.now.micros())
            .bind(tx.now.plus_micros(LEASE_MICROS).micros())
            .fetch_optional(&mut *tx.conn)
            .await?;
        let claimed = |row: sqlx::any::AnyRow| {
            Ok(ClaimedRow {
                id: row.try_get(0)?,
                delivery: row.try_get(1)?,
                kind: row.try_get(2)?,
                order_id: row.try_get(3)?,
                subscriber_id: row.try_get(4)?,
                token: row.try_get(5)?,
                source: row.try_get(6)?,
                made_at: Timestamp::from_micros(row.try_get(7)?),
                attempt: row.try_get(8)?,
            })
        };
        row.map(claimed).transpose()
    }
}

struct Delete(i64);

impl Work for Delete {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        sqlx::query("delete from mails where id = $1").bind(self.0).execute(&mut *tx.conn).await?;
        Ok(())
    }
}

struct SettleMail {
    id: i64,
    attempt: i64,
    is_last: bool,
    error: Option<String>,
}

impl Work for SettleMail {
    type Output = Settled;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Settled, StoreError> {
        let Some(error) = &self.error else {
            // Whoever delivered it, it is delivered.
            Delete(self.id).run(tx).await?;
            return Ok(Settled::Delivered);
        };
        let settled = if self.is_last {
            sqlx::query("delete from mails where id = $1 and attempts = $2")
                .bind(self.id)
                .bind(self.attempt)
                .execute(&mut *tx.conn)
                .await?
        } else {
            sqlx::query("update mails set next_attempt_at = $3, last_error = $4 where id = $1 and attempts = $2")
                .bind(self.id)
                .bind(self.attempt)
                .bind(tx.now.plus_micros(pause_micros(self.attempt)).micros())
                .bind(error.as_str())
                .execute(&mut *tx.conn)
                .await?
        };
        Ok(match (settled.rows_affected(), self.is_last) {
            (0, _) => Settled::Overtaken,
            (_, true) => Settled::GivenUp,
            (_, false) => Settled::TriedAgain,
        })
    }
}

struct GiveUp;

impl Work for GiveUp {
    type Output = u64;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        let sql = format!("delete from mails where id in ({} limit {GIVEN_UP_PER_STEP_MAX})", to_give_up());
        let given_up =
            sqlx::query(AssertSqlSafe(sql)).bind(made_until(tx.now)).execute(&mut *tx.conn).await?.rows_affected();
        Ok(given_up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_last_for_nearly_two_days() {
        let pauses: Vec<i64> = (1..ATTEMPTS_MAX).map(|attempts| pause_micros(attempts) / 1_000_000).collect();
        assert_eq!(pauses[..8], [5, 15, 45, 135, 405, 1_215, 3_600, 3_600]);
        let hours = pauses.iter().sum::<i64>() / 3_600;
        assert_eq!(hours, 41, "under the age at which it is given up anyhow");
        assert!(hours * 3_600_000_000 < AGE_MICROS_MAX);
    }
}
