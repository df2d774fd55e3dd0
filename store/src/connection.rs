//! A connection that never waits for ever. PostgreSQL may fall silent in the middle of an answer: a firewall forgets
//! the connection, a machine loses its power, and no packet says so. Each answer has a limit; when it passes, the
//! connection is lost: it answers no further question, and whoever owns it drops it, which closes the socket at once.
//!
//! PostgreSQL itself ends a statement after `statement_timeout`, so a connection that says nothing for longer than that
//! is silent, not slow. SQLite lives in this process and has no such limit.

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use sqlx::any::{Any, AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Describe, Either, Error, Execute, Executor, SqlStr};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How much longer than PostgreSQL's own limit an answer may take.
const SILENCE_MARGIN: Duration = Duration::from_secs(1);
/// How long a connection may take to be made: the name, the handshakes, the password, its settings.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long a question may take that waits for no lock and no disk.
const ROUND_TRIP_WITHIN: Duration = Duration::from_secs(2);

/// A connection with limits.
#[derive(Debug)]
pub(crate) struct Conn {
    inner: AnyConnection,
    /// How long one answer, or one row of it, may take; `None` without a network.
    silence_max: Option<Duration>,
    is_lost: bool,
    made_at: Instant,
}

impl Conn {
    /// Connects and tells the connection its settings. `statement_timeout` is PostgreSQL's own limit; `None` for
    /// SQLite.
    pub(crate) async fn open(
        url: &str,
        settings: Vec<String>,
        statement_timeout: Option<Duration>,
    ) -> Result<Conn, Error> {
        let silence_max = statement_timeout.map(|limit| limit + SILENCE_MARGIN);
        let opening = async {
            let mut inner = AnyConnection::connect(url).await?;
            for setting in settings {
                inner.execute(AssertSqlSafe(setting)).await?;
            }
            Ok(Conn { inner, silence_max, is_lost: false, made_at: Instant::now() })
        };
        match silence_max {
            None => opening.await,
            Some(_) => timeout(CONNECT_WITHIN, opening).await.unwrap_or_else(|_| Err(silence(CONNECT_WITHIN))),
        }
    }

    /// It fell silent, and is of no use any more.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// How old it is.
    pub(crate) fn age(&self) -> Duration {
        self.made_at.elapsed()
    }

    /// Whether there is a network that may fall silent.
    pub(crate) fn is_remote(&self) -> bool {
        self.silence_max.is_some()
    }

    /// Asks whether the database answers.
    pub(crate) async fn ping(&mut self) -> Result<(), Error> {
        let Conn { inner, silence_max, is_lost, .. } = self;
        limited(silence_max.map(|_| ROUND_TRIP_WITHIN), is_lost, inner.ping()).await
    }

    /// Runs a statement that PostgreSQL answers at once, such as `begin`.
    pub(crate) async fn at_once(&mut self, sql: &'static str) -> Result<(), Error> {
        let Conn { inner, silence_max, is_lost, .. } = self;
        limited(silence_max.map(|_| ROUND_TRIP_WITHIN), is_lost, inner.execute(sql)).await?;
        Ok(())
    }

    /// Commits; PostgreSQL may wait for its disk, and for its replicas.
    pub(crate) async fn commit(&mut self) -> Result<(), Error> {
        let Conn { inner, silence_max, is_lost, .. } = self;
        limited(*silence_max, is_lost, inner.execute("commit")).await?;
        Ok(())
    }

    /// Says farewell and closes; one that is lost is closed without.
    pub(crate) async fn close(mut self) {
        if self.is_lost {
            return;
        }
        let limit = self.silence_max.map(|_| ROUND_TRIP_WITHIN);
        // Whatever SQLite has to say of its file, it has nothing that a later start cannot do.
        if let Err(error) = limited(limit, &mut self.is_lost, self.inner.close()).await {
            tracing::debug!(%error, "a connection to the database did not close cleanly");
        }
    }
}

/// What is said of a connection that fell silent.
fn silence(limit: Duration) -> Error {
    let words = format!("it has not answered for {} seconds; the connection was dropped", limit.as_secs());
    Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, words))
}

async fn limited<T>(
    limit: Option<Duration>,
    is_lost: &mut bool,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    if *is_lost {
        return Err(silence(Duration::ZERO));
    }
    let Some(limit) = limit else { return answer.await };
    timeout(limit, answer).await.unwrap_or_else(|_| {
        *is_lost = true;
        Err(silence(limit))
    })
}

impl<'c> Executor<'c> for &'c mut Conn {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<AnyQueryResult, AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let Conn { inner, silence_max, is_lost, .. } = self;
        let limit = *silence_max;
        if limit.is_none() {
            return inner.fetch_many(query);
        }
        // PostgreSQL sends rows as it finds them: each may take as long as a whole statement.
        let rows = Some((inner.fetch_many(query), is_lost));
        stream::unfold(rows, move |rows| async move {
            let (mut rows, is_lost) = rows?;
            let next = async { rows.next().await.transpose() };
            match limited(limit, is_lost, next).await {
                Ok(None) => None,
                Ok(Some(row)) => Some((Ok(row), Some((rows, is_lost)))),
                Err(error) => Some((Err(error), None)),
            }
        })
        .boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<AnyRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let Conn { inner, silence_max, is_lost, .. } = self;
        Box::pin(limited(*silence_max, is_lost, inner.fetch_optional(query)))
    }

    fn prepare_with<'e>(self, sql: SqlStr, parameters: &'e [AnyTypeInfo]) -> BoxFuture<'e, Result<AnyStatement, Error>>
    where
        'c: 'e,
    {
        let Conn { inner, silence_max, is_lost, .. } = self;
        Box::pin(limited(*silence_max, is_lost, inner.prepare_with(sql, parameters)))
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, Error>>
    where
        'c: 'e,
    {
        let Conn { inner, silence_max, is_lost, .. } = self;
        Box::pin(limited(*silence_max, is_lost, inner.describe(sql)))
    }
}
