//! Looks into a shop's database from outside, with SQL of its own; and makes databases in a shared PostgreSQL.

use super::runtime::apart;
use super::stack;
use domain::{Figures, Money};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};
use std::sync::atomic::{AtomicU32, Ordering};

/// A PostgreSQL database of one place; it ends with it.
pub(crate) struct OwnDatabase {
    name: String,
}

impl OwnDatabase {
    pub(crate) fn create() -> OwnDatabase {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("place_{}_{number}", std::process::id());
        apart(async || execute(&format!("create database {name}")).await.unwrap());
        OwnDatabase { name }
    }

    /// Copies it while nobody uses it.
    pub(crate) async fn keep(&self) {
        let OwnDatabase { name } = self;
        execute(&format!("create database {name}_kept template {name}")).await.unwrap();
    }

    /// Makes it again from the copy.
    pub(crate) async fn restore(&self) {
        let OwnDatabase { name } = self;
        execute(&format!("drop database {name} with (force)")).await.unwrap();
        execute(&format!("create database {name} template {name}_kept")).await.unwrap();
    }

    /// Makes it again with nothing in it.
    pub(crate) async fn empty(&self) {
        let OwnDatabase { name } = self;
        execute(&format!("drop database {name} with (force)")).await.unwrap();
        execute(&format!("create database {name}")).await.unwrap();
    }

    pub(crate) fn url(&self) -> String {
        let shared = stack::postgres_url();
        let (server, _) = shared.rsplit_once('/').expect("an address with a database's name");
        format!("{server}/{}", self.name)
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        // Best effort: the server may be gone, and it is thrown away after the run anyhow.
        apart(async || {
            for name in [self.name.clone(), format!("{}_kept", self.name)] {
                let _ = execute(&format!("drop database if exists {name} with (force)")).await;
            }
        });
    }
}

/// Runs a statement in the shared server, outside of every place's database.
async fn execute(sql: &str) -> Result<(), sqlx::Error> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&stack::postgres_url()).await?;
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
    connection.close().await
}

/// A second connection.
pub(crate) struct Database(AnyConnection);

impl Database {
    pub(crate) async fn open(url: &str) -> Database {
        sqlx::any::install_default_drivers();
        Database(AnyConnection::connect(url).await.unwrap())
    }

    /// Ends it now. One that is dropped ends a moment later, and with the last one SQLite's write-ahead log.
    pub(crate) async fn close(self) {
        self.0.close().await.unwrap();
    }

    /// Changes something, as an owner with a tool of their own may.
    pub(crate) async fn execute(&mut self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.0).await.unwrap();
    }

    /// The numbers of the only row.
    pub(crate) async fn numbers(&mut self, sql: &str) -> Vec<i64> {
        let row = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_one(&mut self.0).await.unwrap();
        (0..row.len()).map(|column| row.get(column)).collect()
    }

    pub(crate) async fn number(&mut self, sql: &str) -> i64 {
        self.numbers(sql).await[0]
    }

    /// All rows of texts.
    pub(crate) async fn texts(&mut self, sql: &str) -> Vec<Vec<Option<String>>> {
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut self.0).await.unwrap();
        rows.iter().map(|row| (0..row.len()).map(|column| row.get(column)).collect()).collect()
    }

    /// How a statement would be done: the texts of one column, a row a line.
    pub(crate) async fn plan(&mut self, sql: &str, column: usize) -> String {
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut self.0).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(column)).collect::<Vec<_>>().join("\n")
    }

    /// What orders and feedback sum up to.
    pub(crate) async fn orders(&mut self) -> Figures {
        let sums = self
            .numbers(
                "select 0, count(*), cast(coalesce(sum(amount), 0) as bigint),
                        cast(coalesce(sum(total_price), 0) as bigint),
                        cast(coalesce(sum(is_paid), 0) as bigint),
                        cast(coalesce(sum(amount * is_paid), 0) as bigint),
                        cast(coalesce(sum(total_price * is_paid), 0) as bigint),
                        (select count(*) from feedback),
                        (select cast(coalesce(sum(stars), 0) as bigint) from feedback)
                   from orders",
            )
            .await;
        figures(&sums)
    }

    /// What the own figures of all minutes sum up to.
    pub(crate) async fn own_figures(&mut self) -> Figures {
        let sum = |(topic, name)| format!("(select cast(coalesce(sum(own_{name}), 0) as bigint) from minutes_{topic})");
        let names = [
            ("web_requests", "requests_num"),
            ("new_orders", "total_orders_num"),
            ("new_orders", "total_orders_amount"),
            ("new_orders", "total_orders_price"),
            ("new_orders", "total_paid_orders_num"),
            ("new_orders", "total_paid_orders_amount"),
            ("new_orders", "total_paid_orders_price"),
            ("feedback", "total_feedback_num"),
            ("feedback", "total_feedback_stars"),
        ];
        let sums = self.numbers(&format!("select {}", names.map(sum).join(", "))).await;
        figures(&sums)
    }
}

fn figures(numbers: &[i64]) -> Figures {
    Figures {
        requests_num: numbers[0],
        total_orders_num: numbers[1],
        total_orders_amount: numbers[2],
        total_orders_price: Money::from_cents(numbers[3]),
        total_paid_orders_num: numbers[4],
        total_paid_orders_amount: numbers[5],
        total_paid_orders_price: Money::from_cents(numbers[6]),
        total_feedback_num: numbers[7],
        total_feedback_stars: numbers[8],
    }
}
