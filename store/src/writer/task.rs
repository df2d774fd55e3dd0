//! The writer's task: takes what waits, commits it in groups, and answers. A group whose commit lost its answer,
//! because the connection broke or fell silent, is neither repeated nor given up before it is known what became of it.
//!
//! No attempt waits for ever: each answer of PostgreSQL has a limit (`connection`), a second longer than the limit that
//! PostgreSQL sets itself for a statement and for a transaction that idles. When it passes, the connection is dropped
//! and the group tried again on a fresh one. By then the old transaction may still be open and hold its locks, among
//! them the one on this writer's row, at which the new attempt waits. PostgreSQL ends it: a statement at the latest
//! after `statement_timeout`, and then the transaction after `idle_in_transaction_session_timeout`, which is as long.
//! Both began before this side's limit did, so the new attempt waits for less than one such time, and is not cut off
//! itself. Then it finds the group's mark, or knows that the old transaction is gone and never will be committed: what
//! it was told on the dropped connection later, it is told by nobody.

use super::transaction::{Group, begin};
use super::{CommittedAt, Job, Tx};
use crate::connection::Conn;
use crate::{Clock, DatabaseOptions, StoreError, dialect::Dialect, pool, rollups::Rollups};
use std::sync::Arc;
use std::time::Duration;
use streams::{Event, Streams};
use tokio::sync::{Notify, mpsc};
use uuid::Uuid;

/// Jobs that share one transaction.
const GROUP_JOBS_MAX: usize = 256;
/// How often a group is tried that met another server's in the wrong order.
const DEADLOCK_TRIES_MAX: u32 = 5;
/// The pause before it is asked again what became of a commit.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(200);

type Jobs = Vec<Box<dyn Job>>;

pub(super) struct WriterTask {
    options: Arc<DatabaseOptions>,
    dialect: Dialect,
    clock: Clock,
    relay: mpsc::Sender<Event>,
    changed: Arc<Notify>,
    committed_at: CommittedAt,
    /// This process, for the table that remembers each writer's last group.
    writer: String,
    /// Opened when it is needed, and anew after it broke.
    connection: Option<Conn>,
}

/// What is known of a group's commit.
#[derive(Default)]
struct Fate {
    /// The events of an attempt whose commit was not answered. `None`: no such attempt is open.
    unanswered: Option<Vec<Event>>,
}

impl WriterTask {
    pub(super) fn new(
        options: Arc<DatabaseOptions>,
        dialect: Dialect,
        clock: Clock,
        relay: mpsc::Sender<Event>,
        changed: Arc<Notify>,
        committed_at: CommittedAt,
    ) -> WriterTask {
        let writer = Uuid::new_v4().to_string();
        WriterTask { options, dialect, clock, relay, changed, committed_at, writer, connection: None }
    }

    pub(super) async fn run(mut self, mut waiting: mpsc::Receiver<Box<dyn Job>>) {
        let mut taken = Vec::with_capacity(GROUP_JOBS_MAX);
        while waiting.recv_many(&mut taken, GROUP_JOBS_MAX).await > 0 {
            taken.retain(|job| !job.is_abandoned());
            for group in groups(std::mem::take(&mut taken)) {
                self.commit_group(group).await;
                self.changed.notify_one();
            }
        }
        if let Some(connection) = self.connection.take() {
            // SQLite folds its write-ahead log into the file when its last connection closes.
            connection.close().await;
        }
    }

    async fn commit_group(&mut self, mut group: Jobs) {
        match self.commit(&mut group).await {
            Ok(()) => answer_all(group, Ok(())),
            Err(error) if group.len() > 1 && error.is_about_one_job() => {
                for job in group {
                    let mut alone = vec![job];
                    let result = self.commit(&mut alone).await;
                    answer_all(alone, result);
                }
            }
            Err(error) => answer_all(group, Err(error)),
        }
    }

