//! What customers say of their orders: kept once for each order, with its outbox row in one transaction. Called by the
//! receipt's form and the dashboard.

use crate::writer::{Tx, Work};
use crate::{Store, StoreError, outbox};
use domain::{Comment, EventBody, Feedback, NewFeedback, OrderToken, Stars, Timestamp};
use sqlx::Row;
use sqlx::any::AnyRow;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedbackOutcome {
    /// It is kept, now or by the same words sent before.
    Kept,
    /// This order was spoken of before, in other words; these stay.
    GivenBefore,
    /// No order has this token.
    UnknownOrder,
}

/// The columns that [`feedback`] reads.
pub(crate) const COLUMNS: &str = "feedback.order_id, feedback.stars, feedback.comment, feedback.event_time";

impl Store {
    /// Keeps what a customer said of the order with this token, and puts its event into the outbox, in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Busy`] or [`StoreError::DiskFull`] when trying again later helps; else what the database says.
    pub async fn give_feedback(&self, token: OrderToken, said: NewFeedback) -> Result<FeedbackOutcome, StoreError> {
        self.writer.run_in_time(GiveFeedback { token, said }).await
    }

    /// What customers said last, newest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn latest_feedback(&self, limit: usize) -> Result<Vec<Feedback>, StoreError> {
        let sql = format!("select {COLUMNS} from feedback order by event_time desc, order_id desc limit $1");
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(|row| feedback(row, 0)).collect()
    }
}

struct GiveFeedback {
    token: OrderToken,
    said: NewFeedback,
}

impl Work for GiveFeedback {
    type Output = FeedbackOutcome;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<FeedbackOutcome, StoreError> {
        let found = sqlx::query("select id from orders where token = $1")
            .bind(self.token.as_str())
            .fetch_optional(&mut *tx.conn)
            .await?;
        let Some(order) = found else { return Ok(FeedbackOutcome::UnknownOrder) };
        let order_id: i64 = order.try_get(0)?;
        let event_time = tx.event_time();
        // Two servers may be asked at once: the key decides.
        let kept = sqlx::query(
            "insert into feedback (order_id, stars, comment, event_time)
             values ($1, $2, $3, $4)
                 on conflict (order_id) do nothing",
        )
        .bind(order_id)
        .bind(self.said.stars.number())
        .bind(self.said.comment.as_ref().map(Comment::as_str))
        .bind(event_time.micros())
        .execute(&mut *tx.conn)
        .await?;
        if kept.rows_affected() == 0 {
            let sql = format!("select {COLUMNS}, is_comment_erased from feedback where order_id = $1");
            let first = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(order_id).fetch_one(&mut *tx.conn).await?;
            let (given, is_comment_erased) = (feedback(&first, 0)?, first.try_get::<i64, _>(4)? != 0);
            // Words that were deleted cannot be compared, and do not come back.
            let is_same = given.says(&self.said) || is_comment_erased && given.stars == self.said.stars;
            return Ok(if is_same { FeedbackOutcome::Kept } else { FeedbackOutcome::GivenBefore });
        }
        let NewFeedback { stars, comment } = self.said.clone();
        outbox::insert(tx, event_time, &EventBody::Feedback { order_id, stars, comment }).await?;
        Ok(FeedbackOutcome::Kept)
    }
}

/// Reads [`COLUMNS`], from `first` on.
pub(crate) fn feedback(row: &AnyRow, first: usize) -> Result<Feedback, StoreError> {
    Ok(Feedback {
        order_id: row.try_get(first)?,
        stars: stars(row, first + 1)?,
        comment: comment(row, first + 2)?,
        event_time: Timestamp::from_micros(row.try_get(first + 3)?),
    })
}

/// Reads stars.
fn stars(row: &AnyRow, column: usize) -> Result<Stars, StoreError> {
    let number = row.try_get(column)?;
    Stars::from_number(number).ok_or_else(|| StoreError::Corrupt(format!("{number} stars")))
}

/// Reads a line of text, where there is one.
fn comment(row: &AnyRow, column: usize) -> Result<Option<Comment>, StoreError> {
    let Some(text) = row.try_get::<Option<String>, _>(column)? else { return Ok(None) };
    Comment::parse(&text).map_err(|problem| StoreError::Corrupt(format!("a comment: {problem}")))
}
