//! How much one request may bring, and how long it may take.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::Response;
use std::time::Duration;
use tower_http::limit::RequestBodyLimitLayer;

use super::plain_page::plain_page;

/// The largest body of any request, in bytes; an order form of 100 goods needs about 6,000.
pub(super) const BODY_BYTES_MAX: usize = 64 * 1024;
/// The longest path, in bytes; the shop's own have at most 100.
const PATH_BYTES_MAX: usize = 1_024;
/// The longest name between two slashes, in bytes: no file system takes a longer one.
const NAME_BYTES_MAX: usize = 255;
/// The longest query, in bytes.
const QUERY_BYTES_MAX: usize = 8 * 1_024;
/// How long an answer may take to begin, in seconds; the database itself gives up after 5.
const ANSWER_SECONDS_MAX: u64 = 20;

/// Refuses an address that no page or file of the shop can have; the file system would call it an error.
pub(super) async fn refuse_long_address(request: Request, next: Next) -> Response {
    let uri = request.uri();
    let is_long = uri.path().len() > PATH_BYTES_MAX
        || uri.path().split('/').any(|name| name.len() > NAME_BYTES_MAX)
        || uri.query().is_some_and(|query| query.len() > QUERY_BYTES_MAX);
    if is_long {
        return plain_page(
            StatusCode::URI_TOO_LONG,
            "This address is too long",
            "No page of this shop has such a long address. Check it, or begin at the first page.",
        );
    }
    next.run(request).await
}

/// Refuses a body that says it is too large. One that only turns out to be is cut off by [`body_limit_layer`].
pub(super) async fn refuse_large_body(request: Request, next: Next) -> Response {
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_BYTES_MAX) {
        return too_large();
    }
    next.run(request).await
}

/// Ends the reading of a body beyond [`BODY_BYTES_MAX`].
pub(super) fn body_limit_layer() -> RequestBodyLimitLayer {
    RequestBodyLimitLayer::new(BODY_BYTES_MAX)
}

/// The answer to a body beyond [`BODY_BYTES_MAX`].
pub(super) fn too_large() -> Response {
    plain_page(
        StatusCode::PAYLOAD_TOO_LARGE,
        "That was too much",
        "What was sent is larger than any form of this shop can be. It was not read, and nothing was done.",
    )
}

/// Ends a request that has not been answered in time. A stream counts as answered when it begins.
pub(super) async fn limit_time(request: Request, next: Next) -> Response {
    let limit = Duration::from_secs(ANSWER_SECONDS_MAX);
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => plain_page(
            StatusCode::SERVICE_UNAVAILABLE,
            "The shop is too slow right now",
            "Your request took too long and was given up. If you were ordering, go back and send the form again in \
             a minute: it makes one order only.",
        ),
    }
}
