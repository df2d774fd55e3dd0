//! The writer's task: takes what waits, commits it in groups, and answers. A group whose commit lost its answer,
//! because the connection broke, is neither repeated nor given up before it is known what became of it.

use super::transaction::{Group, begin};
use super::{Job, Tx};
use crate::{Clock, DatabaseOptions, StoreError, dialect::Dialect, pool, rollups::Rollups};
use domain::Event;
use sqlx::{AnyConnection, Connection};
use std::sync::Arc;
use std::time::Duration;
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
    /// This process, for the table that remembers each writer's last group.
    writer: String,
    /// Opened when it is needed, and anew after it broke.
    connection: Option<AnyConnection>,
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
    ) -> WriterTask {
        let writer = Uuid::new_v4().to_string();
        WriterTask { options, dialect, clock, relay, changed, writer, connection: None }
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
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "the writer's connection did not close cleanly");
            }
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
            let error = match self.attempt(jobs, &group, &mut fate).await {
                Ok(events) => {
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
        let done = run_group(connection, self.dialect, &self.clock, &group, jobs, fate).await;
        if done.is_err() && sqlx::query("rollback").execute(&mut *connection).await.is_err() {
            // No transaction was open, or the connection broke: a fresh one knows of neither.
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
    conn: &mut AnyConnection,
    dialect: Dialect,
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
    match sqlx::query("commit").execute(&mut *conn).await {
        Ok(_) => {
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
