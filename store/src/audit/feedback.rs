//! Does the feedback table hold what the figures say? As for orders: what was said, against what was counted or waits.

use super::{Audit, FiguresAudit};
use crate::StoreError;
use domain::Figures;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use streams::Topic;

impl Audit {
    /// Compares, for each minute, what customers said with what was counted plus what waits in the outbox. Tells at
    /// most `first_max` differing minutes one by one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn feedback(&mut self, first_max: usize) -> Result<FiguresAudit, StoreError> {
        let minutes = sqlx::query("select count(*) from minutes_feedback where own_total_feedback_num <> 0")
            .fetch_one(&mut self.conn)
            .await?
            .try_get(0)?;
        let waiting = self.waiting(Topic::feedback()).await?;
        let sql = AssertSqlSafe(self.dialect.with_rows(FEEDBACK_THAT_DIFFERS));
        let differing = sqlx::query(sql).bind(waiting.json()?).fetch_all(&mut self.conn).await?;
        FiguresAudit::of(minutes, &differing, first_max, 2, feedback_figures)
    }
}

/// Reads two columns, from `first` on.
fn feedback_figures(row: &AnyRow, first: usize) -> Result<Figures, StoreError> {
    Ok(Figures {
        total_feedback_num: row.try_get(first)?,
        total_feedback_stars: row.try_get(first + 1)?,
        ..Figures::ZERO
    })
}

const FEEDBACK_THAT_DIFFERS: &str = "
    select minute,
           cast(sum(s1) as bigint), cast(sum(s2) as bigint), cast(sum(f1) as bigint), cast(sum(f2) as bigint)
      from (
        select event_time / 60000000 as minute, count(*) as s1, sum(stars) as s2, 0 as f1, 0 as f2
          from feedback
         group by 1
        union all
        select cast(value ->> 0 as bigint), 0, 0, cast(value ->> 1 as bigint), cast(value ->> 2 as bigint) from {rows}
        union all
        select minute, 0, 0, own_total_feedback_num, own_total_feedback_stars
          from minutes_feedback
         where own_total_feedback_num <> 0 or own_total_feedback_stars <> 0
      ) as sides
     group by minute
    having sum(s1) <> sum(f1) or sum(s2) <> sum(f2)
     order by minute";
