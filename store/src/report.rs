//! What reports are made of: counts of any spans of minutes, most ordered goods, most viewed pages, latest orders.
//!
//! A span is read from the quarter hours that it covers whole, and from the minutes before and after them: exact, and a
//! year is 35,000 rows instead of 500,000.

use crate::minutes::{FIGURES_NUM, figures, sums};
use crate::{Store, StoreError};
use domain::report::{RANKS_MAX, RankedGood, RankedPage};
use domain::{Counts, LatestOrder, Minute, Money, Quarter, Timestamp};
use sqlx::{AssertSqlSafe, Row};
use std::ops::Range;

/// Minutes from the first on, up to the second and without it.
pub type Span = Range<Minute>;

/// Which span, its first key, and the key after its last.
type Part = (usize, i64, i64);

impl Store {
    /// What was counted in each of these spans.
    ///
    /// # Errors
    /// What the database says.
    pub async fn counts_of(&self, spans: &[Span]) -> Result<Vec<Counts>, StoreError> {
        let (mut minutes, mut quarters): (Vec<Part>, Vec<Part>) = (Vec::new(), Vec::new());
        for (index, span) in spans.iter().enumerate() {
            let (from, to) = (Quarter::from_minute_on(span.start), Quarter::of(span.end));
            if from >= to {
                minutes.push((index, span.start.number(), span.end.number()));
                continue;
            }
            minutes.push((index, span.start.number(), from.first_minute().number()));
            quarters.push((index, from.number(), to.number()));
            minutes.push((index, to.first_minute().number(), span.end.number()));
        }
        minutes.retain(|(_, from, to)| from < to);
        let mut counts = vec![Counts::default(); spans.len()];
        for (table, key, parts) in [("quarters", "quarter", quarters), ("minutes", "minute", minutes)] {
            self.add_parts(&mut counts, table, key, &parts).await?;
        }
        Ok(counts)
    }

    async fn add_parts(&self, counts: &mut [Counts], table: &str, key: &str, parts: &[Part]) -> Result<(), StoreError> {
        if parts.is_empty() {
            return Ok(());
        }
        let json = serde_json::to_string(parts).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        // `cross join` keeps SQLite from reading the table first, once for each span.
        let sql = self.dialect.with_rows(&format!(
            "select part, {}, cast(coalesce(sum(visits_num), 0) as bigint)
               from (
                 select cast(value ->> 0 as bigint) as part, cast(value ->> 1 as bigint) as first_key,
                        cast(value ->> 2 as bigint) as end_key
                   from {{rows}}
               ) as parts
              cross join {table}
              where {table}.{key} >= parts.first_key and {table}.{key} < parts.end_key
              group by part",
            sums("sum"),
        ));
        for row in sqlx::query(AssertSqlSafe(sql)).bind(json).fetch_all(&self.readers).await? {
            let part = usize::try_from(row.try_get::<i64, _>(0)?).ok();
            let more = Counts { figures: figures(&row, 1)?, visits_num: row.try_get(1 + FIGURES_NUM)? };
            let sum = part.and_then(|part| counts.get_mut(part)).ok_or_else(|| out_of_range("a span"))?;
            *sum = sum.plus(more).ok_or_else(|| out_of_range("counts"))?;
        }
        Ok(())
    }

    /// The most ordered goods in these quarter hours.
    ///
    /// # Errors
    /// What the database says.
    pub async fn top_goods(&self, quarters: Range<Quarter>) -> Result<Vec<RankedGood>, StoreError> {
        // Good by good, each a range of the key.
        let sql = "select goods.slug, goods.name, sold.quantity, sold.price
               from (
                 select slug, cast(sum(quantity) as bigint) as quantity, cast(sum(price) as bigint) as price
                   from quarter_goods
                  where slug in (select slug from goods) and quarter >= $1 and quarter < $2
                  group by slug
               ) as sold
               join goods on goods.slug = sold.slug
              order by sold.quantity desc, sold.price desc, goods.slug
              limit $3";
        let query = sqlx::query(sql).bind(quarters.start.number()).bind(quarters.end.number()).bind(RANKS_MAX);
        let rows = query.fetch_all(&self.readers).await?;
        let good = |row: &sqlx::any::AnyRow| {
            Ok(RankedGood {
                slug: row.try_get(0)?,
                name: row.try_get(1)?,
                quantity: row.try_get(2)?,
                price: Money::from_cents(row.try_get(3)?),
            })
        };
        rows.iter().map(good).collect()
    }

    /// The most viewed pages in these quarter hours.
    ///
    /// # Errors
    /// What the database says.
    pub async fn top_pages(&self, quarters: Range<Quarter>) -> Result<Vec<RankedPage>, StoreError> {
        let sql = "select path, cast(sum(views_num) as bigint)
               from quarter_pages
              where quarter >= $1 and quarter < $2
              group by path
              order by 2 desc, path
              limit $3";
        let query = sqlx::query(sql).bind(quarters.start.number()).bind(quarters.end.number()).bind(RANKS_MAX);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(RankedPage { path: row.try_get(0)?, views_num: row.try_get(1)? })).collect()
    }

    /// The latest orders, newest first; nothing of who ordered.
    ///
    /// # Errors
    /// What the database says.
    pub async fn latest_orders(&self, limit: usize) -> Result<Vec<LatestOrder>, StoreError> {
        let sql = "select latest.id, event_time, total_price, is_paid, name, quantity
               from (select id, event_time, total_price, is_paid from orders order by id desc limit $1) as latest
               join order_lines on order_lines.order_id = latest.id
              order by latest.id desc, slug";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut orders: Vec<LatestOrder> = Vec::new();
        for row in sqlx::query(sql).bind(limit).fetch_all(&self.readers).await? {
            let order_id = row.try_get(0)?;
            if orders.last().is_none_or(|last| last.order_id != order_id) {
                orders.push(LatestOrder {
                    order_id,
                    event_time: Timestamp::from_micros(row.try_get(1)?),
                    goods: Vec::new(),
                    total: Money::from_cents(row.try_get(2)?),
                    is_paid: row.try_get::<i64, _>(3)? != 0,
                });
            }
            if let Some(order) = orders.last_mut() {
                order.goods.push((row.try_get(4)?, row.try_get(5)?));
            }
        }
        Ok(orders)
    }
}

fn out_of_range(what: &str) -> StoreError {
    StoreError::Corrupt(format!("{what} of a report that leave their range"))
}
