//! The few places where SQLite's and PostgreSQL's SQL differ. All other SQL is one portable text.

use crate::StoreError;
use crate::connection::Conn;
use sqlx::{AnyConnection, AssertSqlSafe};
use std::time::Duration;

/// How long it waits for a SQLite file that is locked whole.
const BUSY_READER: Duration = Duration::from_secs(5);

/// Which SQL the database speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The lock that a server holds while it migrates, as two statements.
pub(crate) struct MigrationLock {
    /// Takes it if it is free: 1, else 0.
    pub(crate) try_now: &'static str,
    pub(crate) wait: &'static str,
}

impl Dialect {
    /// How long a check of everything may read.
    pub(crate) const LONG_READ: Duration = Duration::from_secs(60);

    pub(crate) fn of_known_url(url: &str) -> Result<Dialect, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Ok(Dialect::Sqlite),
            Some("postgres" | "postgresql") => Ok(Dialect::Postgres),
            _ => Err(StoreError::Open("the database address must begin with sqlite:// or postgres://".to_owned())),
        }
    }

    /// Whether a network lies between.
    pub(crate) fn is_remote(self) -> bool {
        self == Dialect::Postgres
    }

    /// The lock of the server that migrates, held until its connection ends. A SQLite file has one server.
    pub(crate) fn try_lock_migrations(self) -> Option<MigrationLock> {
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some(MigrationLock {
                try_now: "select cast(cast(pg_try_advisory_lock(7081401) as int) as bigint)",
                wait: "select pg_advisory_lock(7081401)",
            }),
        }
    }

    /// The database's own clock, in microseconds since 1970, as an expression.
    pub(crate) fn database_micros(self) -> &'static str {
        match self {
            Dialect::Sqlite => "cast(unixepoch('subsec') * 1000000 as bigint)",
            Dialect::Postgres => "cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)",
        }
    }

    /// Takes a server's place, alone or shared, until the connection ends, if that can be now: 1, else 0. PostgreSQL
    /// only.
    pub(crate) fn take_place(self, alone: bool) -> &'static str {
        if alone {
            "select cast(cast(pg_try_advisory_lock(7081402) as int) as bigint)"
        } else {
            "select cast(cast(pg_try_advisory_lock_shared(7081402) as int) as bigint)"
        }
    }

    /// How many connections of servers there are beside this one; `None` where a lock says whether one runs.
    pub(crate) fn other_servers(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some(
                "select count(*)
                   from pg_stat_activity
                  where datname = current_database() and application_name = 'pantry' and pid <> pg_backend_pid()",
            ),
        }
    }

    /// What a connection is told that migrates: nothing it does has a limit.
    pub(crate) fn migrating_settings(self, busy_timeout: Duration) -> Vec<String> {
        match self {
            Dialect::Sqlite => self.connection_settings(busy_timeout),
            Dialect::Postgres => {
                statement_timeout(Duration::ZERO).into_iter().chain([APPLICATION.to_owned()]).collect()
            }
        }
    }

    /// Fills `{rows}` in a statement: the rows of the JSON array in `$1`, each a JSON array named `value`, read with
    /// `value ->> 0`. One bound parameter for a whole batch is the fastest way on both.
    pub(crate) fn with_rows(self, sql: &str) -> String {
        sql.replace(
            "{rows}",
            match self {
                Dialect::Sqlite => "json_each($1)",
                Dialect::Postgres => "jsonb_array_elements(cast($1 as jsonb)) as rows (value)",
            },
        )
    }

    /// Runs such a statement over `rows`.
    pub(crate) async fn run(self, conn: &mut Conn, sql: &str, rows: &impl serde::Serialize) -> Result<(), StoreError> {
        let json = serde_json::to_string(rows).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        sqlx::query(AssertSqlSafe(self.with_rows(sql))).bind(json).execute(conn).await?;
        Ok(())
    }

    /// Whether there is such a table. Not for a server that runs: PostgreSQL is asked by the name alone.
    pub(crate) async fn has_table(self, conn: &mut AnyConnection, table: &str) -> Result<bool, StoreError> {
        let sql = match self {
            Dialect::Sqlite => "select 1 from sqlite_master where type = 'table' and name = $1",
            Dialect::Postgres => {
                "select 1 from information_schema.tables where table_schema = current_schema() and table_name = $1"
            }
        };
        Ok(sqlx::query(sql).bind(table).fetch_optional(conn).await?.is_some())
    }

    /// Whether a table has such a column.
    pub(crate) async fn has_column(
        self,
        conn: &mut AnyConnection,
        table: &str,
        column: &str,
    ) -> Result<bool, StoreError> {
        let sql = match self {
            Dialect::Sqlite => "select 1 from pragma_table_info($1) where name = $2",
            Dialect::Postgres => {
                "select 1 from information_schema.columns
                  where table_schema = current_schema() and table_name = $1 and column_name = $2"
            }
        };
        Ok(sqlx::query(sql).bind(table).bind(column).fetch_optional(conn).await?.is_some())
    }

    /// A text as JSON writes it, `null` where there is none.
    pub(crate) fn json_text(self, column: &str) -> String {
        match self {
            Dialect::Sqlite => format!("json_quote({column})"),
            Dialect::Postgres => format!("coalesce(cast(to_json({column}) as text), 'null')"),
        }
    }

    /// A member of a JSON object that a text column holds, as text.
    pub(crate) fn json_member(self, column: &str, member: &str) -> String {
        match self {
            Dialect::Sqlite => format!("({column} ->> '{member}')"),
            Dialect::Postgres => format!("(cast({column} as json) ->> '{member}')"),
        }
    }

    /// The highest outbox id ever issued, also when its row is long gone.
    pub(crate) fn highest_outbox_id(self) -> &'static str {
        match self {
            Dialect::Sqlite => "select cast(seq as bigint) from sqlite_sequence where name = 'outbox'",
            Dialect::Postgres => {
                "select last_value
                   from pg_sequences
                  where schemaname = current_schema() and sequencename = 'outbox_id_seq' and last_value is not null"
            }
        }
    }

    /// Starts a writing transaction; on SQLite it takes the write lock at once, so that it cannot fail later for it.
    pub(crate) fn begin(self) -> &'static str {
        match self {
            Dialect::Sqlite => "begin immediate",
            Dialect::Postgres => "begin",
        }
    }

    /// What makes sure that a minute is not closed while an event is stamped into it. Held until the transaction ends.
    /// On SQLite the write lock does; on PostgreSQL writers share a lock that a closer takes alone, or gives up soon
    /// rather than hold up the orders that queue behind it.
    pub(crate) fn lock_minutes(self, alone: bool) -> &'static [&'static str] {
        match (self, alone) {
            (Dialect::Sqlite, _) => &[],
            (Dialect::Postgres, false) => &["select pg_advisory_xact_lock_shared(7081400)"],
            (Dialect::Postgres, true) => &["set local lock_timeout = '500ms'", "select pg_advisory_xact_lock(7081400)"],
        }
    }

    /// `closed_until`, and the database's own time in microseconds where it keeps one for all servers.
    pub(crate) fn closed_until_and_time(self) -> &'static str {
        match self {
            Dialect::Sqlite => "select closed_until from shop",
            // `clock_timestamp()`: `now()` is the transaction's start, before its locks were held.
            Dialect::Postgres => {
                "select closed_until, cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) from shop"
            }
        }
    }

    /// The database's own time in microseconds, where it keeps one for all servers.
    pub(crate) fn time(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => None,
            Dialect::Postgres => Some("select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)"),
        }
    }

    /// The end of a subselect that locks rows in one order, so that two servers do not wait for one another.
    pub(crate) fn in_locking_order(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => "order by id for update",
        }
    }

    /// The end of a subselect that leaves out rows which another server is about to change.
    pub(crate) fn those_that_are_free(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => "for update skip locked",
        }
    }

    /// Starts a transaction in which everything is read as it was at one instant.
    pub(crate) fn begin_snapshot(self) -> &'static [&'static str] {
        match self {
            // The first read takes the snapshot; a reader holds up nobody in write-ahead mode.
            Dialect::Sqlite => &["pragma query_only = on", "begin"],
            Dialect::Postgres => &["begin transaction isolation level repeatable read read only"],
        }
    }

    /// What a connection is told that only reads, and may read for long.
    pub(crate) fn reading_settings(self) -> Vec<String> {
        match self {
            Dialect::Sqlite => vec![busy_timeout(BUSY_READER)],
            Dialect::Postgres => postgres_settings(Dialect::LONG_READ),
        }
    }

    /// What each connection is told before its first use.
    pub(crate) fn connection_settings(self, timeout: Duration) -> Vec<String> {
        match self {
            Dialect::Sqlite => vec![
                busy_timeout(timeout),
                "pragma journal_mode = wal".to_owned(),
                // FULL: a commit that was answered survives a power cut, not only a killed process.
                "pragma synchronous = full".to_owned(),
                "pragma foreign_keys = on".to_owned(),
                // What is deleted is overwritten with zeros: a customer's address must not stay in free pages.
                "pragma secure_delete = on".to_owned(),
            ],
            Dialect::Postgres => postgres_settings(timeout),
        }
    }
}

fn busy_timeout(wait: Duration) -> String {
    format!("pragma busy_timeout = {}", wait.as_millis())
}

/// PostgreSQL finds out about a server that is gone within a minute, and not only when the system's two hours are over:
/// what it left open would hold places and, in a transaction, locks. Without a network these say nothing.
const FINDS_OUT: [&str; 4] = [
    "set tcp_keepalives_idle = 30",
    "set tcp_keepalives_interval = 10",
    "set tcp_keepalives_count = 3",
    "set tcp_user_timeout = 30000",
];

/// How PostgreSQL's list of connections shows those of servers.
const APPLICATION: &str = "set application_name = 'pantry'";

fn postgres_settings(limit: Duration) -> Vec<String> {
    let others = FINDS_OUT.into_iter().chain([APPLICATION]);
    statement_timeout(limit).into_iter().chain(others.map(str::to_owned)).collect()
}

fn statement_timeout(limit: Duration) -> Vec<String> {
    let names = ["statement_timeout", "idle_in_transaction_session_timeout"];
    names.map(|name| format!("set {name} = {}", limit.as_millis())).to_vec()
}
