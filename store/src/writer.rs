//! The one writer: jobs queue up, and all that wait are committed in one transaction, so that they share its fsync.
//!
//! Each job gets the transaction as a parameter; its answer is sent only after the commit. The events that jobs put
//! into the outbox are handed to the relay after the commit, from memory. A job that fails on its own data does not
//! fail its neighbours.

use crate::{Clock, StoreError, dialect::Dialect, pool};
use domain::{Event, Minute, Timestamp};
use sqlx::AnyConnection;
use sqlx::{Connection, Row};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};

/// Jobs that may wait for the writer.
const QUEUE_JOBS_MAX: usize = 4_096;
/// Jobs that share one transaction.
const GROUP_JOBS_MAX: usize = 256;
/// How long a caller waits who has a person waiting.
const WAIT_SECONDS_MAX: u64 = 8;

/// Something to be done in a writing transaction. It may run twice: alone, after its group failed.
pub(crate) trait Work: Send + Sync + 'static {
    type Output: Send + 'static;

    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Output, StoreError>> + Send;
}

/// The writing transaction that a job runs in.
pub(crate) struct Tx<'c> {
    pub(crate) conn: &'c mut AnyConnection,
    pub(crate) dialect: Dialect,
    /// Every minute before it is closed. The job that closes minutes moves it.
    pub(crate) closed_until: Minute,
    /// Events of this transaction, for the relay.
    pub(crate) events: Vec<Event>,
    clock: &'c Clock,
}

impl Tx<'_> {
    /// The time to stamp on an event: never inside a minute that is closed, even when the clock went back.
    pub(crate) fn event_time(&self) -> Timestamp {
        self.clock.now().max(self.closed_until.start())
    }
}

/// Hands jobs to the writer task. When the last handle is dropped, the task finishes what waits and ends.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the writer task on a connection of its own.
    pub(crate) fn start(
        url: Arc<str>,
        dialect: Dialect,
        clock: Clock,
        relay: mpsc::Sender<Event>,
        changed: Arc<Notify>,
    ) -> (Writer, tokio::task::JoinHandle<()>) {
        let (jobs, waiting) = mpsc::channel(QUEUE_JOBS_MAX);
        let task = WriterTask { url, dialect, clock, relay, changed, connection: None };
        (Writer { jobs }, tokio::spawn(task.run(waiting)))
    }

    /// Runs `work` in a transaction and answers after its commit, however long that takes. A worker that would
    /// repeat its work needs this: whoever stops waiting does not know whether it was done.
    pub(crate) async fn run<W: Work>(&self, work: W) -> Result<W::Output, StoreError> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(TypedJob { work, output: None, reply: Some(reply) });
        self.jobs.send(job).await.map_err(|_| StoreError::Closed)?;
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Like [`Writer::run`] for a caller with a person waiting: [`StoreError::Busy`] after some seconds. Work that
    /// has not begun by then is never done; work that has may still be.
    pub(crate) async fn run_in_time<W: Work>(&self, work: W) -> Result<W::Output, StoreError> {
        let wait = Duration::from_secs(WAIT_SECONDS_MAX);
        tokio::time::timeout(wait, self.run(work)).await.unwrap_or(Err(StoreError::Busy))
    }
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A job whose output type is hidden, so that all kinds share one queue.
trait Job: Send {
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), StoreError>>;
    /// Nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    fn answer(self: Box<Self>, result: Result<(), StoreError>);
}

struct TypedJob<W: Work> {
    work: W,
    output: Option<W::Output>,
    reply: Option<oneshot::Sender<Result<W::Output, StoreError>>>,
}

impl<W: Work> Job for TypedJob<W> {
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            self.output = Some(self.work.run(tx).await?);
            Ok(())
        })
    }

    fn is_abandoned(&self) -> bool {
        self.reply.as_ref().is_none_or(oneshot::Sender::is_closed)
    }

    fn answer(mut self: Box<Self>, result: Result<(), StoreError>) {
        let answer = result.and_then(|()| self.output.take().ok_or(StoreError::Closed));
        if let Some(reply) = self.reply.take() {
            // Nobody listens any more when the caller gave up; the work stands all the same.
            let _ = reply.send(answer);
        }
    }
}

struct WriterTask {
    url: Arc<str>,
    dialect: Dialect,
    clock: Clock,
    relay: mpsc::Sender<Event>,
    changed: Arc<Notify>,
    /// Opened when it is needed, and anew after it broke.
    connection: Option<AnyConnection>,
}

impl WriterTask {
    async fn run(mut self, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
        let mut group = Vec::with_capacity(GROUP_JOBS_MAX);
        while waiting.recv_many(&mut group, GROUP_JOBS_MAX).await > 0 {
            group.retain(|job| !job.is_abandoned());
            self.commit_group(std::mem::take(&mut group)).await;
            self.changed.notify_one();
        }
        if let Some(connection) = self.connection.take() {
            // SQLite folds its write-ahead log into the file when its last connection closes.
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "the writer's connection did not close cleanly");
            }
        }
    }

    async fn commit_group(&mut self, mut group: Vec<Box<dyn Job>>) {
        if group.is_empty() {
            return;
        }
        match self.attempt(&mut group).await {
            Ok(()) => group.into_iter().for_each(|job| job.answer(Ok(()))),
            Err(error) if group.len() > 1 && error.is_about_one_job() => {
                for job in group {
                    let mut alone = vec![job];
                    let result = self.attempt(&mut alone).await;
                    answer_all(alone, result);
                }
            }
            Err(error) => answer_all(group, Err(error)),
        }
    }

    /// One transaction: all of the group or nothing.
    async fn attempt(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => self.connection.insert(pool::connect(&self.url, self.dialect).await?),
        };
        match run_group(connection, self.dialect, &self.clock, group).await {
            Ok(events) => {
                for event in events {
                    // A full or closed relay loses nothing: the sweeper publishes what still waits in the outbox.
                    let _ = self.relay.try_send(event);
                }
                Ok(())
            }
            Err(error) => {
                if sqlx::query("rollback").execute(&mut *connection).await.is_err() {
                    // No transaction was open, or the connection broke: a fresh one knows of neither.
                    self.connection = None;
                }
                Err(error)
            }
        }
    }
}

fn answer_all(group: Vec<Box<dyn Job>>, result: Result<(), StoreError>) {
    let mut error = result.err();
    for job in group {
        let own = match &error {
            None => Ok(()),
            Some(StoreError::DiskFull) => Err(StoreError::DiskFull),
            // The first of the group carries the cause; to the others it is a failure that trying again may heal.
            Some(_) => Err(error.replace(StoreError::Busy).unwrap_or(StoreError::Busy)),
        };
        job.answer(own);
    }
}

async fn run_group(
    conn: &mut AnyConnection,
    dialect: Dialect,
    clock: &Clock,
    group: &mut [Box<dyn Job>],
) -> Result<Vec<Event>, StoreError> {
    sqlx::query(dialect.begin()).execute(&mut *conn).await?;
    let closed_until: i64 = sqlx::query("select closed_until from shop").fetch_one(&mut *conn).await?.try_get(0)?;
    let closed_until = Minute::from_number(closed_until);
    let mut tx = Tx { conn, dialect, closed_until, events: Vec::new(), clock };
    for job in group {
        job.run(&mut tx).await?;
    }
    let events = std::mem::take(&mut tx.events);
    sqlx::query("commit").execute(&mut *conn).await?;
    Ok(events)
}
