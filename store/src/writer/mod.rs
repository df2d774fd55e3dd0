//! The one writer: jobs queue up, and all that wait are committed in one transaction, so that they share its fsync.
//!
//! Each job gets the transaction as a parameter; its answer is sent only after the commit. The events that jobs put
//! into the outbox are handed to the relay after the commit, from memory. A job that fails on its own data does not
//! fail its neighbours. `task` runs the groups; `transaction` begins and ends one.

mod task;
mod transaction;

use crate::connection::Conn;
use crate::pool::Readers;
use crate::{Clock, DatabaseOptions, StoreError, WriterState, dialect::Dialect, rollups::Rollups};
use domain::{Minute, Timestamp};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use streams::{Event, Streams};
use task::WriterTask;
use tokio::sync::{Notify, mpsc, oneshot};

/// Jobs that may wait for the writer.
const QUEUE_JOBS_MAX: usize = 4_096;
/// How long a caller waits who has a person waiting.
const WAIT_SECONDS_MAX: u64 = 8;

/// A writer that committed nothing for so long has ended: a running one closes a minute every minute.
const DEAD_AFTER_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// Forgets the marks of writers that have ended.
pub(crate) async fn forget_dead_writers(readers: &Readers, clock: &Clock) -> Result<(), StoreError> {
    sqlx::query("delete from writers where seen_at < $1")
        .bind(clock.now().plus_micros(-DEAD_AFTER_MICROS).micros())
        .execute(readers)
        .await?;
    Ok(())
}

/// Something to be done in a writing transaction. It may run twice: alone, after its group failed.
pub(crate) trait Work: Send + Sync + 'static {
    type Output: Send + 'static;
    /// Whether it closes minutes: then it runs alone, while no other server stamps an event.
    const CLOSES_MINUTES: bool = false;

    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Output, StoreError>> + Send;
}

/// The writing transaction that a job runs in.
pub(crate) struct Tx<'c> {
    pub(crate) conn: &'c mut Conn,
    pub(crate) dialect: Dialect,
    /// The streams that are declared.
    pub(crate) streams: &'c Streams,
    /// Every minute before it is closed. The job that closes minutes moves it.
    pub(crate) closed_until: Minute,
    /// Events of this transaction, for the relay.
    pub(crate) events: Vec<Event>,
    /// What its jobs add to the roll-ups.
    pub(crate) rollups: Rollups,
    /// The time, read after the transaction's locks were taken: until its commit nobody closes a minute.
    pub(crate) now: Timestamp,
}

impl Tx<'_> {
    /// The time to stamp on an event: never inside a minute that is closed, even when the clock went back.
    pub(crate) fn event_time(&self) -> Timestamp {
        self.now.max(self.closed_until.start())
    }
}

/// Hands jobs to the writer task. When the last handle is dropped, the task finishes what waits and ends.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    committed_at: CommittedAt,
}

/// When the writer last committed.
#[derive(Clone, Debug, Default)]
struct CommittedAt(Arc<Mutex<Option<Instant>>>);

impl CommittedAt {
    fn set_now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn get(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    /// Starts the writer task on a connection of its own.
    pub(crate) fn start(
        options: Arc<DatabaseOptions>,
        dialect: Dialect,
        clock: Clock,
        relay: mpsc::Sender<Event>,
        changed: Arc<Notify>,
    ) -> (Writer, tokio::task::JoinHandle<()>) {
        let (jobs, waiting) = mpsc::channel(QUEUE_JOBS_MAX);
        let committed_at = CommittedAt::default();
        let task = WriterTask::new(options, dialect, clock, relay, changed, committed_at.clone());
        (Writer { jobs, committed_at }, tokio::spawn(task.run(waiting)))
    }

    pub(crate) fn state(&self) -> WriterState {
        WriterState {
            committed_ago: self.committed_at.get().map(|at| at.elapsed()),
            waiting_jobs: self.jobs.max_capacity() - self.jobs.capacity(),
        }
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
    fn closes_minutes(&self) -> bool;
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

    fn closes_minutes(&self) -> bool {
        W::CLOSES_MINUTES
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
