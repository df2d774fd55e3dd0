//! Notes when a session is used, at most once a minute and never in the way of the request: the note is written
//! beside it, and one that cannot be written is missed.

use domain::Timestamp;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use store::Store;

/// Sessions whose use is being written at once.
const UNDER_WAY_MAX: usize = 64;

/// The sessions whose use is being written, by their hash.
#[derive(Clone, Debug, Default)]
pub(in crate::http) struct LastUse(Arc<Mutex<HashSet<String>>>);

impl LastUse {
    /// Notes that the session is used now, which was last noted at `last_used_at`.
    pub(in crate::http) fn note(&self, store: &Store, token_hash: &str, last_used_at: Timestamp) {
        if !Store::is_use_worth_noting(store.now(), last_used_at) || !self.begin(token_hash) {
            return;
        }
        let (under_way, store, token_hash) = (self.clone(), store.clone(), token_hash.to_owned());
        tokio::spawn(async move {
            if let Err(error) = store.note_use(token_hash.clone()).await {
                tracing::debug!(%error, "a session's use could not be noted");
            }
            under_way.lock().remove(&token_hash);
        });
    }

    /// Whether nobody else is writing it.
    fn begin(&self, token_hash: &str) -> bool {
        let mut under_way = self.lock();
        under_way.len() < UNDER_WAY_MAX && under_way.insert(token_hash.to_owned())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
