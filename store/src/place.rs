//! A server's place in a PostgreSQL database: servers that count through one Kafka cluster share it, and one with an
//! embedded broker has it alone. Each embedded broker is a log of its own; two of them would count other producers'
//! records twice. A SQLite file has one server anyway.
//!
//! The place is an advisory lock, which PostgreSQL takes back as soon as the connection ends, however it ends.

use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::{DatabaseOptions, Store, StoreError, pool};
use sqlx::Row;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long a server that is stopping is waited for.
const FREE_WITHIN: Duration = Duration::from_secs(5);
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(200);
/// How often the connection is asked whether it still stands.
const CHECK_EVERY: Duration = Duration::from_secs(2);
/// The pause before a lost connection is made again.
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// Who else may use the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Servers that count through the same cluster.
    Shared,
    /// Nobody.
    Alone,
}

/// A place that is held. It is free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    conn: Conn,
    options: Arc<DatabaseOptions>,
    dialect: Dialect,
    sharing: Sharing,
}

impl Store {
    /// Takes this server's place in the database; waits some seconds for a server that is stopping. `None` on SQLite,
    /// whose file has one server.
    ///
    /// # Errors
    /// [`StoreError::Open`] when another server is there with which this one cannot share; else what the database says.
    pub async fn take_place(&self, sharing: Sharing) -> Result<Option<Place>, StoreError> {
        if self.dialect == Dialect::Sqlite {
            return Ok(None);
        }
        let conn = pool::connect(&self.options, self.dialect).await?;
        let mut place = Place { conn, options: Arc::clone(&self.options), dialect: self.dialect, sharing };
        let began = Instant::now();
        while !place.lock().await? {
            if began.elapsed() > FREE_WITHIN {
                return Err(StoreError::Open(refusal(sharing).to_owned()));
            }
            tokio::time::sleep(TRY_AGAIN_AFTER).await;
        }
        Ok(Some(place))
    }
}

fn refusal(sharing: Sharing) -> &'static str {
    match sharing {
        Sharing::Alone => {
            "another server uses this database, and this one would run the embedded broker; several servers on one \
             PostgreSQL need one Kafka cluster: set KAFKA_BOOTSTRAP_SERVERS for each of them, or stop the other one first"
        }
        Sharing::Shared => {
            "another server uses this database with an embedded broker; several servers on one PostgreSQL need one Kafka \
             cluster: set KAFKA_BOOTSTRAP_SERVERS for the other one, too, or stop it first"
        }
    }
}

impl Place {
    /// Holds the place until `release`. Ends earlier, with an error in the log, when the connection was lost and
    /// another server took the place meanwhile: this one must stop then.
    pub async fn hold(mut self, release: CancellationToken) {
        loop {
            tokio::select! {
                () = release.cancelled() => break,
                () = tokio::time::sleep(CHECK_EVERY) => {}
            }
            if self.conn.ping().await.is_ok() {
                continue;
            }
            match self.take_again(&release).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::error!(%error, "this server lost its place in the database and must stop");
                    return;
                }
            }
        }
        self.conn.close().await;
    }

    /// Takes the place on a new connection, as soon as the database answers. `false`: it was released meanwhile.
    async fn take_again(&mut self, release: &CancellationToken) -> Result<bool, StoreError> {
        loop {
            match self.reconnected().await {
                Ok(true) => return Ok(true),
                Ok(false) => return Err(StoreError::Open(refusal(self.sharing).to_owned())),
                Err(error) => tracing::debug!(%error, "this server's place in the database is not back yet"),
            }
            tokio::select! {
                () = release.cancelled() => return Ok(false),
                () = tokio::time::sleep(RECONNECT_PAUSE) => {}
            }
        }
    }

    async fn reconnected(&mut self) -> Result<bool, StoreError> {
        self.conn = pool::connect(&self.options, self.dialect).await?;
        self.lock().await
    }

    async fn lock(&mut self) -> Result<bool, StoreError> {
        let row =
            sqlx::query(self.dialect.take_place(self.sharing == Sharing::Alone)).fetch_one(&mut self.conn).await?;
        Ok(row.try_get::<i64, _>(0)? == 1)
    }
}
