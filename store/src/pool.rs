//! Opening connections: each is told its settings before its first use.

use crate::dialect::Dialect;
use crate::{DatabaseOptions, StoreError};
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, Connection, Executor};
use std::time::Duration;

/// How long a reader waits for one of the pool's connections.
const READ_WAIT_SECONDS_MAX: u64 = 5;

/// A single connection that writes.
pub(crate) async fn connect(options: &DatabaseOptions, dialect: Dialect) -> Result<AnyConnection, StoreError> {
    connect_with(&options.url, dialect.connection_settings(options.statement_timeout)).await
}

/// A single connection that only reads, and may take its time.
pub(crate) async fn connect_to_read(url: &str, dialect: Dialect) -> Result<AnyConnection, StoreError> {
    connect_with(url, dialect.reading_settings()).await
}

async fn connect_with(url: &str, settings: Vec<String>) -> Result<AnyConnection, StoreError> {
    let mut connection = AnyConnection::connect(url).await?;
    tell(&mut connection, settings).await?;
    Ok(connection)
}

async fn tell(connection: &mut AnyConnection, settings: Vec<String>) -> Result<(), sqlx::Error> {
    for setting in settings {
        connection.execute(AssertSqlSafe(setting)).await?;
    }
    Ok(())
}

/// The pool of readers. On SQLite a reader never waits for the writer (write-ahead log).
pub(crate) async fn readers(options: &DatabaseOptions, dialect: Dialect) -> Result<AnyPool, StoreError> {
    let timeout = options.statement_timeout;
    let pool = AnyPoolOptions::new()
        .max_connections(options.read_connections_max.into())
        .acquire_timeout(Duration::from_secs(READ_WAIT_SECONDS_MAX))
        .after_connect(move |connection, _| Box::pin(tell(connection, dialect.connection_settings(timeout))))
        .connect(&options.url)
        .await?;
    Ok(pool)
}
