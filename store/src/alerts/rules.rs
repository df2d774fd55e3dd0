//! The rules as the owner set them, one row each. A value that a row does not hold, or not any more, is the default.

use crate::writer::{Tx, Work};
use crate::{Store, StoreError};
use domain::RuleKind;
use domain::Rules;
use domain::alert::{Limited, TimeOfDay};
use sqlx::Row;

impl Store {
    /// What the owner wants to be told of.
    ///
    /// # Errors
    /// What the database says.
    pub async fn alert_rules(&self) -> Result<Rules, StoreError> {
        let mut rules = Rules::DEFAULT;
        let sql = "select rule, is_on, threshold, opens_at, closes_at from alert_rules";
        for row in sqlx::query(sql).fetch_all(&self.readers).await? {
            let is_on = row.try_get::<i64, _>(1)? != 0;
            let threshold: Option<i64> = row.try_get(2)?;
            let time = |column: usize| {
                Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.and_then(TimeOfDay::from_minutes))
            };
            match RuleKind::named(&row.try_get::<String, _>(0)?) {
                Some(RuleKind::NoOrders) => {
                    let rule = &mut rules.no_orders;
                    rule.is_on = is_on;
                    rule.minutes = threshold.and_then(Limited::new).unwrap_or(rule.minutes);
                    rule.hours.opens_at = time(3)?.unwrap_or(rule.hours.opens_at);
                    rule.hours.closes_at = time(4)?.unwrap_or(rule.hours.closes_at);
                }
                Some(RuleKind::ManyRequests) => {
                    let rule = &mut rules.many_requests;
                    rule.is_on = is_on;
                    rule.per_minute = threshold.and_then(Limited::new).unwrap_or(rule.per_minute);
                }
                Some(RuleKind::LowRevenue) => rules.low_revenue_is_on = is_on,
                Some(RuleKind::WaitingEvents) => {
                    let rule = &mut rules.waiting_events;
                    rule.is_on = is_on;
                    rule.seconds = threshold.and_then(Limited::new).unwrap_or(rule.seconds);
                }
                Some(RuleKind::NoMinuteClosed) => {
                    let rule = &mut rules.no_minute_closed;
                    rule.is_on = is_on;
                    rule.minutes = threshold.and_then(Limited::new).unwrap_or(rule.minutes);
                }
                Some(RuleKind::DeadLetters) => rules.dead_letters_is_on = is_on,
                // Of a newer version.
                None => {}
            }
        }
        Ok(rules)
    }

    /// Keeps what the owner chose.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_alert_rules(&self, rules: Rules) -> Result<(), StoreError> {
        self.writer.run_in_time(SetRules(rules)).await
    }
}

struct SetRules(Rules);

/// A row: the rule, whether it is on, its threshold, and its opening hours.
type RuleRow = (RuleKind, bool, Option<i64>, Option<(i64, i64)>);

fn rows(rules: &Rules) -> [RuleRow; 6] {
    let Rules { no_orders, many_requests, low_revenue_is_on, waiting_events, no_minute_closed, dead_letters_is_on } =
        *rules;
    let hours = (no_orders.hours.opens_at.minutes(), no_orders.hours.closes_at.minutes());
    [
        (RuleKind::NoOrders, no_orders.is_on, Some(no_orders.minutes.get()), Some(hours)),
        (RuleKind::ManyRequests, many_requests.is_on, Some(many_requests.per_minute.get()), None),
        (RuleKind::LowRevenue, low_revenue_is_on, None, None),
        (RuleKind::WaitingEvents, waiting_events.is_on, Some(waiting_events.seconds.get()), None),
        (RuleKind::NoMinuteClosed, no_minute_closed.is_on, Some(no_minute_closed.minutes.get()), None),
        (RuleKind::DeadLetters, dead_letters_is_on, None, None),
    ]
}

impl Work for SetRules {
    type Output = ();

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        for (rule, is_on, threshold, hours) in rows(&self.0) {
            sqlx::query(
                "insert into alert_rules (rule, is_on, threshold, opens_at, closes_at)
                 values ($1, $2, $3, $4, $5)
                     on conflict (rule) do update
                    set is_on = excluded.is_on, threshold = excluded.threshold,
                        opens_at = excluded.opens_at, closes_at = excluded.closes_at",
            )
            .bind(rule.name())
            .bind(i64::from(is_on))
            .bind(threshold)
            .bind(hours.map(|(opens_at, _)| opens_at))
            .bind(hours.map(|(_, closes_at)| closes_at))
            .execute(&mut *tx.conn)
            .await?;
        }
        Ok(())
    }
}
