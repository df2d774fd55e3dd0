//! How many of the dashboard's streams may be open.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// No more streams are open at once.
pub(super) const STREAMS_MAX: usize = 64;

/// The places for streams.
#[derive(Clone, Debug)]
pub struct StreamPlaces(Arc<Semaphore>);

impl Default for StreamPlaces {
    fn default() -> Self {
        StreamPlaces(Arc::new(Semaphore::new(STREAMS_MAX)))
    }
}

impl StreamPlaces {
    /// A place, which is free again when it is dropped; `None` while all are taken.
    pub(super) fn take(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0).try_acquire_owned().ok()
    }
}
