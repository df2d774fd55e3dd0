//! Forgetting a customer, beside running servers: what an address has here, and its deletion. Only a server notes
//! events, so a subscription that was joined keeps its row, without the address, until one has noted its end.

use super::email_key;
use crate::StoreError;
use crate::connection::Conn;
use domain::Email;
use sqlx::Row;

/// How many subscriptions this address has, and how many mails wait for them.
pub(crate) async fn known(conn: &mut Conn, email: &Email) -> Result<(i64, i64), StoreError> {
    let sql = "select count(distinct subscribers.id), count(mails.id)
                 from subscribers
                 left join mails on mails.subscriber_id = subscribers.id
                where subscribers.email_key = $1";
    let row = sqlx::query(sql).bind(email_key(email)).fetch_one(conn).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}

/// Deletes the address and those mails, in the transaction that is open. Answers the same two numbers.
pub(crate) async fn forget(conn: &mut Conn, email: &Email) -> Result<(i64, i64), StoreError> {
    let key = email_key(email);
    let mails = "delete from mails where subscriber_id in (select id from subscribers where email_key = $1)";
    let mails = sqlx::query(mails).bind(key.as_str()).execute(&mut *conn).await?.rows_affected();
    let asked = "delete from subscribers where email_key = $1 and state <> 'joined'";
    let asked = sqlx::query(asked).bind(key.as_str()).execute(&mut *conn).await?.rows_affected();
    let joined = "update subscribers
                     set state = 'forgotten', email = null, email_key = null, confirm_hash = null, confirm_until = 0
                   where email_key = $1";
    let joined = sqlx::query(joined).bind(key.as_str()).execute(&mut *conn).await?.rows_affected();
    Ok((asked.saturating_add(joined).cast_signed(), mails.cast_signed()))
}
