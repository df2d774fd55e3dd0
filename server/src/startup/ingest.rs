//! Who may bring events over HTTP, and the task that forgets their ids after a while. Called by `start`.

use super::spawn;
use crate::config::IngestConfig;
use crate::http::ingest::Ingest;
use crate::pipeline::ingest_retention;
use store::Store;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Starts the task. Answers who may.
pub(super) fn start(
    config: &IngestConfig,
    store: &Store,
    tasks: &mut JoinSet<&'static str>,
    shutdown: &CancellationToken,
) -> Ingest {
    let forget = ingest_retention::run(store.clone(), config.limits.dedupe, shutdown.clone());
    spawn(tasks, "ingest retention", forget);
    let tokens = config.tokens.iter().map(|(name, token)| (name.as_str(), token.reveal()));
    Ingest::new(tokens, config.limits, config.requests_per_minute)
}
