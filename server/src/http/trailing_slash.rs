//! One page has one address. It stands outside of the routes, because they would answer the other one with the same
//! page and status 404, and outside of the owner's guard, because leptos reads a path with two slashes otherwise.

use axum::extract::Request;
use axum::http::header::LOCATION;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// `/order-new/` leads to `/order-new`, with its query; a post stays a post.
pub(super) async fn without_trailing_slash(request: Request, next: Next) -> Response {
    match canonical(request.uri().path(), request.uri().query()) {
        Some(address) => {
            let status = if matches!(*request.method(), Method::GET | Method::HEAD) {
                StatusCode::MOVED_PERMANENTLY
            } else {
                StatusCode::PERMANENT_REDIRECT
            };
            (status, [(LOCATION, address)]).into_response()
        }
        None => next.run(request).await,
    }
}

/// The address with one slash at its beginning and none at its end; `None` where it is so already. With two at its
/// beginning, or with a backslash for the second, a browser takes what follows for another site's name. So does leptos:
/// it would show the page of the rest, past the owner's guard, and panic where what follows cannot be a name.
pub(super) fn canonical(path: &str, query: Option<&str>) -> Option<String> {
    let trimmed = path.trim_end_matches('/').trim_start_matches(['/', '\\']);
    if !path.starts_with('/') || path.strip_prefix('/') == Some(trimmed) {
        return None;
    }
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    Some(format!("/{trimmed}{query}"))
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn needless_slashes_go_and_nothing_else() {
        let cases = [
            ("*", None),
            ("/", None),
            ("/order-new", None),
            ("/order-new/", Some("/order-new?a=b")),
            ("/order-new//", Some("/order-new?a=b")),
            ("//", Some("/?a=b")),
            ("//elsewhere.example", Some("/elsewhere.example?a=b")),
            ("//elsewhere.example/admin/metrics", Some("/elsewhere.example/admin/metrics?a=b")),
            ("//[", Some("/[?a=b")),
            ("/\\x:99999", Some("/x:99999?a=b")),
            ("//elsewhere.example/", Some("/elsewhere.example?a=b")),
            ("/\\elsewhere.example/", Some("/elsewhere.example?a=b")),
        ];
        for (path, expected) in cases {
            assert_eq!(canonical(path, Some("a=b")).as_deref(), expected, "{path}");
        }
    }
}
