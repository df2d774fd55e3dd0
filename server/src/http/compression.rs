//! Pages travel compressed, a year's dashboard at a tenth of its length. Files bring what the build compressed, streams
//! and downloads stay as they are, and no page holds a secret beside what others can make it say. Called by the router.

use axum::http::header::CONTENT_TYPE;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::Predicate;

/// Compresses what is rendered for one request, for whoever can read it.
pub(super) fn compression_layer() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(is_rendered)
}

/// Whether it is a page, or the data of one.
fn is_rendered(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.starts_with("text/html") || content_type.starts_with("application/json")
}

#[cfg(test)]
mod tests {
    use super::super::owner_tests::{Door, door, header_of};
    use axum::body::{Body, to_bytes};
    use axum::http::{Method, Request, Response, header};

    async fn asked(door: &Door, method: Method, path: &str, accepted: &str, cookie: &str) -> Response<Body> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT, "text/html")
            .header(header::ACCEPT_ENCODING, accepted)
            .header(header::COOKIE, cookie);
        door.send(request.body(Body::empty()).unwrap()).await
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn pages_travel_compressed_and_nothing_else() {
        let door = door().await;
        let cookie = door.log_in().await;
        for (method, path, encoding) in [
            (Method::GET, "/", "gzip"),
            (Method::GET, "/no-such-page", "gzip"),
            (Method::GET, "/theme", "gzip"),
            (Method::GET, "/admin/metrics?range=12m", "gzip"),
            (Method::POST, "/api/admin/snapshot", "gzip"),
            (Method::GET, "/admin/metrics/stream", ""),
            (Method::GET, "/admin/metrics/export.csv", ""),
        ] {
            let answer = asked(&door, method, path, "br, gzip", &cookie).await;
            assert_eq!(header_of(&answer, header::CONTENT_ENCODING), encoding, "{path}");
            let varies = header_of(&answer, header::VARY).to_lowercase().contains("accept-encoding");
            assert_eq!(varies, encoding == "gzip", "{path}");
        }
        let length = async |accepted| {
            let answer = asked(&door, Method::GET, "/admin/metrics?range=12m", accepted, &cookie).await;
            assert_eq!(header_of(&answer, header::CONTENT_ENCODING), if accepted == "gzip" { "gzip" } else { "" });
            to_bytes(answer.into_body(), 1 << 20).await.unwrap().len()
        };
        let (plain, compressed) = (length("identity").await, length("gzip").await);
        assert!(plain > 5 * compressed, "{plain} bytes, {compressed} compressed");
    }
}
