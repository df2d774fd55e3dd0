//! What the owner chose once and is kept for good.

use crate::writer::{Tx, Work};
use crate::{Store, StoreError, Zone};
use sqlx::Row;

const TIME_ZONE: &str = "time_zone";

impl Store {
    /// The owner's time zone; UTC until one was chosen, and should its name vanish from the list.
    ///
    /// # Errors
    /// What the database says.
    pub async fn time_zone(&self) -> Result<Zone, StoreError> {
        let sql = "select value from settings where name = $1";
        let row = sqlx::query(sql).bind(TIME_ZONE).fetch_optional(&self.readers).await?;
        let name = row.map(|row| row.try_get::<String, _>(0)).transpose()?;
        Ok(name.and_then(|name| Zone::named(&name)).unwrap_or(Zone::UTC))
    }

    /// Chooses the owner's time zone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_time_zone(&self, zone: &Zone) -> Result<(), StoreError> {
        self.writer.run_in_time(SetTimeZone(zone.name().to_owned())).await
    }
}

struct SetTimeZone(String);

impl Work for SetTimeZone {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        sqlx::query(
            "insert into settings (name, value)
             values ($1, $2)
                 on conflict (name) do update set value = excluded.value",
        )
        .bind(TIME_ZONE)
        .bind(&self.0)
        .execute(&mut *tx.conn)
        .await?;
        Ok(())
    }
}
