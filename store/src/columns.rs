//! SQL of a stream's tables, made from its declaration: `minutes_<topic>` and `quarters_<topic>`, one text for both
//! dialects. Names are those that a declaration may have; they stand in quotes all the same.

use crate::dialect::Dialect;
use domain::Minute;
use sqlx::Row;
use sqlx::any::AnyRow;
use streams::{Measure, MinuteTotals, Of, Stream, Topic, Totals};

/// The table of a stream's minutes. `own_`: events of this database's outbox. `foreign_`: records of other producers.
pub(crate) fn minutes_table(topic: &str) -> String {
    format!("\"minutes_{topic}\"")
}

/// The table of a stream's quarter hours: own and foreign events together.
pub(crate) fn quarters_table(topic: &str) -> String {
    format!("\"quarters_{topic}\"")
}

pub(crate) fn own(measure: &Measure) -> String {
    format!("\"own_{}\"", measure.name)
}

pub(crate) fn foreign(measure: &Measure) -> String {
    format!("\"foreign_{}\"", measure.name)
}

pub(crate) fn quoted(measure: &Measure) -> String {
    format!("\"{}\"", measure.name)
}

/// The type of a measure's column, and what stands in rows from before it was declared.
pub(crate) fn column_type(measure: &Measure) -> &'static str {
    if measure.of.is_added() { "bigint not null default 0" } else { "bigint" }
}

/// Two values of a measure together.
pub(crate) fn together(measure: &Measure, one: &str, other: &str) -> String {
    let sign = match measure.of {
        Of::Count | Of::Sum(_) => return format!("{one} + {other}"),
        Of::Min(_) => '<',
        Of::Max(_) => '>',
    };
    format!("case when {one} is null or {other} {sign} {one} then {other} else {one} end")
}

/// All values of a group together.
pub(crate) fn aggregate(measure: &Measure, value: &str) -> String {
    match measure.of {
        Of::Count | Of::Sum(_) => format!("cast(coalesce(sum({value}), 0) as bigint)"),
        Of::Min(_) => format!("cast(min({value}) as bigint)"),
        Of::Max(_) => format!("cast(max({value}) as bigint)"),
    }
}

/// A list of something for each measure.
pub(crate) fn list(stream: &Stream, of: impl Fn(&Measure) -> String) -> String {
    stream.measures.iter().map(of).collect::<Vec<_>>().join(", ")
}

/// Own and foreign together, for each measure of a minute.
pub(crate) fn of_minute(measure: &Measure) -> String {
    together(measure, &own(measure), &foreign(measure))
}

/// The statement that adds rows to a table: the key, then a value for each of these columns.
pub(crate) fn upsert(
    table: &str,
    key: &str,
    columns: &[(String, &Measure)],
    also_set: &str,
    returning: &str,
) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let selected: Vec<String> = (0..=names.len()).map(|index| format!("cast(value ->> {index} as bigint)")).collect();
    let set = |(name, measure): &(String, &Measure)| {
        format!("{name} = {}", together(measure, &format!("{table}.{name}"), &format!("excluded.{name}")))
    };
    // `where true` lets SQLite tell `on conflict` from a join's `on`.
    format!(
        "insert into {table} ({key}, {})
         select {} from {{rows}} where true
             on conflict ({key}) do update
            set {}{also_set}
         {returning}",
        names.join(", "),
        selected.join(", "),
        columns.iter().map(set).collect::<Vec<_>>().join(", "),
    )
}

/// The columns of a stream's minutes that are added to: own ones, then foreign ones.
pub(crate) fn minute_columns(stream: &Stream) -> Vec<(String, &Measure)> {
    let owned = stream.measures.iter().map(|measure| (own(measure), measure));
    owned.chain(stream.measures.iter().map(|measure| (foreign(measure), measure))).collect()
}

/// Makes the two tables.
pub(crate) fn create(topic: &str, dialect: Dialect) -> [String; 2] {
    // A range of quarter hours is read in one go, in the order of its key.
    let in_key_order = match dialect {
        Dialect::Sqlite => " without rowid",
        Dialect::Postgres => "",
    };
    [
        format!(
            "create table {} (
               minute bigint primary key,
               is_closed bigint not null default 0,
               revision bigint not null default 0
             )",
            minutes_table(topic)
        ),
        format!("create table {} (quarter bigint primary key){in_key_order}", quarters_table(topic)),
    ]
}

/// Adds a measure's columns to the two tables.
pub(crate) fn add_measure(topic: &str, measure: &Measure) -> [String; 3] {
    let (minutes, quarters, kind) = (minutes_table(topic), quarters_table(topic), column_type(measure));
    [
        format!("alter table {minutes} add column {} {kind}", own(measure)),
        format!("alter table {minutes} add column {} {kind}", foreign(measure)),
        format!("alter table {quarters} add column {} {kind}", quoted(measure)),
    ]
}

/// Reads a value for each measure, from column `first` on.
pub(crate) fn totals(topic: Topic, row: &AnyRow, first: usize) -> Result<Totals, sqlx::Error> {
    (first..first + topic.stream().measures.len())
        .map(|column| row.try_get(column))
        .collect::<Result<_, _>>()
        .map(Totals)
}

/// The columns that [`minute_totals`] reads.
pub(crate) fn minute_list(stream: &Stream) -> String {
    format!("minute, is_closed, revision, {}", list(stream, of_minute))
}

/// Reads [`minute_list`].
pub(crate) fn minute_totals(topic: Topic, row: &AnyRow) -> Result<MinuteTotals, sqlx::Error> {
    Ok(MinuteTotals {
        minute: Minute::from_number(row.try_get(0)?),
        is_closed: row.try_get::<i64, _>(1)? != 0,
        revision: row.try_get(2)?,
        totals: totals(topic, row, 3)?,
    })
}
