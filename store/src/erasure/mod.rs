//! Customers' addresses go: `retention` deletes those of old orders, `desk` forgets one customer from the command line,
//! `log` takes the deleted bytes out of SQLite's write-ahead log. Figures never change: no event carries an address.

mod desk;
mod log;
mod retention;

pub use desk::ErasureDesk;

use crate::StoreError;
use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::outbox::IS_OWN;
use sqlx::Row;

/// Orders whose addresses one transaction deletes.
pub const ADDRESSES_PER_STEP_MAX: i64 = 500;
/// What stands in place of an address that was deleted. The column is `not null`, and SQLite cannot change that without
/// copying the table.
pub(crate) const NO_ADDRESS: &str = "";

/// In how many places a customer was forgotten, or would be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Orders whose address was deleted.
    pub orders: i64,
    /// Feedback whose comment was deleted: on the customer's orders, or one that holds the address.
    pub comments: i64,
    /// Events that wait to be counted and whose comment was deleted.
    pub events: i64,
    /// Dead letters that were cleared.
    pub letters: i64,
    /// Subscriptions of the newsletter that ended, or were asked for.
    pub subscriptions: i64,
    /// Mails that waited to be sent to the address.
    pub mails: i64,
    /// Events on the pages of their streams that name the address.
    pub latest: i64,
}

impl Erased {
    /// Whether the address was nowhere.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Erased::default()
    }
}

/// Numbers as the JSON rows of [`Dialect::with_rows`].
pub(crate) fn json_rows(numbers: &[i64]) -> Result<String, StoreError> {
    let rows: Vec<_> = numbers.iter().map(|number| [number]).collect();
    serde_json::to_string(&rows).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// The numbers of [`json_rows`], as an SQL subselect.
const ROWS: &str = "(select cast(value ->> 0 as bigint) from {rows})";

/// Deletes the addresses of `orders`, and what customers said of `orders` and `commented`, in the transaction that is
/// open. Stars stay, and so do the events' figures.
async fn erase(conn: &mut Conn, dialect: Dialect, orders: &[i64], commented: &[i64]) -> Result<Erased, StoreError> {
    let all: Vec<i64> = orders.iter().chain(commented).copied().collect();
    let mut run = async |sql: String, numbers: &[i64]| {
        let sql = dialect.with_rows(&sql);
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(json_rows(numbers)?).execute(&mut *conn).await?;
        Ok::<_, StoreError>(done.rows_affected() as i64)
    };
    Ok(Erased {
        orders: run(
            format!("update orders set email = '{NO_ADDRESS}' where email <> '{NO_ADDRESS}' and id in {ROWS}"),
            orders,
        )
        .await?,
        comments: run(
            format!(
                "update feedback
                    set comment = null, is_comment_erased = 1
                  where comment is not null and order_id in {ROWS}"
            ),
            &all,
        )
        .await?,
        events: run(
            format!(
                r#"update outbox
                    set comment = null,
                        payload = case when payload is not null then
                          '{{"order_id":' || key || ',"stars":' || {} || ',"comment":null}}' end
                  where {}"#,
                dialect.json_member("payload", "stars"),
                waiting(dialect),
            ),
            &all,
        )
        .await?,
        letters: 0,
        subscriptions: 0,
        latest: 0,
        mails: run(format!("delete from mails where order_id in {ROWS}"), orders).await?,
    })
}

/// The condition on a comment of these orders that waits to be counted. Other producers' are not of our customers.
fn waiting(dialect: Dialect) -> String {
    format!(
        "topic = 'feedback' and {IS_OWN} and coalesce(comment, {}) is not null
         and (key in (select cast(cast(value ->> 0 as bigint) as text) from {{rows}})
              or key is null and order_id in {ROWS})",
        dialect.json_member("payload", "comment"),
    )
}

/// How many mails about these orders wait to be sent.
async fn waiting_mails(conn: &mut Conn, dialect: Dialect, orders: &[i64]) -> Result<i64, StoreError> {
    let sql = dialect.with_rows(&format!("select count(*) from mails where order_id in {ROWS}"));
    Ok(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(json_rows(orders)?).fetch_one(conn).await?.try_get(0)?)
}

/// How many comments of these orders wait to be counted.
async fn waiting_comments(conn: &mut Conn, dialect: Dialect, orders: &[i64]) -> Result<i64, StoreError> {
    let sql = dialect.with_rows(&format!("select count(*) from outbox where {}", waiting(dialect)));
    Ok(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(json_rows(orders)?).fetch_one(conn).await?.try_get(0)?)
}
