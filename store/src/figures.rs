//! The shop's own three streams as typed figures, for the dashboard's own tiles and for programs: names are checked by
//! the compiler there, and read from the tables here alone.

use crate::columns::{minutes_table, of_minute};
use crate::{Store, StoreError};
use domain::report::COUNTS;
use domain::{Counts, Figures, Minute, MinuteFigures};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use streams::Topic;

/// Where each number of [`Counts`] is counted, in their order.
fn places() -> [(Topic, &'static str); COUNTS] {
    let (views, orders, feedback) = (Topic::web_requests(), Topic::new_orders(), Topic::feedback());
    [
        (views, "requests_num"),
        (orders, "total_orders_num"),
        (orders, "total_orders_amount"),
        (orders, "total_orders_price"),
        (orders, "total_paid_orders_num"),
        (orders, "total_paid_orders_amount"),
        (orders, "total_paid_orders_price"),
        (views, "visits_num"),
        (feedback, "total_feedback_num"),
        (feedback, "total_feedback_stars"),
    ]
}

/// The streams that the figures are made of, and of each the measures: their places among the figures and among the
/// measures of their stream.
pub(crate) fn shares() -> [(Topic, Vec<(usize, usize)>); 3] {
    [Topic::feedback(), Topic::new_orders(), Topic::web_requests()].map(|topic| {
        let its_own = places().into_iter().enumerate().filter(|(_, (of, _))| *of == topic);
        (topic, its_own.filter_map(|(place, (_, name))| Some((place, topic.stream().measure(name)?))).collect())
    })
}

/// Reads one row that has a column for each of the places, from column `first` on.
fn row_counts(row: &AnyRow, first: usize) -> Result<Counts, StoreError> {
    let mut values = [0; COUNTS];
    for (place, value) in values.iter_mut().enumerate() {
        *value = row.try_get(first + place)?;
    }
    Ok(Counts::from(values))
}

/// Three tables as one: the minutes of each stream with zeros for what the others count.
fn sides(condition: &str) -> String {
    let side = |(topic, measures): (Topic, Vec<(usize, usize)>)| {
        let measure = |place| {
            let (_, index) = measures.iter().find(|(of, _)| *of == place)?;
            topic.stream().measures.get(*index)
        };
        let value = |place| measure(place).map_or_else(|| "0".to_owned(), of_minute);
        let columns: Vec<_> = (0..COUNTS).map(|place| format!("{} as c{place}", value(place))).collect();
        let table = minutes_table(topic.name());
        format!("select minute, is_closed, revision, {} from {table} where {condition}", columns.join(", "))
    };
    shares().into_iter().map(side).collect::<Vec<_>>().join(" union all ")
}

fn sums() -> String {
    let sum = |place: usize| format!("cast(coalesce(sum(c{place}), 0) as bigint)");
    (0..COUNTS).map(sum).collect::<Vec<_>>().join(", ")
}

impl Store {
    /// The figures of the minutes that have a row, from `from` on, in order, at most `limit`. Open minutes without
    /// events have none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn figures_from(&self, from: Minute, limit: i64) -> Result<Vec<MinuteFigures>, StoreError> {
        let sql = format!(
            "select minute, cast(max(is_closed) as bigint), cast(sum(revision) as bigint), {}
               from ({}) as sides
              group by minute
              order by minute
              limit $2",
            sums(),
            sides("minute >= $1"),
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(from.number()).bind(limit).fetch_all(&self.readers).await?;
        let minute = |row: &AnyRow| {
            Ok(MinuteFigures {
                minute: Minute::from_number(row.try_get(0)?),
                is_closed: row.try_get::<i64, _>(1)? != 0,
                revision: row.try_get(2)?,
                figures: row_counts(row, 3)?.figures,
            })
        };
        rows.iter().map(minute).collect()
    }

    /// The sum of all figures from `from` on.
    ///
    /// # Errors
    /// What the database says.
    pub async fn figures_since(&self, from: Minute) -> Result<Figures, StoreError> {
        let sql = format!("select {} from ({}) as sides", sums(), sides("minute >= $1"));
        let row = sqlx::query(AssertSqlSafe(sql)).bind(from.number()).fetch_one(&self.readers).await?;
        Ok(row_counts(&row, 0)?.figures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_a_measure_of_the_shops_own() {
        for (topic, name) in places() {
            let stream = topic.stream();
            let measure = stream.measure(name).and_then(|index| stream.measures.get(index)).unwrap();
            assert!(measure.of.is_added(), "{name}");
            assert_eq!(measure.digits == 2, name.ends_with("_price"), "{name} is cents exactly when it is money");
        }
        let mut known: Vec<_> =
            shares().into_iter().flat_map(|(_, measures)| measures).map(|(place, _)| place).collect();
        known.sort_unstable();
        assert_eq!(known, (0..COUNTS).collect::<Vec<_>>());
    }
}
