//! An id for each request: in every log line of it, and in the answer's `x-request-id`. A trusted proxy's id is kept,
//! so that its log and this one can be read together; a stranger's is not, since it could be anything.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument;

use super::client_address::{Client, Networks, peer};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id of a proxy that is kept, in bytes.
const ID_BYTES_MAX: usize = 64;
/// The longest part of a path in a log line, in bytes.
const PATH_BYTES_MAX: usize = 200;

/// The layer. The query stays out of the log: an order's token is in it.
pub(super) async fn name(State(proxies): State<Networks>, request: Request, next: Next) -> Response {
    let given = request.headers().get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
    let id = given.filter(|id| is_well_formed(id) && proxies.contains(peer(request.extensions())));
    let id = id.map_or_else(fresh, str::to_owned);
    let path = request.uri().path();
    let path = path.get(..PATH_BYTES_MAX).unwrap_or(path);
    let client = Client::of(request.extensions()).address;
    // Of level error, so that no filter takes the id from a line that is written.
    let span = tracing::error_span!("request", id, method = %request.method(), path, %client);
    let began = Instant::now();
    let answered = async {
        let response = next.run(request).await;
        let status = response.status().as_u16();
        tracing::debug!(status, elapsed_ms = began.elapsed().as_millis() as u64, "answered");
        response
    };
    let mut response = answered.instrument(span).await;
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

fn is_well_formed(id: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    (1..=ID_BYTES_MAX).contains(&id.len()) && id.bytes().all(is_allowed)
}

fn fresh() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_short_word() {
        for (id, expected) in [
            ("4bf92f3577b34da6a3ce929d0e0e4736", true),
            ("req-1_2.3:4", true),
            ("", false),
            ("a b", false),
            ("a\"b", false),
            ("é", false),
            (&"a".repeat(ID_BYTES_MAX), true),
            (&"a".repeat(ID_BYTES_MAX + 1), false),
        ] {
            assert_eq!(is_well_formed(id), expected, "{id}");
        }
        assert!(is_well_formed(&fresh()));
    }
}
