//! Waiting for a condition: looks again and again until it holds, and fails with what was last seen.

use std::fmt::Debug;
use std::time::Duration;
use tokio::time::Instant;

/// Longer than the minute between two checks of a log, also on a machine that builds something else meanwhile.
const DEADLINE: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks until there is something; `Err` says what was seen instead.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> impl Future<Output = T> {
    let caller = std::panic::Location::caller();
    async move {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match look().await {
                Ok(found) => return found,
                Err(seen) if Instant::now() > deadline => {
                    panic!("{caller}: waited {DEADLINE:?} for {what}; last seen: {seen}")
                }
                Err(_) => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    }
}

/// Looks until what is seen equals what is expected.
#[track_caller]
pub(crate) fn until_equal<T: PartialEq + Debug>(
    what: &str,
    expected: T,
    mut look: impl AsyncFnMut() -> T,
) -> impl Future<Output = ()> {
    until(what, async move || {
        let seen = look().await;
        if seen == expected { Ok(()) } else { Err(format!("{seen:?}, expected {expected:?}")) }
    })
}
