//! Alerts that are open or have been. An alert begins and ends in one transaction with the message about it; that a
//! rule has at most one open alert is an index of the database, so that two servers never tell the same twice.

use super::alert::{Alert, COLUMNS, Change, MEASURE_COLUMNS, Settlement, alert, trim};
use super::deliveries::{self, Message};
use super::measure_history::{self, MeasureChange};
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::alert::{Finding, LISTED_MAX};
use domain::{RuleKind, Timestamp};
use sqlx::AssertSqlSafe;

/// Open alerts that are listed: more than there are rules.
const OPEN_MAX: i64 = 200;

impl Store {
    /// Alerts whose condition holds, the oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn open_alerts(&self) -> Result<Vec<Alert>, StoreError> {
        self.alerts("ended_at is null", "began_at, id", OPEN_MAX, 0).await
    }

    /// [`LISTED_MAX`] alerts that have ended, the last first, after the first `skip` of them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ended_alerts(&self, skip: i64) -> Result<Vec<Alert>, StoreError> {
        self.alerts("ended_at is not null", "ended_at desc, id desc", LISTED_MAX, skip).await
    }

    /// How many alerts that have ended are kept.
    ///
    /// # Errors
    /// What the database says.
    pub async fn ended_alerts_num(&self) -> Result<i64, StoreError> {
        let sql = "select (select count(*) from alerts where ended_at is not null)
                        + (select count(*) from measure_alerts where ended_at is not null)";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.readers).await?)
    }

    async fn alerts(&self, condition: &str, order: &str, limit: i64, skip: i64) -> Result<Vec<Alert>, StoreError> {
        let sql = format!(
            "select *
               from (
                 select {COLUMNS} from alerts where {condition}
                 union all
                 select {MEASURE_COLUMNS} from measure_alerts where {condition}
               ) as both_kinds
              order by {order}
              limit $1 offset $2"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(limit).bind(skip);
        query.fetch_all(&self.readers).await?.iter().map(alert).collect()
    }

    /// Begins and ends alerts, and notes what is found, by what was seen at `seen_at`. What another server found out
    /// later than that stands: an alert that began after it is not ended, and one that ended after it is not begun
    /// again. `is_sent`: with a message for the webhook, in the same transaction.
    ///
    /// # Errors
    /// What the database says; then nothing was changed.
    pub async fn settle_alerts(
        &self,
        seen_at: Timestamp,
        changes: Vec<(RuleKind, Change)>,
        is_sent: bool,
    ) -> Result<Settlement, StoreError> {
        let changes = changes.into_iter().map(|(rule, change)| (Of::Shop(rule), change)).collect();
        self.writer.run(Settle { seen_at, changes, is_sent }).await
    }

    /// As [`Store::settle_alerts`], of rules on measures. None begins of a rule that is off or deleted by then.
    ///
    /// # Errors
    /// What the database says; then nothing was changed.
    pub async fn settle_measure_alerts(
        &self,
        seen_at: Timestamp,
        changes: Vec<MeasureChange>,
        is_sent: bool,
    ) -> Result<Settlement, StoreError> {
        let of = |MeasureChange { rule_id, title, change }| (Of::Measure { rule_id, title }, change);
        let changes = changes.into_iter().map(of).collect();
        self.writer.run(Settle { seen_at, changes, is_sent }).await
    }
}

/// Whose alerts change.
enum Of {
    Shop(RuleKind),
    Measure { rule_id: i64, title: String },
}

struct Settle {
    seen_at: Timestamp,
    changes: Vec<(Of, Change)>,
    is_sent: bool,
}

impl Work for Settle {
    type Output = Settlement;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Settlement, StoreError> {
        let mut settlement = Settlement::default();
        for (of, change) in &self.changes {
            let (changed, count) = match change {
                Change::Holds(finding) => {
                    self.note(tx, of, finding).await?;
                    continue;
                }
                Change::Begins(finding) => (self.begin(tx, of, finding).await?, &mut settlement.began),
                Change::Ends => (self.end(tx, of).await?, &mut settlement.ended),
            };
            let Some(changed) = changed else { continue };
            *count += 1;
            if self.is_sent {
                deliveries::insert(tx, &Message::about(&changed)).await?;
            }
        }
        if settlement.ended > 0 {
            trim(tx, "alerts").await?;
            trim(tx, "measure_alerts").await?;
        }
        Ok(settlement)
    }
}

impl Settle {
    async fn begin(&self, tx: &mut Tx<'_>, of: &Of, finding: &Finding) -> Result<Option<Alert>, StoreError> {
        let rule = match of {
            Of::Shop(rule) => rule,
            Of::Measure { rule_id, title } => {
                return measure_history::begin(tx, self.seen_at, *rule_id, title, finding).await;
            }
        };
        let sql = format!(
            "insert into alerts (rule, began_at, words, figure, threshold)
             select $1, cast($2 as bigint), $3, cast($4 as bigint), cast($5 as bigint)
              where not exists (select 1 from alerts where rule = $1 and ended_at > $2)
                 on conflict (rule) where ended_at is null do nothing
             returning {COLUMNS}",
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(rule.name())
            .bind(self.seen_at.micros())
            .bind(finding.words.as_str())
            .bind(finding.figure)
            .bind(finding.threshold)
            .fetch_optional(&mut *tx.conn)
            .await?;
        row.as_ref().map(alert).transpose()
    }

    async fn note(&self, tx: &mut Tx<'_>, of: &Of, finding: &Finding) -> Result<(), StoreError> {
        let rule = match of {
            Of::Shop(rule) => rule,
            Of::Measure { rule_id, .. } => return measure_history::note(tx, self.seen_at, *rule_id, finding).await,
        };
        sqlx::query(
            "update alerts
                set words = $3, figure = $4, threshold = $5
              where rule = $1 and ended_at is null and began_at <= $2",
        )
        .bind(rule.name())
        .bind(self.seen_at.micros())
        .bind(finding.words.as_str())
        .bind(finding.figure)
        .bind(finding.threshold)
        .execute(&mut *tx.conn)
        .await?;
        Ok(())
    }

    async fn end(&self, tx: &mut Tx<'_>, of: &Of) -> Result<Option<Alert>, StoreError> {
        let sql = |table, rule, columns| {
            AssertSqlSafe(format!(
                "update {table}
                    set ended_at = $2
                  where {rule} = $1 and ended_at is null and began_at <= $2
                 returning {columns}",
            ))
        };
        let query = match of {
            Of::Shop(rule) => sqlx::query(sql("alerts", "rule", COLUMNS)).bind(rule.name()),
            Of::Measure { rule_id, .. } => {
                sqlx::query(sql("measure_alerts", "rule_id", MEASURE_COLUMNS)).bind(*rule_id)
            }
        };
        query.bind(self.seen_at.micros()).fetch_optional(&mut *tx.conn).await?.as_ref().map(alert).transpose()
    }
}
