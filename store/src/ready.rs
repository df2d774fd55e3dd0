//! Whether the shop can sell: the database answers, and the writer commits. And the database's own clock.

use crate::dialect::Dialect;
use crate::pool::Readers;
use crate::writer::{Tx, Work};
use crate::{Clock, Store, StoreError};
use domain::Timestamp;
use sqlx::Row;
use std::time::Duration;

/// A commit that is so recent says that the writer works.
const RECENT: Duration = Duration::from_secs(2);
/// How long an answer may take: of the writer, with everything that waits before it.
const ANSWERS_WITHIN: Duration = Duration::from_secs(4);

/// What can be known of the writer without the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriterState {
    /// The time since its last commit; `None` before the first one.
    pub committed_ago: Option<Duration>,
    /// Jobs that wait in its queue.
    pub waiting_jobs: usize,
}

impl Store {
    /// Whether the database answers who only reads.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when it takes too long; else what it says instead.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let asked = sqlx::query("select 1").execute(&self.readers);
        tokio::time::timeout(ANSWERS_WITHIN, asked).await.map_err(|_| StoreError::Busy)??;
        Ok(())
    }

    /// Whether the writer commits: it has just done so, or does so now, when it is asked.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when it takes too long; else what the database says.
    pub async fn writer_works(&self) -> Result<(), StoreError> {
        // Whoever asks while another asks hears the same.
        let _alone = self.writer_probe.lock().await;
        if self.writer_state().committed_ago.is_some_and(|ago| ago <= RECENT) {
            return Ok(());
        }
        tokio::time::timeout(ANSWERS_WITHIN, self.writer.run(Nothing)).await.unwrap_or(Err(StoreError::Busy))
    }

    /// What can be known of the writer without asking the database.
    #[must_use]
    pub fn writer_state(&self) -> WriterState {
        self.writer.state()
    }

    /// The time by which events are stamped and minutes close: on PostgreSQL the database's, which is one for all
    /// servers.
    ///
    /// # Errors
    /// What the database says.
    pub async fn time(&self) -> Result<Timestamp, StoreError> {
        time(&self.readers, self.dialect, &self.clock).await
    }
}

pub(crate) async fn time(readers: &Readers, dialect: Dialect, clock: &Clock) -> Result<Timestamp, StoreError> {
    match dialect.time() {
        None => Ok(clock.now()),
        Some(sql) => {
            let row = sqlx::query(sql).fetch_one(readers).await?;
            Ok(clock.shifted(Timestamp::from_micros(row.try_get(0)?)))
        }
    }
}

/// Commits nothing but the writer's mark.
struct Nothing;

impl Work for Nothing {
    type Output = ();

    async fn run(&self, _tx: &mut Tx<'_>) -> Result<(), StoreError> {
        Ok(())
    }
}
