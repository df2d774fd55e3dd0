//! The steps of a subscription, each in one transaction: it is asked for, joined, left.

use super::{HOUR_MICROS, email_key, hash, read_token, subscribed};
use crate::StoreError;
use crate::mails::{self, About};
use crate::writer::{Tx, Work};
use domain::subscription::CONFIRM_WITHIN_HOURS;
use domain::{Email, SubscriptionToken};
use sqlx::{AssertSqlSafe, Row};

const CONFIRM_MICROS: i64 = CONFIRM_WITHIN_HOURS * HOUR_MICROS;
/// An address that was asked for is sent no other mail within this time, whoever asks: nobody can fill its mailbox.
const ASK_AGAIN_AFTER_MICROS: i64 = HOUR_MICROS / 4;
/// Mails to one address while it does not confirm.
const ASKS_MAX: i64 = 5;
/// Subscriptions that were asked for and are not confirmed; of more than these the oldest are deleted.
const ASKED_MAX: i64 = 10_000;

pub(super) struct Ask {
    pub(super) email: Email,
    pub(super) token: SubscriptionToken,
    pub(super) leave: SubscriptionToken,
    pub(super) sends_mail: bool,
}

impl Work for Ask {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let key = email_key(&self.email);
        // One that is there already, also another server's of this moment, stays as it is.
        sqlx::query(
            "insert into subscribers (email, email_key, state, leave_token)
             values ($1, $2, 'asked', $3)
                 on conflict (email_key) do nothing",
        )
        .bind(self.email.as_str())
        .bind(key.as_str())
        .bind(self.leave.as_str())
        .execute(&mut *tx.conn)
        .await?;
        // A subscriber who has joined is asked like any other, so that nobody learns who has.
        let asked = sqlx::query(
            "update subscribers
                set confirm_hash = $2, confirm_until = $3, asked_at = $4,
                    asks = case when confirm_until > $4 then asks + 1 else 1 end
              where email_key = $1
                and ($5 = 0 or confirm_until <= $4 or (asked_at <= $6 and asks < $7))
             returning id",
        )
        .bind(key.as_str())
        .bind(hash(self.token.as_str()))
        .bind(tx.now.plus_micros(CONFIRM_MICROS).micros())
        .bind(tx.now.micros())
        .bind(i64::from(self.sends_mail))
        .bind(tx.now.plus_micros(-ASK_AGAIN_AFTER_MICROS).micros())
        .bind(ASKS_MAX)
        .fetch_optional(&mut *tx.conn)
        .await?;
        if let Some(row) = asked.filter(|_| self.sends_mail) {
            let subscriber_id = row.try_get(0)?;
            mails::put(tx, About::Confirmation { subscriber_id, token: &self.token }).await?;
        }
        let too_many = "select id from subscribers where state = 'asked'
                         order by confirm_until desc, id desc limit 1000000 offset $1";
        sqlx::query(AssertSqlSafe(format!("delete from subscribers where id in ({too_many})")))
            .bind(ASKED_MAX)
            .execute(&mut *tx.conn)
            .await?;
        Ok(())
    }
}

pub(super) struct Join {
    pub(super) confirm_hash: String,
    pub(super) sends_mail: bool,
}

impl Work for Join {
    type Output = Option<SubscriptionToken>;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<SubscriptionToken>, StoreError> {
        let joined = sqlx::query(
            "update subscribers
                set state = 'joined', joined_at = $2
              where confirm_hash = $1 and confirm_until > $2 and state = 'asked'
             returning id",
        )
        .bind(self.confirm_hash.as_str())
        .bind(tx.now.micros())
        .fetch_optional(&mut *tx.conn)
        .await?;
        if let Some(row) = joined {
            subscribed(tx, true).await?;
            if self.sends_mail {
                mails::put(tx, About::Welcome { subscriber_id: row.try_get(0)? }).await?;
            }
        }
        let sql = "select leave_token from subscribers
                    where confirm_hash = $1 and confirm_until > $2 and state = 'joined'";
        let found = sqlx::query(sql)
            .bind(self.confirm_hash.as_str())
            .bind(tx.now.micros())
            .fetch_optional(&mut *tx.conn)
            .await?;
        found.map(|row| read_token(&row, 0)).transpose()
    }
}

pub(super) struct Leave {
    pub(super) token: SubscriptionToken,
}

impl Work for Leave {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let left = sqlx::query(
            "update subscribers
                set state = 'left', left_at = $2, email = null, email_key = null, confirm_hash = null, confirm_until = 0
              where leave_token = $1 and state = 'joined'
             returning id",
        )
        .bind(self.token.as_str())
        .bind(tx.now.micros())
        .fetch_optional(&mut *tx.conn)
        .await?;
        let Some(row) = left else { return Ok(()) };
        let subscriber_id: i64 = row.try_get(0)?;
        sqlx::query("delete from mails where subscriber_id = $1").bind(subscriber_id).execute(&mut *tx.conn).await?;
        subscribed(tx, false).await
    }
}
