//! The tables of each stream: made from its declaration when a server starts, and widened when a declaration has new
//! measures. Nothing is ever dropped: what is declared no more stays, unseen.

use crate::columns::{add_measure, create, minutes_table, quarters_table, quoted};
use crate::dialect::Dialect;
use crate::{StoreError, columns};
use domain::Minute;
use sqlx::{AnyConnection, AssertSqlSafe, Executor, Row};
use std::collections::BTreeMap;
use streams::{Measure, Stream, Streams};

/// Minutes and quarter hours of before streams were declared, set aside by the migration.
const MINUTES_BEFORE: &str = "minutes_before_streams";
const QUARTERS_BEFORE: &str = "quarters_before_streams";

/// Brings the tables in line with the declarations, in one transaction, and tells from which minute on each stream is
/// counted.
///
/// # Errors
/// [`StoreError::Open`]: a measure means something else than the figures that are kept under its name. Else what the
/// database says.
pub(crate) async fn prepare(
    conn: &mut AnyConnection,
    dialect: Dialect,
    streams: &Streams,
) -> Result<BTreeMap<streams::Topic, Minute>, StoreError> {
    conn.execute(dialect.begin()).await?;
    let prepared = in_transaction(conn, dialect, streams).await;
    conn.execute(if prepared.is_ok() { "commit" } else { "rollback" }).await?;
    prepared
}

async fn in_transaction(
    conn: &mut AnyConnection,
    dialect: Dialect,
    streams: &Streams,
) -> Result<BTreeMap<streams::Topic, Minute>, StoreError> {
    // No minute closes meanwhile: a new stream's first row belongs to the first open one.
    for statement in dialect.lock_minutes(false) {
        conn.execute(*statement).await?;
    }
    let is_upgrade = dialect.has_table(conn, MINUTES_BEFORE).await?;
    let begins = if is_upgrade { "first_minute" } else { "closed_until" };
    let mut first_minutes = BTreeMap::new();
    for topic in streams.all() {
        let stream = topic.stream();
        let is_new = sqlx::query(AssertSqlSafe(format!(
            "insert into streams (topic, first_minute) select $1, {begins} from shop where true
                 on conflict (topic) do nothing"
        )))
        .bind(topic.name())
        .execute(&mut *conn)
        .await?
        .rows_affected()
            > 0;
        if is_new {
            for sql in create(topic.name(), dialect) {
                conn.execute(AssertSqlSafe(sql)).await?;
            }
        }
        let row = sqlx::query("select first_minute from streams where topic = $1")
            .bind(topic.name())
            .fetch_one(&mut *conn)
            .await?;
        first_minutes.insert(*topic, Minute::from_number(row.try_get(0)?));
        prepare_measures(conn, stream).await?;
        if is_upgrade {
            take_over(conn, dialect, stream).await?;
        }
    }
    if is_upgrade {
        for table in [MINUTES_BEFORE, QUARTERS_BEFORE] {
            conn.execute(AssertSqlSafe(format!("drop table {table}"))).await?;
        }
    }
    Ok(first_minutes)
}

async fn prepare_measures(conn: &mut AnyConnection, stream: &Stream) -> Result<(), StoreError> {
    for measure in &stream.measures {
        let meaning = stream.meaning(measure);
        let known = sqlx::query("select meaning from measures where topic = $1 and name = $2")
            .bind(stream.topic.as_str())
            .bind(measure.name.as_str())
            .fetch_optional(&mut *conn)
            .await?;
        if let Some(row) = known {
            let before: String = row.try_get(0)?;
            if before != meaning {
                return Err(StoreError::Open(format!(
                    "stream {}: the measure {} is `{meaning}` now, and the figures that are kept under this name are \
                     `{before}`; give the new one another name",
                    stream.topic, measure.name,
                )));
            }
            continue;
        }
        for sql in add_measure(&stream.topic, measure) {
            conn.execute(AssertSqlSafe(sql)).await?;
        }
        sqlx::query("insert into measures (topic, name, meaning) values ($1, $2, $3)")
            .bind(stream.topic.as_str())
            .bind(measure.name.as_str())
            .bind(meaning)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// Copies a stream's share of the tables of before, which had the columns of all streams.
async fn take_over(conn: &mut AnyConnection, dialect: Dialect, stream: &Stream) -> Result<(), StoreError> {
    let mut kept = Vec::new();
    for measure in &stream.measures {
        // Visits were counted of own page views alone.
        let (own, foreign) = match measure.name.as_str() {
            "visits_num" => ("visits_num".to_owned(), "0".to_owned()),
            _ => (columns::own(measure), columns::foreign(measure)),
        };
        if dialect.has_column(conn, MINUTES_BEFORE, own.trim_matches('"')).await? {
            kept.push((measure, own, foreign));
        }
    }
    let list = |of: &dyn Fn(&(&Measure, String, String)) -> String| -> String {
        kept.iter().map(of).map(|column| format!(", {column}")).collect()
    };
    let minutes = format!(
        "insert into {} (minute, is_closed, revision{}) select minute, is_closed, revision{} from {MINUTES_BEFORE}",
        minutes_table(&stream.topic),
        list(&|(measure, ..)| format!("{}, {}", columns::own(measure), columns::foreign(measure))),
        list(&|(_, own, foreign)| format!("{own}, {foreign}")),
    );
    let quarters = format!(
        "insert into {} (quarter{}) select quarter{} from {QUARTERS_BEFORE}",
        quarters_table(&stream.topic),
        list(&|(measure, ..)| quoted(measure)),
        list(&|(_, own, foreign)| format!("{own} + {foreign}")),
    );
    for sql in [minutes, quarters] {
        conn.execute(AssertSqlSafe(sql)).await?;
    }
    Ok(())
}
