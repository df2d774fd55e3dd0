//! Alerts of rules on measures: begun and ended as those of the shop's own rules are, in a table of their own. What a
//! rule compares is written beside each, since the rule may be changed or deleted later.

use super::alert::{Alert, Change, MEASURE_COLUMNS, Settlement, alert, trim};
use super::deliveries::{self, Message};
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::Timestamp;
use domain::alert::Finding;
use sqlx::AssertSqlSafe;

/// What the verdict of a rule on a measure asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureChange {
    /// The rule's number.
    pub rule_id: i64,
    /// What the owner calls it; of one that ends, nobody asks.
    pub title: String,
    /// What is asked for.
    pub change: Change,
}

impl Store {
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
        self.writer.run(SettleMeasures { seen_at, changes, is_sent }).await
    }
}

struct SettleMeasures {
    seen_at: Timestamp,
    changes: Vec<MeasureChange>,
    is_sent: bool,
}

impl Work for SettleMeasures {
    type Output = Settlement;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Settlement, StoreError> {
        let mut settlement = Settlement::default();
        for MeasureChange { rule_id, title, change } in &self.changes {
            let (changed, count) = match change {
                Change::Holds(finding) => {
                    self.note(tx, *rule_id, finding).await?;
                    continue;
                }
                Change::Begins(finding) => (self.begin(tx, *rule_id, title, finding).await?, &mut settlement.began),
                Change::Ends => (self.end(tx, *rule_id).await?, &mut settlement.ended),
            };
            let Some(changed) = changed else { continue };
            *count += 1;
            if self.is_sent {
                deliveries::insert(tx, &Message::about(&changed)).await?;
            }
        }
        if settlement.ended > 0 {
            trim(tx, "measure_alerts").await?;
        }
        Ok(settlement)
    }
}

impl SettleMeasures {
    async fn begin(
        &self,
        tx: &mut Tx<'_>,
        rule_id: i64,
        title: &str,
        finding: &Finding,
    ) -> Result<Option<Alert>, StoreError> {
        let sql = format!(
            "insert into measure_alerts
                    (rule_id, title, topic, measure, digits, is_above, minutes, began_at, words, figure, threshold)
             select id, $3, topic, measure, digits, is_above, minutes, cast($2 as bigint), $4, cast($5 as bigint),
                    cast($6 as bigint)
               from measure_rules
              where id = $1 and is_on <> 0
                and not exists (select 1 from measure_alerts where rule_id = $1 and ended_at > $2)
                 on conflict (rule_id) where ended_at is null do nothing
             returning {MEASURE_COLUMNS}",
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(rule_id)
            .bind(self.seen_at.micros())
            .bind(title)
            .bind(finding.words.as_str())
            .bind(finding.figure)
            .bind(finding.threshold)
            .fetch_optional(&mut *tx.conn)
            .await?;
        row.as_ref().map(alert).transpose()
    }

    async fn note(&self, tx: &mut Tx<'_>, rule_id: i64, finding: &Finding) -> Result<(), StoreError> {
        sqlx::query(
            "update measure_alerts
                set words = $3, figure = $4, threshold = $5, is_above = changed.is_above, minutes = changed.minutes
               from measure_rules as changed
              where rule_id = $1 and changed.id = $1 and ended_at is null and began_at <= $2",
        )
        .bind(rule_id)
        .bind(self.seen_at.micros())
        .bind(finding.words.as_str())
        .bind(finding.figure)
        .bind(finding.threshold)
        .execute(&mut *tx.conn)
        .await?;
        Ok(())
    }

    async fn end(&self, tx: &mut Tx<'_>, rule_id: i64) -> Result<Option<Alert>, StoreError> {
        let sql = format!(
            "update measure_alerts
                set ended_at = $2
              where rule_id = $1 and ended_at is null and began_at <= $2
             returning {MEASURE_COLUMNS}",
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(rule_id).bind(self.seen_at.micros());
        query.fetch_optional(&mut *tx.conn).await?.as_ref().map(alert).transpose()
    }
}
