//! The files: renders closed minutes into the CSV files, after the commit that closed them, and again when a late
//! event revised one. The database is the truth; a file that is missing, torn or edited is made whole from it.

use crate::pipeline::{PipelineError, RETRY_PAUSE};
use crate::sinks::csv::{Appended, CsvFile, CsvKind, PAGE_MINUTES_MAX, Repaired, repair};
use domain::{Minute, MinuteFigures};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

/// A revised minute renders whole files: not more often than this.
const REVISE_EVERY: Duration = Duration::from_secs(1);

/// Renders the CSV files.
pub(crate) struct Files {
    pub(crate) store: Store,
    pub(crate) folder: PathBuf,
    pub(crate) closed_until: watch::Receiver<Minute>,
    pub(crate) revised: Arc<Notify>,
}

impl Files {
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        let mut files: Option<Vec<CsvFile>> = None;
        // Late events of all servers whose minutes stand in the files as they are now.
        let mut rendered_late = None;
        loop {
            let done = match files.take() {
                None => {
                    rendered_late = self.late_events().await;
                    self.repair().await
                }
                Some(known) => self.append(known).await,
            };
            let failed = match done {
                Ok(Some(whole)) => {
                    files = Some(whole);
                    false
                }
                // A file was not as it was left: look at both anew.
                Ok(None) => continue,
                Err(error) => {
                    tracing::error!(%error, "the CSV files wait");
                    true
                }
            };
            let is_revised = tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(RETRY_PAUSE), if failed => false,
                changed = self.closed_until.changed(), if !failed => if changed.is_err() { return } else { false },
                () = self.revised.notified(), if !failed => {
                    let _ = tokio::time::timeout(REVISE_EVERY, shutdown.cancelled()).await;
                    true
                }
                // Another server may have revised a minute, or this one without hearing of it.
                () = tokio::time::sleep(REVISE_EVERY), if !failed => self.late_events().await != rendered_late,
            };
            if is_revised && let Some(known) = files.take() {
                rendered_late = self.late_events().await;
                match self.rewrite(known).await {
                    Ok(known) => files = Some(known),
                    // Compared with the database anew, which renders it.
                    Err(error) => tracing::error!(%error, "the CSV files wait to be rendered again"),
                }
            }
        }
    }

    /// How many late events there were; `None` while the database does not answer.
    async fn late_events(&self) -> Option<i64> {
        self.store.tallies().await.ok().map(|tallies| tallies.late_events)
    }

    /// Compares the files with the database and makes them whole.
    async fn repair(&self) -> Result<Option<Vec<CsvFile>>, PipelineError> {
        let folder = self.folder.clone();
        self.blocking(move |pages| {
            std::fs::create_dir_all(&folder)?;
            let mut files = Vec::new();
            for kind in CsvKind::ALL {
                let (file, repaired) = repair(&folder, kind, pages)?;
                say(kind, &repaired);
                files.push(file);
            }
            Ok(Some(files))
        })
        .await
    }

    /// Appends what was closed since; `None` when a file needs to be repaired.
    async fn append(&self, mut files: Vec<CsvFile>) -> Result<Option<Vec<CsvFile>>, PipelineError> {
        let first = self.store.first_minute();
        self.blocking(move |pages| {
            for file in &mut files {
                loop {
                    let page = pages(file.next().unwrap_or(first))?;
                    match file.append(&page)? {
                        Appended::NeedsRepair => return Ok(None),
                        Appended::Rows(_) if page.len() == PAGE_MINUTES_MAX => {}
                        Appended::Rows(_) => break,
                    }
                }
            }
            Ok(Some(files))
        })
        .await
    }

    async fn rewrite(&self, mut files: Vec<CsvFile>) -> Result<Vec<CsvFile>, PipelineError> {
        self.blocking(move |pages| {
            for file in &mut files {
                file.rewrite(pages)?;
            }
            Ok(files)
        })
        .await
    }

    /// Runs file work off the runtime, with pages of closed minutes from the database.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn FnMut(Minute) -> io::Result<Vec<MinuteFigures>>) -> io::Result<T> + Send + 'static,
    ) -> Result<T, PipelineError> {
        let (store, runtime) = (self.store.clone(), Handle::current());
        let mut pages = move |from: Minute| {
            let from = from.max(store.first_minute());
            let page = store.closed_minutes_from(from, PAGE_MINUTES_MAX as i64);
            runtime.block_on(page).map_err(io::Error::other)
        };
        let done = tokio::task::spawn_blocking(move || work(&mut pages)).await;
        Ok(done.unwrap_or_else(|panic| Err(io::Error::other(panic)))?)
    }
}

fn say(kind: CsvKind, repaired: &Repaired) {
    let file = kind.file_name();
    match repaired {
        Repaired::Intact => {}
        Repaired::Appended { rows } => tracing::info!(file, rows, "rows were appended to a CSV file"),
        Repaired::Written => tracing::info!(file, "a CSV file was written"),
        Repaired::Outdated => tracing::info!(file, "a CSV file was rendered again after late events"),
        Repaired::Edited { kept_as } => {
            tracing::warn!(file, kept_as = %kept_as.display(), "a CSV file had been edited; it was kept aside and rendered anew");
        }
    }
}
