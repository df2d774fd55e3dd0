//! Alerts of rules on measures, in a table of their own. What a rule compares is written beside each, since the rule
//! may be changed or deleted later. Called by `history`, which begins and ends them as it does the shop's own.

use super::alert::{Alert, Change, MEASURE_COLUMNS, alert};
use crate::StoreError;
use crate::writer::Tx;
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

/// Begins one, but of a rule that is off or deleted by then.
pub(super) async fn begin(
    tx: &mut Tx<'_>,
    seen_at: Timestamp,
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
        .bind(seen_at.micros())
        .bind(title)
        .bind(finding.words.as_str())
        .bind(finding.figure)
        .bind(finding.threshold)
        .fetch_optional(&mut *tx.conn)
        .await?;
    row.as_ref().map(alert).transpose()
}

/// Notes what is found, and what the rule compares now.
pub(super) async fn note(
    tx: &mut Tx<'_>,
    seen_at: Timestamp,
    rule_id: i64,
    finding: &Finding,
) -> Result<(), StoreError> {
    sqlx::query(
        "update measure_alerts
            set words = $3, figure = $4, threshold = $5, is_above = changed.is_above, minutes = changed.minutes
           from measure_rules as changed
          where rule_id = $1 and changed.id = $1 and ended_at is null and began_at <= $2",
    )
    .bind(rule_id)
    .bind(seen_at.micros())
    .bind(finding.words.as_str())
    .bind(finding.figure)
    .bind(finding.threshold)
    .execute(&mut *tx.conn)
    .await?;
    Ok(())
}
