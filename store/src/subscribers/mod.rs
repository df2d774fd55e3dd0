//! Subscribers of the newsletter. A subscription is asked for, joined with the token of a link, and left with that of
//! another; an address has one at most. What was asked for and never confirmed is deleted after a while, and of one
//! that was left no address is kept. Called by the forms without JavaScript and, for its texts, by the mails' sender.

mod forgetting;
mod retention;
mod steps;

pub(crate) use forgetting::{forget, known};

use crate::connection::Conn;
use crate::writer::Tx;
use crate::{Store, StoreError, outbox};
use domain::{Email, EventBody, Mail, SubscriptionToken, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::Row;
use steps::{Ask, Join, Leave};

/// One hour.
const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// What whoever asked for a subscription is told. It never says whether the address was known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskedFor {
    /// To look into the mailbox.
    ByMail,
    /// The link itself, from a shop that sends no mails.
    Link(SubscriptionToken),
}

impl Store {
    /// Asks for a subscription of this address, to be confirmed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ask_subscription(&self, email: Email) -> Result<AskedFor, StoreError> {
        let (token, leave) = (random_token()?, random_token()?);
        let sends_mail = self.options.sends_mail;
        let ask = Ask { email, token: token.clone(), leave, sends_mail };
        self.writer.run_in_time(ask).await?;
        Ok(if sends_mail { AskedFor::ByMail } else { AskedFor::Link(token) })
    }

    /// Whether this token confirms a subscription.
    ///
    /// # Errors
    /// What the database says.
    pub async fn confirms_subscription(&self, token: &SubscriptionToken) -> Result<bool, StoreError> {
        let sql = "select id from subscribers where confirm_hash = $1 and confirm_until > $2";
        let query = sqlx::query(sql).bind(hash(token.as_str())).bind(self.now().micros());
        Ok(query.fetch_optional(&self.readers).await?.is_some())
    }

    /// Joins the subscription that this token confirms; one that was joined with it before stays. Answers the token
    /// that leaves it; `None`: there is no such subscription, or not any more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn join_subscription(&self, token: &SubscriptionToken) -> Result<Option<SubscriptionToken>, StoreError> {
        // Asked first, so that made-up tokens make no writes.
        if !self.confirms_subscription(token).await? {
            return Ok(None);
        }
        let sends_mail = self.options.sends_mail;
        self.writer.run_in_time(Join { confirm_hash: hash(token.as_str()), sends_mail }).await
    }

    /// Whether a subscription was joined, and perhaps left, that this token leaves.
    ///
    /// # Errors
    /// What the database says.
    pub async fn leaves_subscription(&self, token: &SubscriptionToken) -> Result<bool, StoreError> {
        let sql = "select id from subscribers where leave_token = $1 and joined_at is not null";
        Ok(sqlx::query(sql).bind(token.as_str()).fetch_optional(&self.readers).await?.is_some())
    }

    /// Leaves a subscription; again, it stays left. Answers whether there is such a one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn leave_subscription(&self, token: &SubscriptionToken) -> Result<bool, StoreError> {
        let is_known = self.leaves_subscription(token).await?;
        if is_known {
            self.writer.run_in_time(Leave { token: token.clone() }).await?;
        }
        Ok(is_known)
    }
}

/// Puts the event that a subscription began (`has_joined`) or ended into the outbox, in the transaction that changes
/// it. Called once for each change, never for what was so before.
async fn subscribed(tx: &mut Tx<'_>, has_joined: bool) -> Result<(), StoreError> {
    let event_time = tx.event_time();
    outbox::insert(tx, event_time, &EventBody::Subscription { has_joined }).await
}

/// The mail that asks a subscriber; `None` when there is no such subscriber, or the token no longer confirms.
pub(crate) async fn confirmation(
    conn: &mut Conn,
    subscriber_id: i64,
    token: &str,
    now: Timestamp,
) -> Result<Option<Mail>, StoreError> {
    let sql = "select email from subscribers where id = $1 and confirm_hash = $2 and confirm_until > $3
                  and email is not null";
    let query = sqlx::query(sql).bind(subscriber_id).bind(hash(token)).bind(now.micros());
    let Some(row) = query.fetch_optional(conn).await? else { return Ok(None) };
    let email = read_email(&row, 0)?;
    Ok(SubscriptionToken::parse(token).map(|token| Mail::Confirmation { email, token }))
}

/// The newsletter's first mail; `None` when its subscriber has left.
pub(crate) async fn welcome(conn: &mut Conn, subscriber_id: i64) -> Result<Option<Mail>, StoreError> {
    let sql = "select email, leave_token from subscribers where id = $1 and state = 'joined' and email is not null";
    let Some(row) = sqlx::query(sql).bind(subscriber_id).fetch_optional(conn).await? else { return Ok(None) };
    Ok(Some(Mail::Welcome { email: read_email(&row, 0)?, leave: read_token(&row, 1)? }))
}

/// By which one address is known, whatever the case of its letters.
pub(crate) fn email_key(email: &Email) -> String {
    email.as_str().to_lowercase()
}

fn read_email(row: &sqlx::any::AnyRow, column: usize) -> Result<Email, StoreError> {
    Email::parse(&row.try_get::<String, _>(column)?).map_err(|_| StoreError::Corrupt("a subscriber's email".to_owned()))
}

fn read_token(row: &sqlx::any::AnyRow, column: usize) -> Result<SubscriptionToken, StoreError> {
    let token = SubscriptionToken::parse(&row.try_get::<String, _>(column)?);
    token.ok_or_else(|| StoreError::Corrupt("a subscriber's token".to_owned()))
}

fn random_token() -> Result<SubscriptionToken, StoreError> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|error| StoreError::Open(format!("no random bits: {error}")))?;
    Ok(SubscriptionToken::from_random(u128::from_be_bytes(bits)))
}

/// As the token that confirms is kept: it has 128 random bits, so that no salt is needed.
fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
