//! Tallies: counts that belong to no minute. The dashboard shows them.

use crate::writer::Tx;
use crate::{Store, StoreError};
use sqlx::Row;

/// Counts that belong to no minute, since the shop's first start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tallies {
    /// Records that could not be read.
    pub dead_letters: i64,
    /// Events that were counted into a minute after it was closed.
    pub late_events: i64,
    /// Records of other shops on the same cluster.
    pub other_shops_records: i64,
    /// Records without source from before the first minute or more than 60 seconds ahead.
    pub out_of_range_records: i64,
    /// Own records that name an outbox row which was never issued.
    pub anomalies: i64,
}

impl Tallies {
    const fn named(&self) -> [(&'static str, i64); 5] {
        [
            ("anomalies", self.anomalies),
            ("dead_letters", self.dead_letters),
            ("late_events", self.late_events),
            ("other_shops_records", self.other_shops_records),
            ("out_of_range_records", self.out_of_range_records),
        ]
    }
}

impl Store {
    /// All tallies.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tallies(&self) -> Result<Tallies, StoreError> {
        let mut tallies = Tallies::default();
        for row in sqlx::query("select name, total from tallies").fetch_all(&self.readers).await? {
            let total = row.try_get(1)?;
            match row.try_get::<String, _>(0)?.as_str() {
                "anomalies" => tallies.anomalies = total,
                "dead_letters" => tallies.dead_letters = total,
                "late_events" => tallies.late_events = total,
                "other_shops_records" => tallies.other_shops_records = total,
                "out_of_range_records" => tallies.out_of_range_records = total,
                // Of a newer version.
                _ => {}
            }
        }
        Ok(tallies)
    }
}

pub(crate) async fn add(tx: &mut Tx<'_>, tallies: &Tallies) -> Result<(), StoreError> {
    for (name, total) in tallies.named().into_iter().filter(|(_, total)| *total != 0) {
        sqlx::query(
            "insert into tallies (name, total)
             values ($1, $2)
             on conflict (name) do update set total = tallies.total + excluded.total",
        )
        .bind(name)
        .bind(total)
        .execute(&mut *tx.conn)
        .await?;
    }
    Ok(())
}
