//! Rules on measures as the owner set them. A rule whose stream or measure nobody declares any more stays as it is.

use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::alert::{Limited, MEASURE_RULES_MAX, MeasureCondition, MeasureRule, Side};
use sqlx::Row;
use sqlx::any::AnyRow;

/// What became of a rule that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasureRuleKept {
    /// It is kept.
    Kept,
    /// Another one is the same.
    Known,
    /// There are [`MEASURE_RULES_MAX`] already.
    TooMany,
    /// It was deleted before.
    Gone,
}

fn rule(row: &AnyRow) -> Result<MeasureRule, StoreError> {
    let corrupt = || StoreError::Corrupt("a rule on a measure beyond its limits".to_owned());
    Ok(MeasureRule {
        id: row.try_get(0)?,
        topic: row.try_get(1)?,
        measure: row.try_get(2)?,
        digits: u8::try_from(row.try_get::<i64, _>(3)?).map_err(|_| corrupt())?,
        is_on: row.try_get::<i64, _>(4)? != 0,
        condition: MeasureCondition {
            side: if row.try_get::<i64, _>(5)? != 0 { Side::Above } else { Side::Below },
            threshold: row.try_get(6)?,
            minutes: Limited::new(row.try_get(7)?).ok_or_else(corrupt)?,
        },
    })
}

impl Store {
    /// The rules on measures, the oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn measure_rules(&self) -> Result<Vec<MeasureRule>, StoreError> {
        let sql =
            "select id, topic, measure, digits, is_on, is_above, threshold, minutes from measure_rules order by id";
        sqlx::query(sql).fetch_all(&self.readers).await?.iter().map(rule).collect()
    }

    /// Adds a rule on this measure, which has so many digits after the point. It is on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn add_measure_rule(
        &self,
        topic: &str,
        measure: &str,
        digits: u8,
        condition: MeasureCondition,
    ) -> Result<MeasureRuleKept, StoreError> {
        let (topic, measure) = (topic.to_owned(), measure.to_owned());
        self.writer.run_in_time(Add { topic, measure, digits, condition }).await
    }

    /// Changes when a rule fires, and whether it is watched. Its measure stays: another one is another rule.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_measure_rule(
        &self,
        id: i64,
        is_on: bool,
        condition: MeasureCondition,
    ) -> Result<MeasureRuleKept, StoreError> {
        self.writer.run_in_time(Set { id, is_on, condition }).await
    }

    /// Deletes a rule, if it is there. The watch ends its alert.
    ///
    /// # Errors
    /// What the database says.
    pub async fn delete_measure_rule(&self, id: i64) -> Result<(), StoreError> {
        self.writer.run_in_time(Delete(id)).await
    }
}

struct Add {
    topic: String,
    measure: String,
    digits: u8,
    condition: MeasureCondition,
}

impl Work for Add {
    type Output = MeasureRuleKept;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<MeasureRuleKept, StoreError> {
        let count: i64 = sqlx::query_scalar("select count(*) from measure_rules").fetch_one(&mut *tx.conn).await?;
        if count >= MEASURE_RULES_MAX {
            return Ok(MeasureRuleKept::TooMany);
        }
        let added = sqlx::query(
            "insert into measure_rules (topic, measure, digits, is_on, is_above, threshold, minutes)
             values ($1, $2, $3, 1, $4, $5, $6)
                 on conflict (topic, measure, is_above, threshold, minutes) do nothing",
        )
        .bind(self.topic.as_str())
        .bind(self.measure.as_str())
        .bind(i64::from(self.digits))
        .bind(i64::from(self.condition.side == Side::Above))
        .bind(self.condition.threshold)
        .bind(self.condition.minutes.get())
        .execute(&mut *tx.conn)
        .await?
        .rows_affected();
        Ok(if added == 0 { MeasureRuleKept::Known } else { MeasureRuleKept::Kept })
    }
}

struct Set {
    id: i64,
    is_on: bool,
    condition: MeasureCondition,
}

impl Work for Set {
    type Output = MeasureRuleKept;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<MeasureRuleKept, StoreError> {
        let is_there = "select 1 from measure_rules where id = $1";
        if sqlx::query(is_there).bind(self.id).fetch_optional(&mut *tx.conn).await?.is_none() {
            return Ok(MeasureRuleKept::Gone);
        }
        let changed = sqlx::query(
            "update measure_rules
                set is_on = $2, is_above = $3, threshold = $4, minutes = $5
              where id = $1
                and not exists (
                    select 1
                      from measure_rules as other
                     where other.id <> $1 and other.topic = measure_rules.topic
                       and other.measure = measure_rules.measure and other.is_above = $3
                       and other.threshold = $4 and other.minutes = $5
                  )",
        )
        .bind(self.id)
        .bind(i64::from(self.is_on))
        .bind(i64::from(self.condition.side == Side::Above))
        .bind(self.condition.threshold)
        .bind(self.condition.minutes.get())
        .execute(&mut *tx.conn)
        .await?
        .rows_affected();
        Ok(if changed == 0 { MeasureRuleKept::Known } else { MeasureRuleKept::Kept })
    }
}

struct Delete(i64);

impl Work for Delete {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        sqlx::query("delete from measure_rules where id = $1").bind(self.0).execute(&mut *tx.conn).await?;
        Ok(())
    }
}
