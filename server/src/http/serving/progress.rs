//! What a connection waits for and since when. Written by the connection as bytes and requests pass; read by its own
//! time limits, and by [`super::places`] when somebody must give way.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long the head of a request may take, and how long a new connection may send nothing.
pub(super) const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long the body of a request may take; none is larger than 64 KiB.
pub(super) const BODY_WITHIN: Duration = Duration::from_secs(15);
/// How long a connection may be idle between two requests. Longer than the 60 s for which nginx keeps its own, so
/// that the proxy closes first and never sends a request into a connection that is being closed.
pub(super) const IDLE_WITHIN: Duration = Duration::from_secs(75);
/// How long a client may take none of an answer that waits to be written.
pub(super) const STALLED_WITHIN: Duration = Duration::from_secs(30);
/// How long a request that has only begun may go on arriving after the shop was told to stop.
const STOPPING_WITHIN: Duration = Duration::from_secs(1);

/// What a connection is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Connected, and nothing has come yet.
    New,
    /// The head of a request arrives.
    Head,
    /// Its body arrives.
    Body,
    /// The shop works, or writes the answer.
    Answering,
    /// Answered; the next request may come.
    Idle,
}

/// The progress of one connection.
#[derive(Debug)]
pub(super) struct Progress(Mutex<State>);

#[derive(Debug)]
struct State {
    phase: Phase,
    since: Instant,
    /// Since when bytes wait that the client does not take.
    stalled_since: Option<Instant>,
}

impl Default for Progress {
    fn default() -> Self {
        Progress(Mutex::new(State { phase: Phase::New, since: Instant::now(), stalled_since: None }))
    }
}

impl Progress {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, phase: Phase) {
        let mut state = self.state();
        (state.phase, state.since) = (phase, Instant::now());
    }

    /// Bytes were read.
    pub(super) fn read(&self) {
        if matches!(self.state().phase, Phase::New | Phase::Idle) {
            self.enter(Phase::Head);
        }
    }

    /// The head of a request is whole.
    pub(super) fn request_began(&self, has_body: bool) {
        self.enter(if has_body { Phase::Body } else { Phase::Answering });
    }

    /// The body is whole, or nobody reads it any more.
    pub(super) fn body_ended(&self) {
        if self.state().phase == Phase::Body {
            self.enter(Phase::Answering);
        }
    }

    /// The answer was handed to the connection whole.
    pub(super) fn answered(&self) {
        self.enter(Phase::Idle);
    }

    /// Bytes were written, or could not be.
    pub(super) fn wrote(&self, is_stalled: bool) {
        let mut state = self.state();
        state.stalled_since = if is_stalled { state.stalled_since.or_else(|| Some(Instant::now())) } else { None };
    }

    /// Since when it has waited for its client; `None` while the shop itself is at work.
    pub(super) fn waits_since(&self) -> Option<Instant> {
        let state = self.state();
        match state.phase {
            Phase::Answering => state.stalled_since,
            _ => Some(state.since),
        }
    }

    /// Whether it has waited longer than it may.
    pub(super) fn is_overdue(&self, now: Instant, is_stopping: bool) -> bool {
        let state = self.state();
        let is_over = |since: Instant, limit| now.saturating_duration_since(since) >= limit;
        let limit = match state.phase {
            Phase::New | Phase::Head if is_stopping => STOPPING_WITHIN,
            Phase::New | Phase::Head => HEAD_WITHIN,
            Phase::Body => BODY_WITHIN,
            Phase::Idle => IDLE_WITHIN,
            Phase::Answering => Duration::MAX,
        };
        is_over(state.since, limit) || state.stalled_since.is_some_and(|since| is_over(since, STALLED_WITHIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name, how a connection comes to wait, and for how long it may.
    type Wait = (&'static str, fn(&Progress), Option<Duration>);

    #[tokio::test(start_paused = true)]
    async fn each_wait_for_the_client_has_its_limit() {
        let second = Duration::from_secs(1);
        let waits: [Wait; 7] = [
            ("new", |_| (), Some(HEAD_WITHIN)),
            ("head", Progress::read, Some(HEAD_WITHIN)),
            ("body", |progress| progress.request_began(true), Some(BODY_WITHIN)),
            ("work", |progress| progress.request_began(false), None),
            ("idle", Progress::answered, Some(IDLE_WITHIN)),
            ("stalled", |progress| (progress.request_began(false), progress.wrote(true)).1, Some(STALLED_WITHIN)),
            (
                "taken again",
                |progress| (progress.wrote(true), progress.request_began(false), progress.wrote(false)).2,
                None,
            ),
        ];
        for (name, enter, limit) in waits {
            let progress = Progress::default();
            enter(&progress);
            let begin = Instant::now();
            assert_eq!(progress.waits_since(), limit.map(|_| begin), "{name}");
            let limit_or_day = limit.unwrap_or(Duration::from_secs(86_400));
            assert!(!progress.is_overdue(begin + limit_or_day - second, false), "{name}");
            assert_eq!(progress.is_overdue(begin + limit_or_day, false), limit.is_some(), "{name}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_drop_of_a_head_does_not_begin_its_time_anew() {
        let progress = Progress::default();
        progress.read();
        let begin = Instant::now();
        tokio::time::advance(HEAD_WITHIN / 2).await;
        progress.read();
        assert!(progress.is_overdue(begin + HEAD_WITHIN, false));
        assert!(progress.is_overdue(begin + STOPPING_WITHIN, true), "nor does a shop that stops wait for it");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_reader_that_takes_nothing_does_not_begin_anew() {
        let progress = Progress::default();
        progress.request_began(false);
        progress.wrote(true);
        let begin = Instant::now();
        tokio::time::advance(STALLED_WITHIN / 2).await;
        progress.wrote(true);
        assert!(progress.is_overdue(begin + STALLED_WITHIN, false));
    }
}
