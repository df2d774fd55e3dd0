//! The runtime of one test. As the binary's, it does not wait at its end for a call that hangs on a lost broker; so a
//! test that fails says so at once.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// Fewer make leptos hang when pages are rendered while others are.
const WORKERS: usize = 4;
const LEFT_BEHIND_AFTER: Duration = Duration::from_millis(500);

/// Runs a test to its end.
pub(crate) fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build().unwrap();
    let ended = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test)));
    runtime.shutdown_timeout(LEFT_BEHIND_AFTER);
    if let Err(panic) = ended {
        resume_unwind(panic);
    }
}

/// Runs something to its end on a thread and a runtime of its own, from within a test's or not.
pub(crate) fn apart<T: Send>(task: impl AsyncFnOnce() -> T + Send) -> T {
    let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(task());
    std::thread::scope(|scope| scope.spawn(run).join()).unwrap_or_else(|panic| resume_unwind(panic))
}
