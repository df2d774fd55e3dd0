//! Opening connections, and the pool of those that read.
//!
//! The pool is its own, because sqlx's asks a connection that comes back whether it still answers, and waits for that
//! without a limit: connections that fall silent would take every place in it. Here a connection comes back unasked,
//! and is asked, with a limit, before it is handed out; one that does not answer takes all others that lie idle with
//! it.

use crate::connection::Conn;
use crate::dialect::Dialect;
use crate::{DatabaseOptions, StoreError};
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use sqlx::any::{Any, AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::{Describe, Either, Error, Execute, Executor, SqlStr};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// How long a reader waits for one of the pool's connections, the making of a new one included.
const READ_WAIT: Duration = Duration::from_secs(5);
/// How long a connection may lie idle; firewalls forget those that do for longer.
const IDLE_MAX: Duration = Duration::from_secs(10 * 60);
/// How old a connection may get; PostgreSQL's side of it grows with what it has done.
const AGE_MAX: Duration = Duration::from_secs(30 * 60);
/// How long readers under way may take when the pool closes.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// A single connection that writes.
pub(crate) async fn connect(options: &DatabaseOptions, dialect: Dialect) -> Result<Conn, Error> {
    let limit = options.statement_timeout;
    Conn::open(&options.url, dialect.connection_settings(limit), dialect.is_remote().then_some(limit)).await
}

/// A single connection that only reads, and may take its time.
pub(crate) async fn connect_to_read(url: &str, dialect: Dialect) -> Result<Conn, StoreError> {
    let limit = dialect.is_remote().then_some(Dialect::LONG_READ);
    Ok(Conn::open(url, dialect.reading_settings(), limit).await?)
}

/// The connections that read. On SQLite a reader never waits for the writer (write-ahead log). Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Readers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    options: Arc<DatabaseOptions>,
    dialect: Dialect,
    places: Arc<Semaphore>,
    /// With the time since when each lies idle, the latest last.
    idle: Mutex<Vec<(Conn, Instant)>>,
}

/// A connection of the pool, in use.
#[derive(Debug)]
pub(crate) struct Reading {
    /// `None` only while it is dropped.
    conn: Option<Conn>,
    shared: Arc<Shared>,
    _place: OwnedSemaphorePermit,
}

impl Readers {
    pub(crate) fn new(options: Arc<DatabaseOptions>, dialect: Dialect) -> Readers {
        let places = Arc::new(Semaphore::new(options.read_connections_max.into()));
        Readers(Arc::new(Shared { options, dialect, places, idle: Mutex::default() }))
    }

    /// A connection that answers.
    ///
    /// # Errors
    /// [`Error::PoolTimedOut`] when none became free in time; else why none could be made.
    pub(crate) async fn acquire(&self) -> Result<Reading, Error> {
        timeout(READ_WAIT, self.acquire_patiently()).await.unwrap_or(Err(Error::PoolTimedOut))
    }

    async fn acquire_patiently(&self) -> Result<Reading, Error> {
        let shared = Arc::clone(&self.0);
        let place = Arc::clone(&shared.places).acquire_owned().await.map_err(|_| Error::PoolClosed)?;
        while let Some(mut conn) = shared.take_idle() {
            if !conn.is_remote() || conn.ping().await.is_ok() {
                return Ok(Reading { conn: Some(conn), shared, _place: place });
            }
            // Those that lay idle beside it have met the same.
            drop(shared.take_all());
        }
        let conn = connect(&shared.options, shared.dialect).await?;
        Ok(Reading { conn: Some(conn), shared, _place: place })
    }

    /// Waits for readers under way, within limits, and closes every connection.
    pub(crate) async fn close(&self) {
        let shared = &self.0;
        let _ = timeout(CLOSE_WITHIN, shared.places.acquire_many(shared.options.read_connections_max.into())).await;
        shared.places.close();
        for (conn, _) in shared.take_all() {
            conn.close().await;
        }
    }
}

impl Shared {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(Conn, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection that was used last.
    fn take_idle(&self) -> Option<Conn> {
        let mut idle = self.idle();
        idle.retain(|(conn, since)| since.elapsed() < IDLE_MAX && conn.age() < AGE_MAX);
        idle.pop().map(|(conn, _)| conn)
    }

    fn take_all(&self) -> Vec<(Conn, Instant)> {
        std::mem::take(&mut *self.idle())
    }
}

impl Deref for Reading {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.conn.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take().filter(|conn| !conn.is_lost())
            && !self.shared.places.is_closed()
        {
            self.shared.idle().push((conn, Instant::now()));
        }
    }
}

// For every lifetime, as sqlx's pool is: what it answers owns a clone.
impl<'p> Executor<'p> for &'_ Readers {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<AnyQueryResult, AnyRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Any>,
    {
        // All rows before the first is handed on: the connection is free while they are looked at.
        let readers = self.clone();
        let all = async move {
            let mut reading = readers.acquire().await?;
            let rows: Vec<_> = (&mut *reading).fetch_many(query).try_collect().await?;
            Ok::<_, Error>(stream::iter(rows.into_iter().map(Ok)))
        };
        stream::once(all).try_flatten().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let readers = self.clone();
        Box::pin(async move {
            let mut reading = readers.acquire().await?;
            (&mut *reading).fetch_optional(query).await
        })
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [AnyTypeInfo]) -> BoxFuture<'e, Result<AnyStatement, Error>>
    where
        'p: 'e,
    {
        let readers = self.clone();
        Box::pin(async move {
            let mut reading = readers.acquire().await?;
            (&mut *reading).prepare_with(sql, parameters).await
        })
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'p: 'e,
    {
        let readers = self.clone();
        Box::pin(async move {
            let mut reading = readers.acquire().await?;
            (&mut *reading).describe(sql).await
        })
    }
}
