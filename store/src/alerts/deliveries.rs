//! Messages about alerts, and tests of the webhook: an outbox of its own. A message is written in the transaction that
//! begins or ends its alert; `sending` is what becomes of it then. Times are the database's, one clock for all servers.

use super::alert::Alert;
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::{Timestamp, decimal};
use serde_json::json;
use sqlx::Row;

/// Messages that a page lists.
const DELIVERIES_LISTED_MAX: i64 = 20;
/// Messages that may wait; of more than these the oldest are given up.
const WAITING_MAX: i64 = 500;
/// Settled messages that are kept; the oldest gives way.
const SETTLED_MAX: i64 = 1_000;
/// A message as a page lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// What it tells, in words.
    pub what: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; `None` once it is settled.
    pub next_attempt_at: Option<Timestamp>,
    /// When the receiver took it.
    pub delivered_at: Option<Timestamp>,
    /// When it was given up.
    pub given_up_at: Option<Timestamp>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

/// What became of the owner's wish for a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestAsked {
    /// A test is on its way.
    Made,
    /// One was on its way before.
    Waits,
}

/// A message to be sent.
pub(super) struct Message {
    alert_id: Option<i64>,
    event: &'static str,
    what: String,
    alert: serde_json::Value,
}

impl Message {
    /// That this alert began or ended.
    pub(super) fn about(alert: &Alert) -> Message {
        let (event, verb) = if alert.ended_at.is_none() { ("alert.began", "began") } else { ("alert.ended", "ended") };
        let mut told = json!({
            "id": alert.id,
            "rule": alert.rule.to_string(),
            "words": alert.words,
            "figure": alert.figure,
            "threshold": alert.threshold,
            "began_at": alert.began_at.to_string(),
            "ended_at": alert.ended_at.map(|at| at.to_string()),
        });
        if let Some(measured) = &alert.measured {
            told["words"] = json!(format!("{}: {}", alert.title, alert.words));
            told["topic"] = json!(measured.topic);
            told["measure"] = json!(measured.measure);
            told["comparison"] = json!(measured.side.name());
            told["value"] = json!(decimal::show(alert.threshold, measured.digits));
            told["minutes"] = json!(measured.minutes);
        }
        Message { alert_id: Some(alert.id), event, what: format!("{} {verb}", alert.title), alert: told }
    }

    fn test() -> Message {
        Message { alert_id: None, event: "test", what: "Test".to_owned(), alert: serde_json::Value::Null }
    }
}

/// Puts a message on its way; keeps what waits and what is settled within its bounds.
pub(super) async fn insert(tx: &mut Tx<'_>, message: &Message) -> Result<(), StoreError> {
    let delivery = uuid::Uuid::new_v4().to_string();
    let body = json!({ "delivery": delivery, "event": message.event, "alert": message.alert });
    sqlx::query(
        "insert into alert_deliveries (delivery, alert_id, event, what, body, made_at, next_attempt_at)
         values ($1, $2, $3, $4, $5, $6, $6)",
    )
    .bind(delivery)
    .bind(message.alert_id)
    .bind(message.event)
    .bind(message.what.as_str())
    .bind(body.to_string())
    .bind(tx.now.micros())
    .execute(&mut *tx.conn)
    .await?;
    sqlx::query(
        "update alert_deliveries
            set next_attempt_at = null, given_up_at = $1, last_error = 'too many messages wait'
          where id in (
            select id from alert_deliveries where next_attempt_at is not null order by id desc limit 1000000 offset $2
          )",
    )
    .bind(tx.now.micros())
    .bind(WAITING_MAX)
    .execute(&mut *tx.conn)
    .await?;
    sqlx::query(
        "delete from alert_deliveries
          where id in (
            select id from alert_deliveries where next_attempt_at is null order by id desc limit 1000000 offset $1
          )",
    )
    .bind(SETTLED_MAX)
    .execute(&mut *tx.conn)
    .await?;
    Ok(())
}

impl Store {
    /// The last messages, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn alert_deliveries(&self) -> Result<Vec<Delivery>, StoreError> {
        let sql = "select id, what, made_at, attempts, next_attempt_at, delivered_at, given_up_at, last_error
                     from alert_deliveries
                    order by id desc
                    limit $1";
        let rows = sqlx::query(sql).bind(DELIVERIES_LISTED_MAX).fetch_all(&self.readers).await?;
        let delivery = |row: &sqlx::any::AnyRow| {
            let time = |column: usize| {
                Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(Timestamp::from_micros))
            };
            Ok(Delivery {
                id: row.try_get(0)?,
                what: row.try_get(1)?,
                made_at: Timestamp::from_micros(row.try_get(2)?),
                attempts: row.try_get(3)?,
                next_attempt_at: time(4)?,
                delivered_at: time(5)?,
                given_up_at: time(6)?,
                last_error: row.try_get(7)?,
            })
        };
        rows.iter().map(delivery).collect()
    }

    /// Sends a test, unless one waits already.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ask_alert_test(&self) -> Result<TestAsked, StoreError> {
        self.writer.run_in_time(AskTest).await
    }
}

struct AskTest;

impl Work for AskTest {
    type Output = TestAsked;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<TestAsked, StoreError> {
        let waits = "select 1 from alert_deliveries where event = 'test' and next_attempt_at is not null";
        if sqlx::query(waits).fetch_optional(&mut *tx.conn).await?.is_some() {
            return Ok(TestAsked::Waits);
        }
        insert(tx, &Message::test()).await?;
        Ok(TestAsked::Made)
    }
}