    /// All of the group or nothing, once.
    async fn commit(&mut self, jobs: &mut Jobs) -> Result<(), StoreError> {
        let group = Uuid::new_v4().to_string();
        let mut fate = Fate::default();
        let mut deadlocks = 0;
        loop {
            let was_open = self.connection.is_some();
            let error = match self.attempt(jobs, &group, &mut fate).await {
                Ok(events) => {
                    self.committed_at.set_now();
                    self.relay(events);
                    return Ok(());
                }
                Err(error) => error,
            };
            if fate.unanswered.is_some() {
                tracing::warn!(%error, "the answer to a commit was lost; asking what became of it");
                tokio::time::sleep(ASK_AGAIN_AFTER).await;
            } else if error.is_deadlock() && deadlocks < DEADLOCK_TRIES_MAX {
                deadlocks += 1;
            } else if was_open && self.connection.is_none() && matches!(error, StoreError::Unreachable(_)) {
                // It broke or fell silent since it was last used, or on the way, and no commit was asked for: nothing
                // of this attempt will ever be there. Once: a fresh one that fails too is a database that is away.
                tracing::warn!(%error, "the writer's connection was lost; trying again on a fresh one");
            } else {
                return Err(error);
            }
        }
    }

    /// One transaction. An attempt after one that was not answered finds that one's mark, if it was committed.
    async fn attempt(&mut self, jobs: &mut Jobs, group: &str, fate: &mut Fate) -> Result<Vec<Event>, StoreError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => self.connection.insert(pool::connect(&self.options, self.dialect).await?),
        };
        let closes_minutes = jobs.iter().any(|job| job.closes_minutes());
        let group = Group { writer: &self.writer, group, closes_minutes };
        let streams = &self.options.streams;
        let done = run_group(connection, self.dialect, streams, &self.clock, &group, jobs, fate).await;
        if done.is_err() && connection.at_once("rollback").await.is_err() {
            // No transaction was open, or the connection broke or fell silent: a fresh one knows of neither. Dropped,
            // it is closed at once.
            self.connection = None;
        }
        done
    }

    fn relay(&self, events: Vec<Event>) {
        for event in events {
            // A full or closed relay loses nothing: the sweeper publishes what still waits in the outbox.
            let _ = self.relay.try_send(event);
        }
    }
}

/// Whatever stands together, in order; a job that closes minutes stands alone.
fn groups(jobs: Jobs) -> Vec<Jobs> {
    let mut groups: Vec<Jobs> = Vec::new();
    let mut is_open = false;
    for job in jobs {
        let stands_alone = job.closes_minutes();
        match groups.last_mut() {
            Some(group) if is_open && !stands_alone => group.push(job),
            _ => groups.push(vec![job]),
        }
        is_open = !stands_alone;
    }
    groups
}

fn answer_all(group: Jobs, result: Result<(), StoreError>) {
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
    conn: &mut Conn,
    dialect: Dialect,
    streams: &Streams,
    clock: &Clock,
    group: &Group<'_>,
    jobs: &mut Jobs,
    fate: &mut Fate,
) -> Result<Vec<Event>, StoreError> {
    let begun = begin(conn, dialect, clock, group).await?;
    if begun.was_committed_before {
        sqlx::query("rollback").execute(&mut *conn).await?;
        return Ok(fate.unanswered.take().unwrap_or_default());
    }
    // An earlier attempt, if any, is known to have failed: its mark would be there.
    fate.unanswered = None;
    let mut tx = Tx {
        conn,
        dialect,
        streams,
        closed_until: begun.closed_until,
        events: Vec::new(),
        rollups: Rollups::default(),
        now: begun.now,
    };
    for job in jobs {
        job.run(&mut tx).await?;
    }
    let Tx { events, rollups, .. } = tx;
    rollups.write(conn, dialect).await?;
    if !events.is_empty() {
        crash::step("before_outbox_commit");
    }
    match conn.commit().await {
        Ok(()) => {
            if !events.is_empty() {
                crash::step("after_outbox_commit");
            }
            Ok(events)
        }
        Err(error) => {
            if leaves_commit_open(&error) {
                fate.unanswered = Some(events);
            }
            Err(error.into())
        }
    }
}

/// Whether a failed `commit` may have been done all the same: the database did not answer, or was shut down meanwhile
/// (class 57P of PostgreSQL's error codes).
fn leaves_commit_open(error: &sqlx::Error) -> bool {
    match error.as_database_error() {
        None => true,
        Some(error) => error.code().is_some_and(|code| code.starts_with("57P")),
    }
}
