//! The minute figures: written by counting and closing only, read by the dashboard and the files.

use crate::connection::Conn;
use crate::writer::Tx;
use crate::{Store, StoreError};
use domain::{Figures, Minute, MinuteFigures, Money};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;

/// How many figures there are.
pub(crate) const FIGURES_NUM: usize = 9;

/// The figures, in the order of [`values`]; each is a column with the prefix `own_` and one with `foreign_`.
const FIGURES: [&str; FIGURES_NUM] = [
    "requests_num",
    "total_orders_num",
    "total_orders_amount",
    "total_orders_price",
    "total_paid_orders_num",
    "total_paid_orders_amount",
    "total_paid_orders_price",
    "total_feedback_num",
    "total_feedback_stars",
];

/// What one batch adds to a minute.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Addition {
    pub(crate) own: Figures,
    pub(crate) foreign: Figures,
    /// Own page views with which a visit began.
    pub(crate) visits: i64,
    /// Events in it.
    pub(crate) events: i64,
}

impl Addition {
    /// Adds another batch's.
    pub(crate) fn add(&mut self, more: &Addition) -> Result<(), StoreError> {
        self.own = summed(self.own, more.own)?;
        self.foreign = summed(self.foreign, more.foreign)?;
        self.visits += more.visits;
        self.events += more.events;
        Ok(())
    }
}

/// The sum; what would leave `i64` is an error of the data.
pub(crate) fn summed(sum: Figures, more: Figures) -> Result<Figures, StoreError> {
    sum.plus(more).ok_or_else(|| StoreError::Corrupt("figures that leave their range".to_owned()))
}

/// What one batch adds, in the order of the minutes, so that transactions touch rows in one order.
pub(crate) type Additions = BTreeMap<Minute, Addition>;

const fn values(figures: &Figures) -> [i64; FIGURES_NUM] {
    [
        figures.requests_num,
        figures.total_orders_num,
        figures.total_orders_amount,
        figures.total_orders_price.cents(),
        figures.total_paid_orders_num,
        figures.total_paid_orders_amount,
        figures.total_paid_orders_price.cents(),
        figures.total_feedback_num,
        figures.total_feedback_stars,
    ]
}

/// The columns that are added to, in the order of [`row`].
pub(crate) fn columns() -> impl Iterator<Item = String> {
    let of = |prefix| FIGURES.into_iter().map(move |name| format!("{prefix}_{name}"));
    of("own").chain(of("foreign")).chain(["visits_num".to_owned()])
}

/// The numbers of a row of minutes or quarters: its key, own and foreign figures, visits.
pub(crate) fn row(key: i64, add: &Addition) -> Vec<i64> {
    [&[key], &values(&add.own)[..], &values(&add.foreign)[..], &[add.visits]].concat()
}

/// The statement that adds [`row`]s to `table`.
pub(crate) fn upsert(table: &str, key: &str, also_set: &str, returning: &str) -> String {
    let names: Vec<String> = columns().collect();
    let selected: Vec<String> = (0..=names.len()).map(|index| format!("cast(value ->> {index} as bigint)")).collect();
    let updates: Vec<String> = names.iter().map(|name| format!("{name} = {table}.{name} + excluded.{name}")).collect();
    // `where true` lets SQLite tell `on conflict` from a join's `on`.
    format!(
        "insert into {table} ({key}, {})
         select {} from {{rows}} where true
             on conflict ({key}) do update
            set {}{also_set}
         {returning}",
        names.join(", "),
        selected.join(", "),
        updates.join(", "),
    )
}

/// The sums of own and foreign figures, as a select list.
pub(crate) fn sums(aggregate: &str) -> String {
    let sum = |name| match aggregate {
        "" => format!("own_{name} + foreign_{name}"),
        _ => format!("cast(coalesce({aggregate}(own_{name} + foreign_{name}), 0) as bigint)"),
    };
    FIGURES.map(sum).join(", ")
}

