//! The beginning of a writing transaction: its locks, its mark, and the time that its events are stamped with.
//!
//! Every group writes its id into its writer's row. A group that is tried again, because the answer to its commit was
//! lost, finds its own id there exactly when that commit was done; while the old attempt is still under way, its row
//! lock makes the new one wait.

use crate::{Clock, StoreError, connection::Conn, dialect::Dialect};
use domain::{Minute, Timestamp};
use sqlx::Row;

/// Who begins, and what.
pub(super) struct Group<'a> {
    /// The writer's uuid.
    pub(super) writer: &'a str,
    /// The group's uuid; the same for each attempt.
    pub(super) group: &'a str,
    /// Then no other server may stamp an event meanwhile.
    pub(super) closes_minutes: bool,
}

/// What holds in a transaction that has begun.
pub(super) struct Begun {
    /// An earlier attempt of this group was committed: do nothing.
    pub(super) was_committed_before: bool,
    /// Every minute before it is closed, until this transaction ends.
    pub(super) closed_until: Minute,
    /// The time.
    pub(super) now: Timestamp,
}

pub(super) async fn begin(
    conn: &mut Conn,
    dialect: Dialect,
    clock: &Clock,
    group: &Group<'_>,
) -> Result<Begun, StoreError> {
    // PostgreSQL does so at once; SQLite waits for the file, without the limit of a round trip.
    conn.at_once(dialect.begin()).await?;
    for statement in dialect.lock_minutes(group.closes_minutes) {
        sqlx::query(*statement).execute(&mut *conn).await?;
    }
    let marked = sqlx::query(
        "insert into writers (writer, last_group, seen_at)
         values ($1, $2, $3)
             on conflict (writer) do update
            set last_group = excluded.last_group, seen_at = excluded.seen_at
          where writers.last_group <> excluded.last_group",
    )
    .bind(group.writer)
    .bind(group.group)
    .bind(clock.now().micros())
    .execute(&mut *conn)
    .await?;
    let row = sqlx::query(dialect.closed_until_and_time()).fetch_one(&mut *conn).await?;
    Ok(Begun {
        was_committed_before: marked.rows_affected() == 0,
        closed_until: Minute::from_number(row.try_get(0)?),
        now: match dialect {
            Dialect::Sqlite => clock.now(),
            // One clock for all servers: the database's.
            Dialect::Postgres => clock.shifted(Timestamp::from_micros(row.try_get(1)?)),
        },
    })
}
