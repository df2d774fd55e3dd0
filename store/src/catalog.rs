//! The goods that are sold.

use crate::connection::Conn;
use crate::{Store, StoreError};
use domain::{Good, Money};
use sqlx::any::AnyRow;
use sqlx::{Executor, Row};

impl Store {
    /// Every good that is sold, in the order in which the shop shows them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn goods(&self) -> Result<Vec<Good>, StoreError> {
        let mut conn = self.readers.acquire().await?;
        goods(&mut conn).await
    }
}

pub(crate) async fn goods(conn: &mut Conn) -> Result<Vec<Good>, StoreError> {
    let sql = "select slug, name, description, unit, price from goods where is_sold = 1 order by position";
    conn.fetch_all(sql).await?.iter().map(good).collect()
}

fn good(row: &AnyRow) -> Result<Good, StoreError> {
    Ok(Good {
        slug: row.try_get(0)?,
        name: row.try_get(1)?,
        description: row.try_get(2)?,
        unit: row.try_get(3)?,
        price: Money::from_cents(row.try_get(4)?),
    })
}
