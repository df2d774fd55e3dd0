//! The roll-ups: each stream's measures, its groups, and goods, per quarter hour, so that a year is answered at once.
//!
//! The jobs of a transaction only note what they add; the writer adds it last, right before its commit, in the order of
//! the tables and of their keys. So no transaction that holds a row of a roll-up ever waits for anything but a later
//! row of one, and two servers cannot wait for one another, although all orders of a quarter hour touch the same rows.

use crate::StoreError;
use crate::additions::{Additions, together};
use crate::columns::{quarters_table, quoted, upsert};
use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::groups::{self, Grouped};
use domain::{Quarter, ReceiptLine, Timestamp};
use std::collections::BTreeMap;
use streams::{Topic, Totals};

/// What the jobs of one transaction add.
#[derive(Debug, Default)]
pub(crate) struct Rollups {
    quarters: BTreeMap<(Topic, Quarter), Totals>,
    /// Quantity and price.
    goods: BTreeMap<(String, Quarter), (i64, i64)>,
    groups: Grouped,
}

impl Rollups {
    /// The same events that were added to minutes.
    pub(crate) fn add_minutes(&mut self, additions: &Additions) -> Result<(), StoreError> {
        for ((topic, minute), addition) in additions {
            let quarter = Quarter::of(*minute);
            let sum = self.quarters.entry((*topic, quarter)).or_default();
            *sum = together(topic.stream(), sum, &addition.totals(topic.stream())?)?;
            for ((group, value), events) in addition.own.groups.iter().chain(&addition.foreign.groups) {
                *self.groups.entry((*topic, *group, value.clone(), quarter)).or_default() += events;
            }
        }
        Ok(())
    }

    /// What one order holds. At most 500 goods at the catalog's prices: far from the end of `i64`.
    pub(crate) fn add_goods(&mut self, at: Timestamp, lines: &[ReceiptLine]) {
        for line in lines {
            let sold = self.goods.entry((line.slug.clone(), Quarter::of_time(at))).or_default();
            sold.0 += line.quantity;
            sold.1 += line.total.cents();
        }
    }

    /// Adds everything to the tables.
    pub(crate) async fn write(self, conn: &mut Conn, dialect: Dialect) -> Result<(), StoreError> {
        let mut quarters: BTreeMap<Topic, Vec<Vec<Option<i64>>>> = BTreeMap::new();
        for ((topic, quarter), totals) in self.quarters {
            quarters.entry(topic).or_default().push([vec![Some(quarter.number())], totals.0].concat());
        }
        for (topic, rows) in quarters {
            let columns: Vec<_> = topic.stream().measures.iter().map(|measure| (quoted(measure), measure)).collect();
            dialect.run(conn, &upsert(&quarters_table(topic.name()), "quarter", &columns, "", ""), &rows).await?;
        }
        if !self.goods.is_empty() {
            let rows: Vec<_> =
                self.goods.iter().map(|((slug, at), (n, price))| (slug, at.number(), n, price)).collect();
            let sql = "insert into quarter_goods (slug, quarter, quantity, price)
                 select value ->> 0, cast(value ->> 1 as bigint), cast(value ->> 2 as bigint), cast(value ->> 3 as bigint)
                   from {rows} where true
                     on conflict (slug, quarter) do update
                    set quantity = quarter_goods.quantity + excluded.quantity,
                        price = quarter_goods.price + excluded.price";
            dialect.run(conn, sql, &rows).await?;
        }
        groups::write(conn, dialect, self.groups).await
    }
}
