//! A look at the whole database as it was at one instant, for `verify`. Works beside a running server, holds no lock
//! that anybody waits for, and changes nothing.

mod feedback;
mod rollups;
mod waiting;

pub use rollups::{RollupDifference, RollupsAudit};

use crate::columns::minutes_table;
use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::outbox::IS_OWN;
use crate::{Clock, Store, StoreError, minutes, pool};
use domain::{Figures, Minute, Money, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeSet;
use streams::{MinuteTotals, Streams, Topic};

/// One snapshot of the database. Every question is answered from the same instant.
#[derive(Debug)]
pub struct Audit {
    conn: Conn,
    dialect: Dialect,
    streams: Streams,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// The minute of the shop's first start.
    pub first_minute: Minute,
    /// Every minute before this one is closed.
    pub closed_until: Minute,
}

/// How a table stands to the figures that were counted of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FiguresAudit {
    /// Minutes in which something of it is counted.
    pub minutes: i64,
    /// Minutes that differ.
    pub differing_minutes: i64,
    /// The first of them: what the table holds, and what was counted or waits.
    pub first: Vec<(Minute, Figures, Figures)>,
}

/// How the orders table stands to the figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrdersAudit {
    /// Orders in the table.
    pub orders: i64,
    /// Orders whose event waits in the outbox.
    pub waiting_orders: i64,
    /// Minute by minute.
    pub figures: FiguresAudit,
}

impl FiguresAudit {
    /// Of rows that hold a differing minute, so many figures of the table, and as many of what was counted or waits.
    fn of(
        minutes: i64,
        differing: &[AnyRow],
        first_max: usize,
        figures_num: usize,
        figures: fn(&AnyRow, usize) -> Result<Figures, StoreError>,
    ) -> Result<FiguresAudit, StoreError> {
        let told =
            |row: &AnyRow| Ok((Minute::from_number(row.try_get(0)?), figures(row, 1)?, figures(row, 1 + figures_num)?));
        let first = differing.iter().take(first_max).map(told).collect::<Result<_, StoreError>>()?;
        Ok(FiguresAudit { minutes, differing_minutes: differing.len() as i64, first })
    }
}

impl Store {
    /// A snapshot of this database, on a connection of its own.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit(&self) -> Result<Audit, StoreError> {
        Audit::begin(&self.options.url, self.streams.clone(), self.clock()).await
    }
}

impl Audit {
    /// A snapshot of the database at `url`, which no server needs to hold; it is opened for reading only.
    ///
    /// # Errors
    /// [`StoreError::Open`] when there is no such database or it is no shop's; else what the database says.
    pub async fn open(url: &str, streams: Streams, clock: Clock) -> Result<Audit, StoreError> {
        sqlx::any::install_default_drivers();
        let dialect = Dialect::of_known_url(url)?;
        let url = match dialect {
            Dialect::Sqlite => {
                format!("{}?mode=ro", crate::sqlite_url(&crate::sqlite_path::existing_file_of(url, "")?))
            }
            Dialect::Postgres => url.to_owned(),
        };
        Audit::begin(&url, streams, clock).await
    }

