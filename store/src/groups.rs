//! How often each value of a group's field came, per quarter hour. A declaration says how many values of one UTC day
//! are told apart; all that come after them are counted together, as others.
//!
//! New values of a day are rare. Whoever brings some locks the day's row, so that two servers do not both take the last
//! place.

use crate::StoreError;
use crate::connection::Conn;
use crate::dialect::Dialect;
use domain::Quarter;
use sqlx::{AssertSqlSafe, Row};
use std::collections::{BTreeMap, BTreeSet};
use streams::{GroupValue, Topic};

/// Quarter hours of a day.
const QUARTERS_PER_DAY: i64 = 96;

/// Events by stream, group, value and quarter hour.
pub(crate) type Grouped = BTreeMap<(Topic, usize, GroupValue, Quarter), i64>;

/// A group on one day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Day {
    topic: Topic,
    group: usize,
    day: i64,
}

/// Adds them to the table.
pub(crate) async fn write(conn: &mut Conn, dialect: Dialect, grouped: Grouped) -> Result<(), StoreError> {
    if grouped.is_empty() {
        return Ok(());
    }
    let mut values: BTreeMap<Day, BTreeSet<&str>> = BTreeMap::new();
    for (topic, group, value, quarter) in grouped.keys() {
        if let GroupValue::Text(text) = value {
            let day = Day { topic: *topic, group: *group, day: quarter.number().div_euclid(QUARTERS_PER_DAY) };
            values.entry(day).or_default().insert(text);
        }
    }
    let mut others: BTreeSet<(Day, String)> = BTreeSet::new();
    for (day, values) in &values {
        for value in day.admit(conn, dialect, values).await? {
            others.insert((*day, value));
        }
    }
    // Others have no text: nothing that an event may say is taken for them.
    let mut rows: BTreeMap<(Topic, &str, i64, String, i64), i64> = BTreeMap::new();
    for ((topic, group, value, quarter), events) in &grouped {
        let day = Day { topic: *topic, group: *group, day: quarter.number().div_euclid(QUARTERS_PER_DAY) };
        let (is_other, text) = match value {
            GroupValue::Text(text) if !others.contains(&(day, text.clone())) => (0, text.clone()),
            _ => (1, String::new()),
        };
        *rows.entry((*topic, day.field(), is_other, text, quarter.number())).or_default() += events;
    }
    let rows: Vec<_> = rows
        .iter()
        .map(|((topic, field, is_other, text, quarter), events)| (topic, field, is_other, text, quarter, events))
        .collect();
    let sql = "insert into quarter_groups (topic, field, is_other, value, quarter, events_num)
         select value ->> 0, value ->> 1, cast(value ->> 2 as bigint), value ->> 3, cast(value ->> 4 as bigint),
                cast(value ->> 5 as bigint)
           from {rows} where true
             on conflict (topic, field, is_other, value, quarter) do update
            set events_num = quarter_groups.events_num + excluded.events_num";
    dialect.run(conn, sql, &rows).await
}

impl Day {
    fn field(self) -> &'static str {
        let stream = self.topic.stream();
        let group = stream.groups.get(self.group).and_then(|group| stream.fields.get(group.field));
        group.map_or("", |field| &field.name)
    }

    fn most(self) -> usize {
        self.topic.stream().groups.get(self.group).map_or(0, |group| group.most)
    }

    /// Takes places for those of these values that have none yet; tells which find none left.
    async fn admit(
        self,
        conn: &mut Conn,
        dialect: Dialect,
        values: &BTreeSet<&str>,
    ) -> Result<Vec<String>, StoreError> {
        if self.without_place(conn, dialect, values).await?.is_empty() {
            return Ok(Vec::new());
        }
        let locked = sqlx::query(
            "insert into group_days (topic, field, day, values_num)
             values ($1, $2, $3, 0)
                 on conflict (topic, field, day) do update set values_num = group_days.values_num
             returning values_num",
        )
        .bind(self.topic.name())
        .bind(self.field())
        .bind(self.day)
        .fetch_one(&mut *conn)
        .await?;
        let taken = usize::try_from(locked.try_get::<i64, _>(0)?).unwrap_or(usize::MAX);
        // Asked again: another server may have brought the same meanwhile.
        let mut new = self.without_place(conn, dialect, values).await?;
        let others = new.split_off(self.most().saturating_sub(taken).min(new.len()));
        if !new.is_empty() {
            sqlx::query(
                "update group_days set values_num = values_num + $4 where topic = $1 and field = $2 and day = $3",
            )
            .bind(self.topic.name())
            .bind(self.field())
            .bind(self.day)
            .bind(new.len() as i64)
            .execute(&mut *conn)
            .await?;
        }
        Ok(others)
    }

    async fn without_place(
        self,
        conn: &mut Conn,
        dialect: Dialect,
        values: &BTreeSet<&str>,
    ) -> Result<Vec<String>, StoreError> {
        let rows: Vec<_> = values.iter().map(|value| [value]).collect();
        let json = serde_json::to_string(&rows).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let sql = dialect.with_rows(
            "select asked.text from (select value ->> 0 as text from {rows}) as asked
              where not exists (
                    select 1 from quarter_groups
                     where topic = $2 and field = $3 and is_other = 0 and value = asked.text
                       and quarter >= $4 and quarter < $5)
              order by asked.text",
        );
        let first = self.day * QUARTERS_PER_DAY;
        let query = sqlx::query(AssertSqlSafe(sql)).bind(json).bind(self.topic.name()).bind(self.field());
        let rows = query.bind(first).bind(first + QUARTERS_PER_DAY).fetch_all(&mut *conn).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}
