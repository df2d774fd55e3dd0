//! The only SQL: orders, outbox, minutes, positions, sessions. Knows no leptos, no Kafka, no files.
//!
//! [`Store`] is the database of one shop. Reads go to a pool; every write is a job of the one [`writer`], which
//! commits in groups and hands the events of a committed group to the relay.

mod additions;
mod alerts;
mod audit;
mod backup;
mod beside;
mod catalog;
mod clock;
mod close;
mod columns;
mod connection;
mod count;
mod dead_letters;
mod dialect;
mod erasure;
mod error;
mod feedback;
mod figures;
mod groups;
mod ingest;
mod keys;
mod latest;
mod lock;
mod mails;
mod migrate;
mod minutes;
mod options;
mod orders;
mod outbox;
mod owner;
mod owner_desk;
mod place;
mod pool;
mod positions;
mod private;
mod proof;
mod reached;
mod ready;
mod report;
mod retry;
mod rollups;
mod second_factor;
mod servers;
mod sessions;
mod settings;
mod sqlite_path;
mod subscribers;
mod tables;
mod tallies;
mod waiting;
mod writer;
mod zone;

pub use additions::Part;
pub use alerts::{
    Alert, Change, Claimed, Delivery, MeasureChange, MeasureRuleKept, MeasuredAlert, Settled, Settlement, TestAsked,
};
pub use audit::{Audit, FiguresAudit, OrdersAudit, RollupDifference, RollupsAudit};
pub use backup::{Backup, Contents, NewLife, Restored, back_up, begin_new_life, restore};
pub use clock::Clock;
pub use close::{Closing, LogEnd, Target};
pub use count::{Advance, Batch, Counted, Seen};
pub use dead_letters::{DeadLetter, DeadLetterCounts, DeadLetterRange, Handled, KeptLetter, RecordHeaders};
pub use erasure::{ADDRESSES_PER_STEP_MAX, Erased, ErasureDesk};
pub use error::StoreError;
pub use feedback::FeedbackOutcome;
pub use ingest::{INGESTED_PER_CALL_MAX, Incoming, IngestLimits, Ingestion, TimeProblem};
pub use keys::{CookieKeys, SigningKey};
pub use latest::LATEST_EVENTS_MAX;
pub use lock::FolderLock;
pub use mails::{ClaimedMail, DueMail, MailsWaiting};
pub use options::DatabaseOptions;
pub use orders::Placed;
pub use outbox::{PAGE_VIEWS_PER_JOB_MAX, PageView};
pub use owner::{NewPassword, Owner};
pub use owner_desk::OwnerDesk;
pub use place::{Place, Sharing};
pub use positions::{Position, Standing};
pub use private::{create_private_folder, shell_word};
pub use proof::Proof;
pub use reached::Reached;
pub use ready::WriterState;
pub use report::Span;
pub use second_factor::FactorChange;
pub use sessions::{Ended, Session, SignIn};
pub use sqlite_path::{sqlite_path, sqlite_url};
pub use subscribers::AskedFor;
pub use tallies::Tallies;
pub use waiting::{OutboxPage, OutboxState};
pub use zone::Zone;

use dialect::Dialect;
use domain::{Minute, Timestamp};
use migrate::Prepared;
use pool::Readers;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use streams::{Event, Streams, Topic};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use writer::Writer;

/// The database of one shop. Cheap to clone; clones share everything.
#[derive(Clone, Debug)]
pub struct Store {
    readers: Readers,
    writer: Writer,
    writer_probe: Arc<tokio::sync::Mutex<()>>,
    options: Arc<DatabaseOptions>,
    dialect: Dialect,
    clock: Clock,
    changed: Arc<Notify>,
    source: Arc<str>,
    first_minute: Minute,
    first_minutes: Arc<BTreeMap<Topic, Minute>>,
    streams: Streams,
    known_keys: Arc<Mutex<keys::KnownKeys>>,
    lock: Option<Arc<lock::DatabaseLock>>,
    writer_task: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Store {
    /// Opens the database, creates or migrates its tables, and starts the writer. Events of committed transactions are
    /// sent to `relay`.
    ///
    /// # Errors
    /// [`StoreError::Open`] when another server holds the SQLite file or it cannot be created; else what the database
    /// says.
    pub async fn open(
        options: &DatabaseOptions,
        clock: Clock,
        relay: mpsc::Sender<Event>,
    ) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let url = &options.url;
        let dialect = Dialect::of_known_url(url)?;
        let (url, lock) = match dialect {
            Dialect::Sqlite => {
                let path = sqlite_path::file_of(url)?;
                private::create_folder_of(&path)?;
                let lock = lock::DatabaseLock::take(&path, lock::OR_ANOTHER)?;
                private::secure_database(&path)?;
                (format!("{}?mode=rwc", sqlite_url(&path)), Some(Arc::new(lock)))
            }
            Dialect::Postgres => (url.to_owned(), None),
        };
        let options = Arc::new(DatabaseOptions { url, ..options.clone() });
        let Prepared { source, first_minute, first_minutes } = migrate::migrate(&options, dialect, &clock).await?;
        let streams = options.streams.clone();
        let readers = Readers::new(Arc::clone(&options), dialect);
        let cookie_keys = keys::cookie_keys(&readers, clock.now()).await?;
        let known_keys = Arc::new(Mutex::new(keys::KnownKeys::new(cookie_keys, &clock)));
        writer::forget_dead_writers(&readers, &clock).await?;
        let changed = Arc::new(Notify::new());
        let (writer, task) = Writer::start(Arc::clone(&options), dialect, clock.clone(), relay, Arc::clone(&changed));
        let first_minutes = Arc::new(first_minutes);
        let writer_task = Arc::new(Mutex::new(Some(task)));
        Ok(Store {
            readers,
            writer,
            writer_probe: Arc::default(),
            options,
            dialect,
            clock,
            changed,
            source,
            first_minute,
            first_minutes,
            streams,
            known_keys,
            lock,
            writer_task,
        })
    }

    /// The uuid of this database: the `source` of its events.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The streams that are declared.
    #[must_use]
    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    /// The minute of the shop's first start.
    #[must_use]
    pub fn first_minute(&self) -> Minute {
        self.first_minute
    }

    /// The time by the store's clock, which stamps everything.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The clock itself.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Waits until something was committed after the last call. For one listener.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Finishes what waits and closes every connection. All other clones must be gone, or their next call fails.
    pub async fn close(self) {
        let Store { readers, writer, writer_task, lock, .. } = self;
        readers.close().await;
        drop(writer);
        let task = writer_task.lock().ok().and_then(|mut task| task.take());
        if let Some(task) = task {
            let _ = task.await;
        }
        drop(lock);
    }
}
