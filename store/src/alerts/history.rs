//! Alerts that are open or have been. An alert begins and ends in one transaction with the message about it; that a
//! rule has at most one open alert is an index of the database, so that two servers never tell the same twice.

use super::deliveries::{self, Message};
use super::measure_history;
use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::alert::{Finding, LISTED_MAX, RuleName, Side};
use domain::{OpenAlert, RuleKind, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// Alerts that have ended and are kept, in each of the two tables; the oldest gives way.
const HISTORY_MAX: i64 = 1_000;
/// Open alerts that are listed: more than there are rules.
const OPEN_MAX: i64 = 200;

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its number.
    pub id: i64,
    /// Of which rule.
    pub rule: RuleName,
    /// What the owner calls it.
    pub title: String,
    /// What a rule on a measure compares.
    pub measured: Option<MeasuredAlert>,
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended; `None` while its condition holds.
    pub ended_at: Option<Timestamp>,
    /// What was found last, in words.
    pub words: String,
    /// The figure of that.
    pub figure: i64,
    /// What it was measured against.
    pub threshold: i64,
}

/// What a rule on a measure compares, as it was when something was found last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasuredAlert {
    /// The stream's topic.
    pub topic: String,
    /// The measure's name.
    pub measure: String,
    /// Digits after the point of figure and threshold.
    pub digits: u8,
    /// On which side of the threshold it fires.
    pub side: Side,
    /// Over so many minutes.
    pub minutes: i64,
}

/// What a rule's verdict asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Its condition holds now.
    Begins(Finding),
    /// It holds still, and something else is found.
    Holds(Finding),
    /// It does not hold any more.
    Ends,
}

/// What became of the changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// Alerts that began now.
    pub began: u32,
    /// Alerts that ended now.
    pub ended: u32,
}

/// As [`alert`] reads them. What the shop's own rules do not have is empty.
const COLUMNS: &str = "id, rule, '' as title, '' as topic, '' as measure, cast(0 as bigint) as digits,
    cast(0 as bigint) as is_above, cast(0 as bigint) as minutes, began_at, ended_at, words, figure, threshold";

pub(super) fn alert(row: &AnyRow) -> Result<Alert, StoreError> {
    let name: String = row.try_get(1)?;
    let unknown = || StoreError::Corrupt(format!("an alert of the rule {name}"));
    let rule = RuleName::named(&name).ok_or_else(unknown)?;
    let (title, measured) = match rule {
        RuleName::Shop(kind) => (kind.title().to_owned(), None),
        RuleName::Measure(_) => {
            let measured = MeasuredAlert {
                topic: row.try_get(3)?,
                measure: row.try_get(4)?,
                digits: u8::try_from(row.try_get::<i64, _>(5)?).map_err(|_| unknown())?,
                side: if row.try_get::<i64, _>(6)? != 0 { Side::Above } else { Side::Below },
                minutes: row.try_get(7)?,
            };
            (row.try_get(2)?, Some(measured))
        }
    };
    Ok(Alert {
        id: row.try_get(0)?,
        rule,
        title,
        measured,
        began_at: Timestamp::from_micros(row.try_get(8)?),
        ended_at: row.try_get::<Option<i64>, _>(9)?.map(Timestamp::from_micros),
        words: row.try_get(10)?,
        figure: row.try_get(11)?,
        threshold: row.try_get(12)?,
    })
}

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
        let of_measures = measure_history::COLUMNS;
        let sql = format!(
            "select *
               from (
                 select {COLUMNS} from alerts where {condition}
                 union all
                 select {of_measures} from measure_alerts where {condition}
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
        self.writer.run(Settle { seen_at, changes, is_sent }).await
    }
}

impl From<Alert> for OpenAlert {
    fn from(alert: Alert) -> OpenAlert {
        OpenAlert { rule: alert.rule, title: alert.title, began_at: alert.began_at, words: alert.words }
    }
}

struct Settle {
    seen_at: Timestamp,
    changes: Vec<(RuleKind, Change)>,
    is_sent: bool,
}

impl Work for Settle {
    type Output = Settlement;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Settlement, StoreError> {
        let mut settlement = Settlement::default();
        for (rule, change) in &self.changes {
            let (changed, count) = match change {
                Change::Holds(finding) => {
                    self.note(tx, *rule, finding).await?;
                    continue;
                }
                Change::Begins(finding) => (self.begin(tx, *rule, finding).await?, &mut settlement.began),
                Change::Ends => (self.end(tx, *rule).await?, &mut settlement.ended),
            };
            let Some(changed) = changed else { continue };
            *count += 1;
            if self.is_sent {
                deliveries::insert(tx, &Message::about(&changed)).await?;
            }
        }
        if settlement.ended > 0 {
            trim(tx, "alerts").await?;
        }
        Ok(settlement)
    }
}

impl Settle {
    async fn begin(&self, tx: &mut Tx<'_>, rule: RuleKind, finding: &Finding) -> Result<Option<Alert>, StoreError> {
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

    async fn note(&self, tx: &mut Tx<'_>, rule: RuleKind, finding: &Finding) -> Result<(), StoreError> {
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

    async fn end(&self, tx: &mut Tx<'_>, rule: RuleKind) -> Result<Option<Alert>, StoreError> {
        let sql = format!(
            "update alerts
                set ended_at = $2
              where rule = $1 and ended_at is null and began_at <= $2
             returning {COLUMNS}",
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(rule.name()).bind(self.seen_at.micros());
        query.fetch_optional(&mut *tx.conn).await?.as_ref().map(alert).transpose()
    }
}

/// Of a table's alerts that have ended, keeps the last.
pub(super) async fn trim(tx: &mut Tx<'_>, table: &str) -> Result<(), StoreError> {
    let sql = format!(
        "delete from {table}
          where id in (
            select id from {table} where ended_at is not null order by ended_at desc, id desc limit 1000000 offset $1
          )",
    );
    sqlx::query(AssertSqlSafe(sql)).bind(HISTORY_MAX).execute(&mut *tx.conn).await?;
    Ok(())
}
