//! The roll-ups: figures, goods and pages per quarter hour, so that a year is answered at once.
//!
//! The jobs of a transaction only note what they add; the writer adds it last, right before its commit, in the order of
//! the tables and of their keys. So no transaction that holds a row of a roll-up ever waits for anything but a later
//! row of one, and two servers cannot wait for one another, although all orders of a quarter hour touch the same rows.

use crate::StoreError;
use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::minutes::{Addition, Additions, row, upsert};
use domain::{PagePath, Quarter, ReceiptLine, Timestamp};
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// What the jobs of one transaction add.
#[derive(Debug, Default)]
pub(crate) struct Rollups {
    quarters: BTreeMap<Quarter, Addition>,
    /// Quantity and price.
    goods: BTreeMap<(String, Quarter), (i64, i64)>,
    pages: BTreeMap<(&'static str, Quarter), i64>,
}

impl Rollups {
    /// The same figures that were added to minutes.
    pub(crate) fn add_minutes(&mut self, additions: &Additions) -> Result<(), StoreError> {
        for (minute, addition) in additions {
            self.quarters.entry(Quarter::of(*minute)).or_default().add(addition)?;
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

    /// One own page view.
    pub(crate) fn add_page(&mut self, at: Timestamp, path: PagePath) {
        *self.pages.entry((path.path(), Quarter::of_time(at))).or_default() += 1;
    }

    /// Adds everything to the tables.
    pub(crate) async fn write(self, conn: &mut Conn, dialect: Dialect) -> Result<(), StoreError> {
        if !self.quarters.is_empty() {
            let rows: Vec<_> = self.quarters.iter().map(|(quarter, add)| row(quarter.number(), add)).collect();
            run(conn, dialect, &upsert("quarters", "quarter", "", ""), &rows).await?;
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
            run(conn, dialect, sql, &rows).await?;
        }
        if !self.pages.is_empty() {
            let rows: Vec<_> = self.pages.iter().map(|((path, at), views)| (path, at.number(), views)).collect();
            let sql = "insert into quarter_pages (path, quarter, views_num)
                 select value ->> 0, cast(value ->> 1 as bigint), cast(value ->> 2 as bigint)
                   from {rows} where true
                     on conflict (path, quarter) do update
                    set views_num = quarter_pages.views_num + excluded.views_num";
            run(conn, dialect, sql, &rows).await?;
        }
        Ok(())
    }
}

async fn run(conn: &mut Conn, dialect: Dialect, sql: &str, rows: &impl serde::Serialize) -> Result<(), StoreError> {
    let json = serde_json::to_string(rows).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    sqlx::query(AssertSqlSafe(dialect.with_rows(sql))).bind(json).execute(conn).await?;
    Ok(())
}
