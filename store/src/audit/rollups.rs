//! Do the roll-ups hold what minutes and orders hold? One statement for each table, over all quarter hours.

use super::Audit;
use crate::StoreError;
use crate::minutes::columns;
use domain::{Minute, Quarter};
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeSet;

/// How the roll-ups stand to what they are made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RollupsAudit {
    /// Minutes that were added up.
    pub minutes: i64,
    /// Quarter hours in which a roll-up differs.
    pub differing_quarters: i64,
    /// The first of the figures that differ.
    pub first: Vec<RollupDifference>,
}

/// One figure of a roll-up that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollupDifference {
    /// The first minute of its quarter hour.
    pub minute: Minute,
    /// Which figure: a column of the minutes, or a good's or the pages'.
    pub column: String,
    /// What minutes or orders come to; of page views, the most that there can be.
    pub expected: i64,
    /// What the roll-up holds.
    pub found: i64,
}

impl Audit {
    /// Compares the quarter hours with the minutes, the goods with the orders, and the pages with the requests, of
    /// which some are older than pages were counted. Tells at most `first_max` figures one by one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rollups(&mut self, first_max: usize) -> Result<RollupsAudit, StoreError> {
        let minutes = sqlx::query("select count(*) from minutes").fetch_one(&mut self.conn).await?.try_get(0)?;
        let mut differences = self.quarters_that_differ().await?;
        differences.extend(self.goods_that_differ().await?);
        differences.extend(self.pages_that_differ().await?);
        let quarters: BTreeSet<Minute> = differences.iter().map(|difference| difference.minute).collect();
        differences.truncate(first_max);
        Ok(RollupsAudit { minutes, differing_quarters: quarters.len() as i64, first: differences })
    }

    async fn quarters_that_differ(&mut self) -> Result<Vec<RollupDifference>, StoreError> {
        let names: Vec<String> = columns().collect();
        let list =
            |each: &dyn Fn(&String) -> String, between: &str| names.iter().map(each).collect::<Vec<_>>().join(between);
        let sql = format!(
            "select quarter, {}, {}
               from (
                 select minute / 15 as quarter, {}, {} from minutes
                 union all
                 select quarter, {}, {} from quarters
               ) as sides
              group by quarter
             having {}
              order by quarter",
            list(&|name| format!("cast(sum(expected_{name}) as bigint)"), ", "),
            list(&|name| format!("cast(sum(found_{name}) as bigint)"), ", "),
            list(&|name| format!("{name} as expected_{name}"), ", "),
            list(&|name| format!("0 as found_{name}"), ", "),
            list(&|_| "0".to_owned(), ", "),
            list(&|name| name.clone(), ", "),
            list(&|name| format!("sum(expected_{name}) <> sum(found_{name})"), " or "),
        );
        let mut differences = Vec::new();
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut self.conn).await? {
            for (index, name) in names.iter().enumerate() {
                let (expected, found) = (row.try_get(1 + index)?, row.try_get(1 + names.len() + index)?);
                if expected != found {
                    differences.push(RollupDifference {
                        minute: first_minute(row.try_get(0)?),
                        column: name.clone(),
                        expected,
                        found,
                    });
                }
            }
        }
        Ok(differences)
    }

    async fn goods_that_differ(&mut self) -> Result<Vec<RollupDifference>, StoreError> {
        let sql = "select quarter, slug,
                          cast(sum(q1) as bigint), cast(sum(q2) as bigint),
                          cast(sum(p1) as bigint), cast(sum(p2) as bigint)
               from (
                 select orders.event_time / 900000000 as quarter, order_lines.slug as slug,
                        order_lines.quantity as q1, 0 as q2, order_lines.quantity * order_lines.price as p1, 0 as p2
                   from order_lines
                   join orders on orders.id = order_lines.order_id
                 union all
                 select quarter, slug, 0, quantity, 0, price from quarter_goods
               ) as sides
              group by quarter, slug
             having sum(q1) <> sum(q2) or sum(p1) <> sum(p2)
              order by quarter, slug";
        let mut differences = Vec::new();
        for row in sqlx::query(sql).fetch_all(&mut self.conn).await? {
            let (minute, slug) = (first_minute(row.try_get(0)?), row.try_get::<String, _>(1)?);
            for (name, column) in [("quantity", 2), ("price", 4)] {
                let (expected, found) = (row.try_get(column)?, row.try_get(column + 1)?);
                if expected != found {
                    differences.push(RollupDifference { minute, column: format!("{slug} {name}"), expected, found });
                }
            }
        }
        Ok(differences)
    }

    async fn pages_that_differ(&mut self) -> Result<Vec<RollupDifference>, StoreError> {
        let sql = "select pages.quarter, coalesce(quarters.own_requests_num, 0), pages.views
               from (select quarter, cast(sum(views_num) as bigint) as views from quarter_pages group by quarter) as pages
               left join quarters on quarters.quarter = pages.quarter
              where pages.views > coalesce(quarters.own_requests_num, 0)
              order by pages.quarter";
        let rows = sqlx::query(sql).fetch_all(&mut self.conn).await?;
        let difference = |row: &sqlx::any::AnyRow| {
            Ok(RollupDifference {
                minute: first_minute(row.try_get(0)?),
                column: "page views".to_owned(),
                expected: row.try_get(1)?,
                found: row.try_get(2)?,
            })
        };
        rows.iter().map(difference).collect()
    }
}

fn first_minute(quarter: i64) -> Minute {
    Quarter::from_number(quarter).first_minute()
}
