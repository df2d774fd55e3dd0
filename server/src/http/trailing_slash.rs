//! One page has one address. It stands outside of the routes, because they would answer the other one with the same
//! page and status 404.

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

/// The address without slashes at its end; `None` where there are none. It begins with one slash exactly: with two,
/// or with a backslash for the second, a browser would take what follows for another site's name.
fn canonical(path: &str, query: Option<&str>) -> Option<String> {
    let trimmed = path.trim_end_matches('/');
    if trimmed.len() == path.len() || path == "/" {
        return None;
    }
    let query = query.map_or(String::new(), |query| format!("?{query}"));
    Some(format!("/{}{query}", trimmed.trim_start_matches(['/', '\\'])))
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn trailing_slashes_go_and_nothing_else() {
        let cases = [
            ("/", None),
            ("/order-new", None),
            ("/order-new/", Some("/order-new?a=b")),
            ("/order-new//", Some("/order-new?a=b")),
            ("//", Some("/?a=b")),
            ("//elsewhere.example/", Some("/elsewhere.example?a=b")),
            ("/\\elsewhere.example/", Some("/elsewhere.example?a=b")),
        ];
        for (path, expected) in cases {
            assert_eq!(canonical(path, Some("a=b")).as_deref(), expected, "{path}");
        }
    }
}