/// Adds to the minutes and to their quarter hours; tells which of them were closed before, and so are revised now.
pub(crate) async fn add(tx: &mut Tx<'_>, additions: &Additions) -> Result<Vec<Minute>, StoreError> {
    if additions.is_empty() {
        return Ok(Vec::new());
    }
    tx.rollups.add_minutes(additions)?;
    let rows: Vec<_> = additions.iter().map(|(minute, add)| row(minute.number(), add)).collect();
    let json = serde_json::to_string(&rows).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = tx.dialect.with_rows(&upsert(
        "minutes",
        "minute",
        ", revision = minutes.revision + minutes.is_closed",
        "returning minute, is_closed",
    ));
    let mut revised = Vec::new();
    for row in sqlx::query(AssertSqlSafe(sql)).bind(json).fetch_all(&mut *tx.conn).await? {
        if row.try_get::<i64, _>(1)? != 0 {
            revised.push(Minute::from_number(row.try_get(0)?));
        }
    }
    Ok(revised)
}

impl Store {
    /// Minutes that have a row, from `from` on, in order, at most `limit`. Open minutes without events have none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn minutes_from(&self, from: Minute, limit: i64) -> Result<Vec<MinuteFigures>, StoreError> {
        let mut conn = self.readers.acquire().await?;
        minutes(&mut conn, "minute >= $1 order by minute", from, limit).await
    }

    /// Closed minutes from `from` on, in order and without a gap, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn closed_minutes_from(&self, from: Minute, limit: i64) -> Result<Vec<MinuteFigures>, StoreError> {
        let mut conn = self.readers.acquire().await?;
        closed_from(&mut conn, from, limit).await
    }

    /// The sum of all figures from `from` on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn figures_since(&self, from: Minute) -> Result<Figures, StoreError> {
        let sql = format!("select {} from minutes where minute >= $1", sums("sum"));
        let row = sqlx::query(AssertSqlSafe(sql)).bind(from.number()).fetch_one(&self.readers).await?;
        figures(&row, 0)
    }

    /// Every minute before this one is closed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn closed_until(&self) -> Result<Minute, StoreError> {
        let row = sqlx::query("select closed_until from shop").fetch_one(&self.readers).await?;
        Ok(Minute::from_number(row.try_get(0)?))
    }
}

/// Closed minutes from `from` on, in order, at most `limit`.
pub(crate) async fn closed_from(conn: &mut Conn, from: Minute, limit: i64) -> Result<Vec<MinuteFigures>, StoreError> {
    minutes(conn, "minute >= $1 and is_closed = 1 order by minute", from, limit).await
}

async fn minutes(conn: &mut Conn, condition: &str, from: Minute, limit: i64) -> Result<Vec<MinuteFigures>, StoreError> {
    let sql = format!("select minute, is_closed, revision, {} from minutes where {condition} limit $2", sums(""));
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(from.number()).bind(limit).fetch_all(conn).await?;
    rows.iter().map(minute_figures).collect()
}

fn minute_figures(row: &AnyRow) -> Result<MinuteFigures, StoreError> {
    Ok(MinuteFigures {
        minute: Minute::from_number(row.try_get(0)?),
        is_closed: row.try_get::<i64, _>(1)? != 0,
        revision: row.try_get(2)?,
        figures: figures(row, 3)?,
    })
}

/// Reads the columns of [`sums`], from `first` on.
pub(crate) fn figures(row: &AnyRow, first: usize) -> Result<Figures, StoreError> {
    Ok(Figures {
        requests_num: row.try_get(first)?,
        total_orders_num: row.try_get(first + 1)?,
        total_orders_amount: row.try_get(first + 2)?,
        total_orders_price: Money::from_cents(row.try_get(first + 3)?),
        total_paid_orders_num: row.try_get(first + 4)?,
        total_paid_orders_amount: row.try_get(first + 5)?,
        total_paid_orders_price: Money::from_cents(row.try_get(first + 6)?),
        total_feedback_num: row.try_get(first + 7)?,
        total_feedback_stars: row.try_get(first + 8)?,
    })
}
