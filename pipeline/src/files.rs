//! The files: renders closed minutes into the CSV files, after the commit that closed them, and again when a late
//! event revised one. The database is the truth; a file that is missing, torn or edited is made whole from it.

use crate::{PipelineError, RETRY_PAUSE};
use domain::Minute;
use sinks::csv::{Appended, CsvFile, PAGE_MINUTES_MAX, Pages, Repaired, repair};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use streams::Topic;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often it is looked whether another server revised a minute.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A revised minute renders whole files: at most so often,
const REWRITE_PAUSE_MIN: Duration = Duration::from_secs(1);
/// and at least so often while revisions keep coming.
const REWRITE_PAUSE_MAX: Duration = Duration::from_secs(60);
/// How much longer the pause is than the rendering before it: long files take a twentieth of the time at most.
const REWRITE_PAUSE_FACTOR: u32 = 20;

/// How long revisions are gathered after a rendering that took so long.
fn rewrite_pause(took: Duration) -> Duration {
    (took * REWRITE_PAUSE_FACTOR).clamp(REWRITE_PAUSE_MIN, REWRITE_PAUSE_MAX)
}

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
        let mut is_revised = false;
        let mut rewritten_at = Instant::now();
        let mut pause = REWRITE_PAUSE_MIN;
        loop {
            let done = match files.take() {
                None => {
                    rendered_late = self.late_events().await;
                    is_revised = false;
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
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(RETRY_PAUSE), if failed => continue,
                changed = self.closed_until.changed(), if !failed => if changed.is_err() { return },
                () = self.revised.notified(), if !failed && !is_revised => is_revised = true,
                // Another server may have revised a minute, or this one without hearing of it.
                () = tokio::time::sleep(LOOK_EVERY), if !failed => {
                    is_revised = is_revised || self.late_events().await != rendered_late;
                }
            }
            if is_revised
                && rewritten_at.elapsed() >= pause
                && let Some(known) = files.take()
            {
                rendered_late = self.late_events().await;
                let began = Instant::now();
                match self.rewrite(known).await {
                    Ok(known) => files = Some(known),
                    // Compared with the database anew, which renders it.
                    Err(error) => tracing::error!(%error, "the CSV files wait to be rendered again"),
                }
                is_revised = false;
                rewritten_at = Instant::now();
                pause = rewrite_pause(rewritten_at.duration_since(began));
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
        let topics = self.store.streams().clone();
        self.blocking(move |pages| {
            store::create_private_folder(&folder)?;
            let mut files = Vec::new();
            for topic in topics.all() {
                let (file, repaired) = repair(&folder, *topic, &mut pages.of(*topic))?;
                say(&topic.stream().file, &repaired);
                files.push(file);
            }
            Ok(Some(files))
        })
        .await
    }

    /// Appends what was closed since; `None` when a file needs to be repaired.
    async fn append(&self, mut files: Vec<CsvFile>) -> Result<Option<Vec<CsvFile>>, PipelineError> {
        self.blocking(move |pages| {
            for file in &mut files {
                let mut pages = pages.of(file.topic());
                loop {
                    let page = pages(file.next().unwrap_or_default())?;
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
                file.rewrite(&mut pages.of(file.topic()))?;
            }
            Ok(files)
        })
        .await
    }

    /// Runs file work off the runtime, with pages of closed minutes from the database.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ClosedMinutes) -> io::Result<T> + Send + 'static,
    ) -> Result<T, PipelineError> {
        let minutes = ClosedMinutes { store: self.store.clone(), runtime: Handle::current() };
        let done = tokio::task::spawn_blocking(move || work(&minutes)).await;
        Ok(done.unwrap_or_else(|panic| Err(io::Error::other(panic)))?)
    }
}

/// Closed minutes, read from where nothing may wait.
struct ClosedMinutes {
    store: Store,
    runtime: Handle,
}

impl ClosedMinutes {
    /// Those of one stream.
    fn of(&self, topic: Topic) -> Box<Pages<'_>> {
        Box::new(move |from| {
            let page = self.store.closed_minutes_from(topic, from, PAGE_MINUTES_MAX as i64);
            self.runtime.block_on(page).map_err(io::Error::other)
        })
    }
}

fn say(file: &str, repaired: &Repaired) {
    match repaired {
        Repaired::Intact => {}
        Repaired::Appended { rows } => tracing::info!(file, rows, "rows were appended to a CSV file"),
        Repaired::Written => tracing::info!(file, "a CSV file was written"),
        Repaired::Outdated => tracing::info!(file, "a CSV file was rendered again after late events"),
        Repaired::OtherColumns { kept_as } => {
            tracing::info!(file, kept_as = %kept_as.display(), "a CSV file had other columns; it was kept aside and rendered anew");
        }
        Repaired::Edited { kept_as } => {
            tracing::warn!(file, kept_as = %kept_as.display(), "a CSV file had been edited; it was kept aside and rendered anew");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_rendered_seldom_and_every_minute_at_least() {
        for (took_millis, pause_millis) in [(0, 1_000), (10, 1_000), (60, 1_200), (500, 10_000), (9_000, 60_000)] {
            let pause = rewrite_pause(Duration::from_millis(took_millis));
            assert_eq!(pause, Duration::from_millis(pause_millis), "{took_millis} ms");
        }
    }
}
