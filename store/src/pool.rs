//! Opening connections: each is told its settings before its first use.

use crate::StoreError;
use crate::dialect::Dialect;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool};
use sqlx::{Connection, Executor};
use std::time::Duration;

/// Connections that only read.
const READ_CONNECTIONS_MAX: u32 = 8;
/// How long a reader waits for one of them.
const READ_WAIT_SECONDS_MAX: u64 = 5;

/// A single connection that writes.
pub(crate) async fn connect(url: &str, dialect: Dialect) -> Result<AnyConnection, StoreError> {
    connect_with(url, dialect.connection_settings()).await
}

/// A single connection that only reads, and may take its time.
pub(crate) async fn connect_to_read(url: &str, dialect: Dialect) -> Result<AnyConnection, StoreError> {
    connect_with(url, dialect.reading_settings()).await
}

async fn connect_with(url: &str, settings: &[&'static str]) -> Result<AnyConnection, StoreError> {
    let mut connection = AnyConnection::connect(url).await?;
    for setting in settings {
        connection.execute(*setting).await?;
    }
    Ok(connection)
}

/// The pool of readers. On SQLite a reader never waits for the writer (write-ahead log).
pub(crate) async fn readers(url: &str, dialect: Dialect) -> Result<AnyPool, StoreError> {
    let pool = AnyPoolOptions::new()
        .max_connections(READ_CONNECTIONS_MAX)
        .acquire_timeout(Duration::from_secs(READ_WAIT_SECONDS_MAX))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                for setting in dialect.connection_settings() {
                    connection.execute(*setting).await?;
                }
                Ok(())
            })
        })
        .connect(url)
        .await?;
    Ok(pool)
}
