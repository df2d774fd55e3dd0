//! Does the feedback table hold what the figures say? As for orders: what was said, against what was counted or waits.

use super::Audit;
use crate::StoreError;
use domain::{Figures, Minute};
use sqlx::Row;

/// How the feedback table stands to the figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedbackAudit {
    /// Minutes in which feedback is counted.
    pub minutes: i64,
    /// Minutes that differ.
    pub differing_minutes: i64,
    /// The first of them: what was said, and what was counted or waits.
    pub first: Vec<(Minute, Figures, Figures)>,
}

impl Audit {
    /// Compares, for each minute, what customers said with what was counted plus what waits in the outbox. Tells at most
    /// `first_max` differing minutes one by one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn feedback(&mut self, first_max: usize) -> Result<FeedbackAudit, StoreError> {
        let minutes = sqlx::query("select count(*) from minutes where own_total_feedback_num <> 0")
            .fetch_one(&mut self.conn)
            .await?
            .try_get(0)?;
        let mut audit = FeedbackAudit { minutes, ..FeedbackAudit::default() };
        for row in sqlx::query(FEEDBACK_THAT_DIFFERS).fetch_all(&mut self.conn).await? {
            audit.differing_minutes += 1;
            if audit.first.len() < first_max {
                let figures = |first: usize| -> Result<Figures, StoreError> {
                    Ok(Figures {
                        total_feedback_num: row.try_get(first)?,
                        total_feedback_stars: row.try_get(first + 1)?,
                        ..Figures::ZERO
                    })
                };
                audit.first.push((Minute::from_number(row.try_get(0)?), figures(1)?, figures(3)?));
            }
        }
        Ok(audit)
    }
}

const FEEDBACK_THAT_DIFFERS: &str = "
    select minute,
           cast(sum(s1) as bigint), cast(sum(s2) as bigint), cast(sum(f1) as bigint), cast(sum(f2) as bigint)
      from (
        select event_time / 60000000 as minute, count(*) as s1, sum(stars) as s2, 0 as f1, 0 as f2
          from feedback
         group by 1
        union all
        select event_time / 60000000, 0, 0, count(*), sum(stars)
          from outbox
         where topic = 'feedback' and dead_letter_id is null
         group by 1
        union all
        select minute, 0, 0, own_total_feedback_num, own_total_feedback_stars
          from minutes
         where own_total_feedback_num <> 0 or own_total_feedback_stars <> 0
      ) as sides
     group by minute
    having sum(s1) <> sum(f1) or sum(s2) <> sum(f2)
     order by minute";
