//! Mails that wait to be sent: an outbox of its own. A mail is written in the transaction that gives the reason for it,
//! by [`put`]; `sending` is what becomes of it then. Only a shop that sends mails writes any. Of a mail that was
//! delivered or given up nothing is kept. Times are the database's, one clock for all servers.

mod sending;

pub use sending::{ClaimedMail, DueMail, MailsWaiting};

use crate::StoreError;
use crate::writer::Tx;
use domain::SubscriptionToken;

/// What a mail is about.
pub(crate) enum About<'a> {
    /// An order that was made.
    Receipt { order_id: i64 },
    /// A subscription that was asked for, and the token that confirms it.
    Confirmation { subscriber_id: i64, token: &'a SubscriptionToken },
    /// A subscription that began.
    Welcome { subscriber_id: i64 },
}

impl About<'_> {
    const fn kind(&self) -> &'static str {
        match self {
            About::Receipt { .. } => RECEIPT,
            About::Confirmation { .. } => CONFIRMATION,
            About::Welcome { .. } => WELCOME,
        }
    }

    const fn order_id(&self) -> Option<i64> {
        match self {
            About::Receipt { order_id } => Some(*order_id),
            About::Confirmation { .. } | About::Welcome { .. } => None,
        }
    }

    const fn subscriber_id(&self) -> Option<i64> {
        match self {
            About::Receipt { .. } => None,
            About::Confirmation { subscriber_id, .. } | About::Welcome { subscriber_id } => Some(*subscriber_id),
        }
    }
}

const RECEIPT: &str = "receipt";
const CONFIRMATION: &str = "confirmation";
const WELCOME: &str = "welcome";

/// Puts a mail on its way: one insert, which nothing but the database itself can fail. How many may wait is the
/// sender's to see to, in the way of no order.
pub(crate) async fn put(tx: &mut Tx<'_>, about: About<'_>) -> Result<(), StoreError> {
    let token = match &about {
        About::Confirmation { token, .. } => Some(token.as_str()),
        About::Receipt { .. } | About::Welcome { .. } => None,
    };
    sqlx::query(
        "insert into mails (delivery, kind, order_id, subscriber_id, token, source, made_at, next_attempt_at)
         select $1, $2, cast($3 as bigint), cast($4 as bigint), cast($5 as text), source, cast($6 as bigint),
                cast($6 as bigint)
           from shop",
    )
    .bind(uuid::Uuid::new_v4().to_string())
    .bind(about.kind())
    .bind(about.order_id())
    .bind(about.subscriber_id())
    .bind(token)
    .bind(tx.now.micros())
    .execute(&mut *tx.conn)
    .await?;
    Ok(())
}
