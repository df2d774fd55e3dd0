//! The dashboard's figures as server-sent events. `GET /admin/metrics/stream` is for programs: events named `stats`,
//! each a whole snapshot in JSON. `GET /admin/metrics/live` is for the dashboard's page: events named `parts`, each the
//! same snapshot as HTML. A reader that is slow skips to the newest. A stream ends with the session, and when the shop
//! shuts down. Called by the router, behind the guard.

use super::account::last_use::LastUse;
use super::state::HttpState;
use super::stream_places::STREAMS_MAX;
use app::SiteVersion;
use app::api::OwnerSession;
use axum::extract::{Extension, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::Snapshot;
use futures::Stream;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;

/// One that is refused may try again after this.
const RETRY_SECONDS: &str = "15";
/// Two events are at least this far apart, so that a busy shop does not keep the browser drawing.
const EVENT_INTERVAL_MIN: Duration = Duration::from_millis(100);
/// When nothing changes the figures are sent again after this: the page takes a longer silence for a dead
/// connection, and a comment would not reach it.
const SILENCE_MAX: Duration = Duration::from_secs(5);
/// How often the session is asked for.
const SESSION_CHECK_INTERVAL: Duration = Duration::from_secs(2);
/// A stream whose session could not be checked for so many times in a row ends.
const SESSION_CHECK_FAILURES_MAX: u32 = 5;
/// Comments keep proxies from closing the stream.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(5);

/// How a snapshot is written.
#[derive(Clone, Copy, Debug)]
enum Form {
    Json,
    Html,
}

/// `GET /admin/metrics/stream`.
pub(super) async fn stream(State(state): State<HttpState>, Extension(session): Extension<OwnerSession>) -> Response {
    opened(&state, session, Form::Json)
}

/// `GET /admin/metrics/live`.
pub(super) async fn live(State(state): State<HttpState>, Extension(session): Extension<OwnerSession>) -> Response {
    opened(&state, session, Form::Html)
}

fn opened(state: &HttpState, session: OwnerSession, form: Form) -> Response {
    let Some(place) = state.stream_places.take() else {
        tracing::warn!(streams_max = STREAMS_MAX, "a dashboard stream was refused");
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, RETRY_SECONDS)],
            format!("{STREAMS_MAX} dashboards are open already. Close one of them.\n"),
        )
            .into_response();
    };
    let reader = Reader::new(state, session, form, place);
    let events = Sse::new(events(reader)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE_INTERVAL));
    // nginx would hold events back until its buffer is full.
    let unbuffered = [(HeaderName::from_static("x-accel-buffering"), "no")];
    (unbuffered, events).into_response()
}

/// One open stream.
struct Reader {
    form: Form,
    site: SiteVersion,
    live: watch::Receiver<Arc<Snapshot>>,
    store: Store,
    session: OwnerSession,
    last_use: LastUse,
    shutdown: CancellationToken,
    session_checks: tokio::time::Interval,
    session_check_failures: u32,
    next_event_not_before: Instant,
    /// Held while the stream is open.
    _place: OwnedSemaphorePermit,
}

impl Reader {
    fn new(state: &HttpState, session: OwnerSession, form: Form, place: OwnedSemaphorePermit) -> Self {
        let mut live = state.shop.live.clone();
        // The figures of now are the first event, at once.
        live.mark_changed();
        let mut session_checks = interval(SESSION_CHECK_INTERVAL);
        session_checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Reader {
            form,
            site: state.site.clone(),
            live,
            store: state.shop.store.clone(),
            session,
            last_use: state.login_desk.last_use.clone(),
            shutdown: state.shutdown.clone(),
            session_checks,
            session_check_failures: 0,
            next_event_not_before: Instant::now(),
            _place: place,
        }
    }

    /// The next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        let silence_ends = Instant::now() + SILENCE_MAX;
        loop {
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return None,
                _ = self.session_checks.tick() => {
                    if !self.session_lives().await {
                        return None;
                    }
                }
                changed = newer(&mut self.live, self.next_event_not_before) => {
                    changed.ok()?;
                    break;
                }
                () = sleep_until(silence_ends) => break,
            }
        }
        self.next_event_not_before = Instant::now() + EVENT_INTERVAL_MIN;
        let snapshot = Arc::clone(&self.live.borrow_and_update());
        match self.form {
            Form::Html => Some(Event::default().event("parts").data(app::live_parts(&snapshot, &self.site))),
            Form::Json => Event::default()
                .event("stats")
                .json_data(snapshot.as_ref())
                .inspect_err(|error| tracing::error!(error = %error, "a snapshot could not be written"))
                .ok(),
        }
    }

    async fn session_lives(&mut self) -> bool {
        let now = self.store.now();
        match self.store.session_last_used(&self.session.token_hash, now).await {
            Ok(last_used_at) => {
                self.session_check_failures = 0;
                if let Some(at) = last_used_at {
                    self.last_use.note(&self.store, &self.session.token_hash, at);
                }
                last_used_at.is_some()
            }
            Err(error) => {
                self.session_check_failures += 1;
                tracing::warn!(error = %error, "a dashboard stream's session could not be checked");
                self.session_check_failures < SESSION_CHECK_FAILURES_MAX
            }
        }
    }
}

/// Waits for figures that this reader has not had, but not before its time.
async fn newer(live: &mut watch::Receiver<Arc<Snapshot>>, not_before: Instant) -> Result<(), watch::error::RecvError> {
    sleep_until(not_before).await;
    live.changed().await
}

fn events(reader: Reader) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(reader, async |mut reader| {
        let event = reader.next().await?;
        Some((Ok(event), reader))
    })
}
