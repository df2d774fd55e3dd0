//! Migrations: makes or upgrades the tables before anything else uses them. No statement of theirs has a limit, since
//! they may rewrite what years have filled. Of servers that start at once, one migrates, and the others wait.

use crate::dialect::Dialect;
use crate::{Clock, DatabaseOptions, StoreError, tables};
use domain::{Minute, Timestamp};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use streams::Topic;
use tokio::time::Instant;

/// This version, as [`StoreError::Open`] names it to an older one.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// How long a database that is just starting is waited for.
const STARTS_WITHIN: Duration = Duration::from_secs(5);
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(100);
/// How often a preparation that takes long says so.
const SAY_EVERY: Duration = Duration::from_secs(10);

/// What is known of the database once it is prepared.
pub(crate) struct Prepared {
    /// The uuid of this database.
    pub(crate) source: Arc<str>,
    /// The minute of the shop's first start.
    pub(crate) first_minute: Minute,
    /// From which minute on each declared stream is counted.
    pub(crate) first_minutes: BTreeMap<Topic, Minute>,
}

/// Brings the tables to this version and to the declared streams.
///
/// # Errors
/// [`StoreError::Open`], in words: the database cannot be reached, or a newer version has upgraded it.
pub(crate) async fn migrate(
    options: &DatabaseOptions,
    dialect: Dialect,
    clock: &Clock,
) -> Result<Prepared, StoreError> {
    let migrator = match dialect {
        Dialect::Sqlite => sqlx::migrate!("migrations/sqlite"),
        Dialect::Postgres => sqlx::migrate!("migrations/postgres"),
    };
    let mut conn = connect(&options.url).await.map_err(refused)?;
    for setting in dialect.migrating_settings(options.statement_timeout) {
        conn.execute(AssertSqlSafe(setting)).await.map_err(refused)?;
    }
    let prepared = say_while_it_takes(prepare(&mut conn, dialect, &migrator, options, clock)).await?;
    // Ends its lock, too.
    if let Err(error) = conn.close().await {
        tracing::debug!(%error, "the migrating connection did not close cleanly");
    }
    Ok(prepared)
}

async fn connect(url: &str) -> Result<AnyConnection, sqlx::Error> {
    let began = Instant::now();
    loop {
        let error = match tokio::time::timeout(STARTS_WITHIN, AnyConnection::connect(url)).await {
            Ok(Ok(conn)) => return Ok(conn),
            Ok(Err(error)) => error,
            Err(_) => return Err(sqlx::Error::PoolTimedOut),
        };
        if !is_starting(&error) || began.elapsed() > STARTS_WITHIN {
            return Err(error);
        }
        tokio::time::sleep(TRY_AGAIN_AFTER).await;
    }
}

/// Nobody listens yet, or PostgreSQL says that it is starting up.
fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        error => error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "57P03"),
    }
}

async fn prepare(
    conn: &mut AnyConnection,
    dialect: Dialect,
    migrator: &Migrator,
    options: &DatabaseOptions,
    clock: &Clock,
) -> Result<Prepared, StoreError> {
    if let Some(lock) = dialect.try_lock_migrations() {
        let row = sqlx::query(lock.try_now).fetch_one(&mut *conn).await.map_err(refused)?;
        if row.try_get::<i64, _>(0).map_err(refused)? == 0 {
            tracing::info!("another server is preparing the database; this one waits until it is done");
            sqlx::query(lock.wait).execute(&mut *conn).await.map_err(refused)?;
        }
    }
    match migrator.run_direct(None, &mut *conn, false).await {
        Ok(()) => {}
        Err(MigrateError::VersionMissing(_)) => return Err(newer_version(conn, migrator).await),
        Err(error) => return Err(cannot_prepare(error)),
    }
    sqlx::query(
        "insert into versions (version, newest_migration, first_opened_at)
         values ($1, $2, $3)
             on conflict (version) do update set newest_migration = excluded.newest_migration",
    )
    .bind(VERSION)
    .bind(newest(migrator))
    .bind(clock.now().micros())
    .execute(&mut *conn)
    .await
    .map_err(refused)?;
    let (source, first_minute) = shop_row(conn, dialect, clock).await.map_err(refused)?;
    let first_minutes = tables::prepare(conn, dialect, &options.streams).await.map_err(refused)?;
    Ok(Prepared { source, first_minute, first_minutes })
}

/// Reads who this database is; the first start writes it.
async fn shop_row(conn: &mut AnyConnection, dialect: Dialect, clock: &Clock) -> Result<(Arc<str>, Minute), StoreError> {
    let now = match dialect.time() {
        None => clock.now(),
        Some(sql) => clock.shifted(Timestamp::from_micros(sqlx::query(sql).fetch_one(&mut *conn).await?.try_get(0)?)),
    };
    sqlx::query(
        "insert into shop (id, source, first_minute, closed_until)
         values (1, $1, $2, $2)
         on conflict (id) do nothing",
    )
    .bind(uuid::Uuid::new_v4().to_string())
    .bind(Minute::of(now).number())
    .execute(&mut *conn)
    .await?;
    let row = sqlx::query("select source, first_minute from shop").fetch_one(&mut *conn).await?;
    Ok((row.try_get::<String, _>(0)?.into(), Minute::from_number(row.try_get(1)?)))
}

fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Names the version that the database needs.
async fn newer_version(conn: &mut AnyConnection, migrator: &Migrator) -> StoreError {
    let known = newest(migrator);
    let sql = "select (select cast(max(version) as bigint) from _sqlx_migrations),
                      (select version
                         from versions
                        where newest_migration >= (select max(version) from _sqlx_migrations)
                        order by newest_migration, first_opened_at
                        limit 1)";
    let row = sqlx::query(sql).fetch_one(conn).await;
    let found = row.and_then(|row| Ok((row.try_get::<i64, _>(0)?, row.try_get::<Option<String>, _>(1)?)));
    let (applied, needed) = found.unwrap_or((known, None));
    let needed = needed.map_or_else(|| "the newer version".to_owned(), |version| format!("Pantry {version} or later"));
    StoreError::Open(format!(
        "a newer version has upgraded this database to migration {applied}, and this one, Pantry {VERSION}, knows \
         {known}; start {needed}, or restore the backup that was made before the upgrade",
    ))
}

fn refused(error: impl Into<StoreError>) -> StoreError {
    match error.into() {
        refused @ StoreError::Open(_) => refused,
        error => cannot_prepare(error),
    }
}

fn cannot_prepare(error: impl std::fmt::Display) -> StoreError {
    StoreError::Open(format!("cannot prepare the database: {error}"))
}

/// Says every now and then that the work is still under way.
async fn say_while_it_takes<T>(work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(SAY_EVERY) => {
                tracing::info!(seconds = began.elapsed().as_secs(), "the database is still being prepared");
            }
        }
    }
}
