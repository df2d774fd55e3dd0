//! Do the roll-ups hold what minutes and orders hold? One statement for each table, over all quarter hours.

use super::Audit;
use crate::StoreError;
use crate::columns::{self, aggregate, minutes_table, of_minute, quarters_table, quoted};
use domain::{Minute, Quarter};
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeSet;
use streams::{Measure, Of, Topic};

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
    /// Which figure: a measure of a stream, or a good's or a group's.
    pub column: String,
    /// What minutes or orders come to; of a group, the most that there can be. `None`: nothing.
    pub expected: Option<i64>,
    /// What the roll-up holds.
    pub found: Option<i64>,
}

impl Audit {
    /// Compares the quarter hours of every stream with its minutes, its groups with its events, of which some may be
    /// older than the group, and the goods with the orders. Tells at most `first_max` figures one by one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn rollups(&mut self, first_max: usize) -> Result<RollupsAudit, StoreError> {
        let (mut minutes, mut differences) = (0, Vec::new());
        for topic in self.streams.clone().all() {
            let sql = format!("select count(*) from {}", minutes_table(topic.name()));
            let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(&mut self.conn).await?;
            minutes = row.try_get::<i64, _>(0)?.max(minutes);
            differences.extend(self.quarters_that_differ(*topic).await?);
            differences.extend(self.groups_that_differ(*topic).await?);
        }
        differences.extend(self.goods_that_differ().await?);
        let quarters: BTreeSet<Minute> = differences.iter().map(|difference| difference.minute).collect();
        differences.truncate(first_max);
        Ok(RollupsAudit { minutes, differing_quarters: quarters.len() as i64, first: differences })
    }

    async fn quarters_that_differ(&mut self, topic: Topic) -> Result<Vec<RollupDifference>, StoreError> {
        let stream = topic.stream();
        let list = |of: &dyn Fn(&Measure) -> String| columns::list(stream, of);
        let differs = |measure: &Measure| {
            let name = &measure.name;
            let sides = ["expected", "found"].map(|side| aggregate(measure, &format!("{side}_{name}")));
            format!("{} is distinct from {}", sides[0], sides[1])
        };
        let nothing = |measure: &Measure| if measure.of.is_added() { "0" } else { "cast(null as bigint)" };
        let sql = format!(
            "select quarter, {}, {}
               from (
                 select minute / 15 as quarter, {}, {} from {}
                 union all
                 select quarter, {}, {} from {}
               ) as sides
              group by quarter
             having {}
              order by quarter",
            list(&|measure| aggregate(measure, &format!("expected_{}", measure.name))),
            list(&|measure| aggregate(measure, &format!("found_{}", measure.name))),
            list(&|measure| format!("{} as expected_{}", of_minute(measure), measure.name)),
            list(&|measure| format!("{} as found_{}", nothing(measure), measure.name)),
            minutes_table(topic.name()),
            list(&|measure| nothing(measure).to_owned()),
            list(&quoted),
            quarters_table(topic.name()),
            stream.measures.iter().map(differs).collect::<Vec<_>>().join(" or "),
        );
        let mut differences = Vec::new();
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut self.conn).await? {
            let expected = columns::totals(topic, &row, 1)?;
            let found = columns::totals(topic, &row, 1 + stream.measures.len())?;
            for (index, measure) in stream.measures.iter().enumerate() {
                if expected.of(index) != found.of(index) {
                    differences.push(RollupDifference {
                        minute: first_minute(row.try_get(0)?),
                        column: measure.name.clone(),
                        expected: expected.of(index),
                        found: found.of(index),
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
                let (expected, found) = (Some(row.try_get(column)?), Some(row.try_get(column + 1)?));
                if expected != found {
                    differences.push(RollupDifference { minute, column: format!("{slug} {name}"), expected, found });
                }
            }
        }
        Ok(differences)
    }

    /// Groups with more events than the stream counted. Fewer there may be: events need not have the field.
    async fn groups_that_differ(&mut self, topic: Topic) -> Result<Vec<RollupDifference>, StoreError> {
        let stream = topic.stream();
        let count = stream.measures.iter().find(|measure| measure.of == Of::Count && measure.only.is_none());
        let Some(count) = count.map(quoted) else { return Ok(Vec::new()) };
        let table = quarters_table(topic.name());
        let sql = format!(
            "select counted.quarter, counted.field, coalesce({table}.{count}, 0), counted.events
               from (select field, quarter, cast(sum(events_num) as bigint) as events
                       from quarter_groups where topic = $1 group by field, quarter) as counted
               left join {table} on {table}.quarter = counted.quarter
              where counted.events > coalesce({table}.{count}, 0)
              order by counted.quarter, counted.field"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(topic.name()).fetch_all(&mut self.conn).await?;
        let difference = |row: &sqlx::any::AnyRow| {
            Ok(RollupDifference {
                minute: first_minute(row.try_get(0)?),
                column: format!("{topic} by {}", row.try_get::<String, _>(1)?),
                expected: Some(row.try_get(2)?),
                found: Some(row.try_get(3)?),
            })
        };
        rows.iter().map(difference).collect()
    }
}

fn first_minute(quarter: i64) -> Minute {
    Quarter::from_number(quarter).first_minute()
}
