//! What reports are made of: counts of any spans of minutes, most ordered goods, most viewed pages, latest orders.
//!
//! A span is read from the quarter hours that it covers whole, and from the minutes before and after them: exact, and a
//! year is 35,000 rows instead of 500,000.

use crate::additions::together;
use crate::columns::{self, aggregate, list, minutes_table, of_minute, quarters_table, quoted};
use crate::figures::shares;
use crate::{Store, StoreError};
use domain::report::{COUNTS, RANKS_MAX, RankedGood, RankedPage};
use domain::{Counts, LatestOrder, Minute, Money, Quarter, Timestamp};
use futures::future::try_join_all;
use sqlx::{AssertSqlSafe, Row};
use std::ops::Range;
use streams::{GroupValue, Ranked, Topic, Totals};

/// Minutes from the first on, up to the second and without it.
pub type Span = Range<Minute>;

/// Which span, its first key, and the key after its last.
type Part = (usize, i64, i64);

impl Store {
    /// The typed figures of each of these spans.
    ///
    /// # Errors
    /// What the database says.
    pub async fn counts_of(&self, spans: &[Span]) -> Result<Vec<Counts>, StoreError> {
        let mut values = vec![[0; COUNTS]; spans.len()];
        let shares = shares();
        let asked = try_join_all(shares.iter().map(|(topic, _)| self.totals_of(*topic, spans))).await?;
        for ((_, measures), totals) in shares.iter().zip(asked) {
            for (values, totals) in values.iter_mut().zip(totals) {
                for (place, measure) in measures {
                    values[*place] = totals.of(*measure).unwrap_or_default();
                }
            }
        }
        Ok(values.into_iter().map(Counts::from).collect())
    }

    /// What was counted of a stream in each of these spans.
    ///
    /// # Errors
    /// What the database says.
    pub async fn totals_of(&self, topic: Topic, spans: &[Span]) -> Result<Vec<Totals>, StoreError> {
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
        let stream = topic.stream();
        let mut totals = vec![Totals::of_nothing(stream); spans.len()];
        let of_quarters = list(stream, |measure| aggregate(measure, &quoted(measure)));
        self.add_parts(&mut totals, topic, (&quarters_table(topic.name()), "quarter", &of_quarters), &quarters).await?;
        let of_minutes = list(stream, |measure| aggregate(measure, &of_minute(measure)));
        self.add_parts(&mut totals, topic, (&minutes_table(topic.name()), "minute", &of_minutes), &minutes).await?;
        Ok(totals)
    }

    /// What was counted of a stream since it was declared.
    ///
    /// # Errors
    /// What the database says.
    pub async fn totals_ever(&self, topic: Topic) -> Result<Totals, StoreError> {
        let values = list(topic.stream(), |measure| aggregate(measure, &quoted(measure)));
        let sql = format!("select {values} from {}", quarters_table(topic.name()));
        let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(&self.readers).await?;
        Ok(columns::totals(topic, &row, 0)?)
    }

    async fn add_parts(
        &self,
        totals: &mut [Totals],
        topic: Topic,
        (table, key, values): (&str, &str, &str),
        parts: &[Part],
    ) -> Result<(), StoreError> {
        if parts.is_empty() {
            return Ok(());
        }
        let json = serde_json::to_string(parts).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        // `cross join` keeps SQLite from reading the table first, once for each span.
        let sql = self.dialect.with_rows(&format!(
            "select part, {values}
               from (
                 select cast(value ->> 0 as bigint) as part, cast(value ->> 1 as bigint) as first_key,
                        cast(value ->> 2 as bigint) as end_key
                   from {{rows}}
               ) as parts
              cross join {table}
              where {key} >= parts.first_key and {key} < parts.end_key
              group by part"
        ));
        for row in sqlx::query(AssertSqlSafe(sql)).bind(json).fetch_all(&self.readers).await? {
            let part = usize::try_from(row.try_get::<i64, _>(0)?).ok();
            let sum = part.and_then(|part| totals.get_mut(part)).ok_or_else(out_of_range)?;
            *sum = together(topic.stream(), sum, &columns::totals(topic, &row, 1)?)?;
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
        let pages = self.top_values(Topic::web_requests(), 0, quarters, RANKS_MAX).await?;
        let page = |ranked: Ranked| match ranked.value {
            GroupValue::Text(path) => Some(RankedPage { path, views_num: ranked.events_num }),
            GroupValue::Other => None,
        };
        Ok(pages.into_iter().filter_map(page).collect())
    }

    /// How many events of these quarter hours have which value of a group's field, most first; all other values
    /// together come last.
    ///
    /// # Errors
    /// What the database says.
    pub async fn top_values(
        &self,
        topic: Topic,
        group: usize,
        quarters: Range<Quarter>,
        limit: i64,
    ) -> Result<Vec<Ranked>, StoreError> {
        let stream = topic.stream();
        let Some(field) = stream.groups.get(group).and_then(|group| stream.fields.get(group.field)) else {
            return Ok(Vec::new());
        };
        let sql = "select value, is_other, cast(sum(events_num) as bigint)
               from quarter_groups
              where topic = $1 and field = $2 and quarter >= $3 and quarter < $4
              group by is_other, value
              order by is_other, 3 desc, value
              limit $5";
        let query = sqlx::query(sql).bind(topic.name()).bind(field.name.as_str());
        let query = query.bind(quarters.start.number()).bind(quarters.end.number()).bind(limit);
        let ranked = |row: &sqlx::any::AnyRow| {
            Ok(Ranked {
                value: match row.try_get::<i64, _>(1)? {
                    0 => GroupValue::Text(row.try_get(0)?),
                    _ => GroupValue::Other,
                },
                events_num: row.try_get(2)?,
            })
        };
        query.fetch_all(&self.readers).await?.iter().map(ranked).collect()
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

fn out_of_range() -> StoreError {
    StoreError::Corrupt("a span of a report that leaves its range".to_owned())
}
