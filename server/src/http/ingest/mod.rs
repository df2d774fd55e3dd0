//! `POST /ingest/<topic>`: events of devices and scripts that speak no Kafka. Answered once they are committed to the
//! outbox, so that each is counted exactly once. Only with a token of `INGEST_TOKENS`. Called by the router.

pub(super) mod door;
mod events;

pub use door::Ingest;

use super::state::HttpState;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use events::Problem;
use serde_json::json;
use store::{Ingestion, StoreError};

/// The largest body, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// The route, with a limit of its own for bodies.
pub(super) fn routes() -> Router<HttpState> {
    Router::new().route("/ingest/{topic}", post(ingest)).layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

async fn ingest(State(state): State<HttpState>, Path(topic): Path<String>, headers: HeaderMap, body: Body) -> Response {
    let desk = &state.ingest;
    let Some(name) = desk.name_of(&headers) else {
        let mut response =
            refused(StatusCode::UNAUTHORIZED, "A token of INGEST_TOKENS is needed: Authorization: Bearer");
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return response;
    };
    if let Some(wait) = desk.wait_of(name) {
        let mut response = refused(StatusCode::TOO_MANY_REQUESTS, "This token has sent too many requests in a minute.");
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        return response;
    }
    let store = &state.shop.store;
    let Some(topic) = store.streams().of(&topic) else {
        return refused(StatusCode::NOT_FOUND, "No stream of this name is declared.");
    };
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES_MAX).await else {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "A body has at most 1048576 bytes; send fewer events at once.");
    };
    let lines = match events::read(topic, &body) {
        Ok(lines) => lines,
        Err(problem) => return unreadable(&problem),
    };
    let numbers: Vec<usize> = lines.iter().map(|line| line.number).collect();
    match store.ingest(lines.into_iter().map(|line| line.incoming).collect(), desk.limits).await {
        Ok(Ingestion::Taken { new, known }) => {
            tracing::debug!(name, %topic, new, known, "events were taken");
            answer(StatusCode::OK, &json!({ "accepted": new, "known": known }))
        }
        Ok(Ingestion::Refused { index, why }) => unreadable(&Problem {
            line: numbers.get(index).copied().unwrap_or(1),
            field: Some("time".to_owned()),
            words: format!("Its time {why}."),
        }),
        Err(error) => {
            tracing::warn!(%error, name, %topic, "events could not be taken");
            let busy = matches!(error, StoreError::Busy | StoreError::DiskFull | StoreError::Unreachable(_));
            let words = if busy { "The database does not answer." } else { "The database refused it." };
            let mut response = refused(StatusCode::SERVICE_UNAVAILABLE, words);
            let seconds = HeaderValue::from_static(app::response::RETRY_AFTER_SECONDS);
            response.headers_mut().insert(RETRY_AFTER, seconds);
            response
        }
    }
}

/// Nothing of the request was kept.
fn unreadable(problem: &Problem) -> Response {
    let Problem { line, field, words } = problem;
    answer(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": words, "line": line, "field": field }))
}

fn refused(status: StatusCode, words: &str) -> Response {
    answer(status, &json!({ "error": words }))
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    (status, axum::Json(body)).into_response()
}
