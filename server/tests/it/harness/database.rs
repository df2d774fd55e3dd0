//! Looks into a shop's SQLite file from outside, with SQL of its own.

use domain::{Figures, Money};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Row, SqliteConnection};
use std::path::Path;

/// A second connection.
pub(crate) struct Database(SqliteConnection);

impl Database {
    pub(crate) async fn open(path: &Path) -> Database {
        Database(SqliteConnectOptions::new().filename(path).connect().await.unwrap())
    }

    /// Changes something, as an owner with a tool of their own may.
    pub(crate) async fn execute(&mut self, sql: &str) {
        sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut self.0).await.unwrap();
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

    /// What the orders table sums up to.
    pub(crate) async fn orders(&mut self) -> Figures {
        let sums = self
            .numbers(
                "select 0, count(*), coalesce(sum(amount), 0), coalesce(sum(total_price), 0),
                        coalesce(sum(is_paid), 0), coalesce(sum(amount * is_paid), 0),
                        coalesce(sum(total_price * is_paid), 0)
                   from orders",
            )
            .await;
        figures(&sums)
    }

    /// What the own figures of all minutes sum up to.
    pub(crate) async fn own_figures(&mut self) -> Figures {
        let sum = |name| format!("coalesce(sum(own_{name}), 0)");
        let names = [
            "requests_num",
            "total_orders_num",
            "total_orders_amount",
            "total_orders_price",
            "total_paid_orders_num",
            "total_paid_orders_amount",
            "total_paid_orders_price",
        ];
        let sums = self.numbers(&format!("select {} from minutes", names.map(sum).join(", "))).await;
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
    }
}