    async fn begin(url: &str, streams: Streams, clock: Clock) -> Result<Audit, StoreError> {
        let dialect = Dialect::of_known_url(url)?;
        let mut conn = pool::connect_to_read(url, dialect).await?;
        for statement in dialect.begin_snapshot() {
            conn.at_once(statement).await?;
        }
        let taken_at = clock.now();
        let row = sqlx::query("select first_minute, closed_until from shop").fetch_optional(&mut conn).await;
        let row = row.ok().flatten().ok_or_else(|| StoreError::Open("the database holds no shop".to_owned()))?;
        let (first_minute, closed_until) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Audit {
            conn,
            dialect,
            streams,
            taken_at,
            first_minute: Minute::from_number(first_minute),
            closed_until: Minute::from_number(closed_until),
        })
    }

    /// Compares, for each minute, what was ordered with what was counted plus what waits in the outbox. Tells at most
    /// `first_max` differing minutes one by one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn orders(&mut self, first_max: usize) -> Result<OrdersAudit, StoreError> {
        let counts = sqlx::query(
            "select (select count(*) from orders),
                    (select count(*) from minutes_new_orders where own_total_orders_num <> 0)",
        )
        .fetch_one(&mut self.conn)
        .await?;
        let waiting = self.waiting(Topic::new_orders()).await?;
        let sql = AssertSqlSafe(self.dialect.with_rows(ORDERS_THAT_DIFFER));
        let differing = sqlx::query(sql).bind(waiting.json()?).fetch_all(&mut self.conn).await?;
        Ok(OrdersAudit {
            orders: counts.try_get(0)?,
            waiting_orders: waiting.events,
            figures: FiguresAudit::of(counts.try_get(1)?, &differing, first_max, 6, order_figures)?,
        })
    }

    /// Minutes of any stream that break the rule that all before `closed_until`, and no others, are closed, or whose
    /// events still wait in the outbox though they are closed. What adds to the foreign figures may belong into a
    /// closed minute. In order.
    ///
    /// # Errors
    /// What the database says.
    pub async fn misplaced_minutes(&mut self) -> Result<Vec<Minute>, StoreError> {
        let mut misplaced = BTreeSet::new();
        let until = self.closed_until.number();
        let waiting = format!("select event_time / 60000000 from outbox where event_time < $1 * 60000000 and {IS_OWN}");
        for row in sqlx::query(AssertSqlSafe(waiting)).bind(until).fetch_all(&mut self.conn).await? {
            misplaced.insert(Minute::from_number(row.try_get(0)?));
        }
        for topic in self.streams.clone().all() {
            let sql = format!(
                "with first (minute) as (select first_minute from streams where topic = $2),
                      closed (minute, previous) as (
                        select minute, lag(minute, 1, (select minute from first) - 1) over (order by minute)
                          from {table}
                         where is_closed = 1)
                 select minute from closed where minute <> previous + 1 or minute >= $1
                  union
                 select cast($1 as bigint) - 1 from first
                  where cast($1 as bigint) > first.minute
                    and not exists (select 1 from {table} where minute = $1 - 1 and is_closed = 1)",
                table = minutes_table(topic.name()),
            );
            let rows = sqlx::query(AssertSqlSafe(sql)).bind(until).bind(topic.name()).fetch_all(&mut self.conn).await?;
            for row in rows {
                misplaced.insert(Minute::from_number(row.try_get(0)?));
            }
        }
        Ok(misplaced.into_iter().collect())
    }

    /// Closed minutes of a stream from `from` on, in order, at most `limit`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn closed_minutes_from(
        &mut self,
        topic: Topic,
        from: Minute,
        limit: i64,
    ) -> Result<Vec<MinuteTotals>, StoreError> {
        minutes::closed_from(&mut self.conn, topic, from, limit).await
    }

    /// The streams that are declared.
    #[must_use]
    pub fn streams(&self) -> Streams {
        self.streams.clone()
    }

    /// Ends the snapshot. Dropping it does so as well, without a farewell to the database.
    pub async fn close(self) {
        self.conn.close().await;
    }
}

/// One row for each minute in which orders and figures differ: the minute, six figures of the orders table, six of the
/// minutes and the outbox together.
const ORDERS_THAT_DIFFER: &str = "
    select minute,
           cast(sum(o1) as bigint), cast(sum(o2) as bigint), cast(sum(o3) as bigint),
           cast(sum(o4) as bigint), cast(sum(o5) as bigint), cast(sum(o6) as bigint),
           cast(sum(f1) as bigint), cast(sum(f2) as bigint), cast(sum(f3) as bigint),
           cast(sum(f4) as bigint), cast(sum(f5) as bigint), cast(sum(f6) as bigint)
      from (
        select event_time / 60000000 as minute,
               count(*) as o1, sum(amount) as o2, sum(total_price) as o3,
               sum(is_paid) as o4, sum(is_paid * amount) as o5, sum(is_paid * total_price) as o6,
               0 as f1, 0 as f2, 0 as f3, 0 as f4, 0 as f5, 0 as f6
          from orders
         group by 1
        union all
        select cast(value ->> 0 as bigint), 0, 0, 0, 0, 0, 0,
               cast(value ->> 1 as bigint), cast(value ->> 2 as bigint), cast(value ->> 3 as bigint),
               cast(value ->> 4 as bigint), cast(value ->> 5 as bigint), cast(value ->> 6 as bigint)
          from {rows}
        union all
        select minute, 0, 0, 0, 0, 0, 0,
               own_total_orders_num, own_total_orders_amount, own_total_orders_price,
               own_total_paid_orders_num, own_total_paid_orders_amount, own_total_paid_orders_price
          from minutes_new_orders
         where own_total_orders_num <> 0 or own_total_orders_amount <> 0 or own_total_orders_price <> 0
            or own_total_paid_orders_num <> 0 or own_total_paid_orders_amount <> 0 or own_total_paid_orders_price <> 0
      ) as sides
     group by minute
    having sum(o1) <> sum(f1) or sum(o2) <> sum(f2) or sum(o3) <> sum(f3)
        or sum(o4) <> sum(f4) or sum(o5) <> sum(f5) or sum(o6) <> sum(f6)
     order by minute";

/// Reads six columns, from `first` on.
fn order_figures(row: &AnyRow, first: usize) -> Result<Figures, StoreError> {
    Ok(Figures {
        total_orders_num: row.try_get(first)?,
        total_orders_amount: row.try_get(first + 1)?,
        total_orders_price: Money::from_cents(row.try_get(first + 2)?),
        total_paid_orders_num: row.try_get(first + 3)?,
        total_paid_orders_amount: row.try_get(first + 4)?,
        total_paid_orders_price: Money::from_cents(row.try_get(first + 5)?),
        ..Figures::ZERO
    })
}
