//! An alert as it is kept, in one of two tables: of the shop's own rules, and of rules on measures.

use crate::StoreError;
use crate::writer::Tx;
use domain::alert::{Finding, RuleName, Side};
use domain::{OpenAlert, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

/// Alerts that have ended and are kept, in each of the two tables; the oldest gives way.
const HISTORY_MAX: i64 = 1_000;

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
pub(super) const COLUMNS: &str = "id, rule, '' as title, '' as topic, '' as measure, cast(0 as bigint) as digits,
    cast(0 as bigint) as is_above, cast(0 as bigint) as minutes, began_at, ended_at, words, figure, threshold";

/// The same of an alert of a rule on a measure.
pub(super) const MEASURE_COLUMNS: &str =
    "id, 'measure:' || rule_id as rule, title, topic, measure, digits, is_above, minutes,
    began_at, ended_at, words, figure, threshold";

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

impl From<Alert> for OpenAlert {
    fn from(alert: Alert) -> OpenAlert {
        OpenAlert { rule: alert.rule, title: alert.title, began_at: alert.began_at, words: alert.words }
    }
}
