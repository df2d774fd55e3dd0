//! The files of the site: `/pkg` as the build made them, pictures and icon as they are in `public`.
//!
//! Names under `/pkg` carry no hash, so browsers ask each time whether theirs is still the present one.

use app::shell;
use axum::Router;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, RANGE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::any;
use leptos::prelude::LeptosOptions;
use leptos_axum::render_app_async_with_context;
use tower_http::services::ServeDir;

use super::router::{HttpState, page_context};

/// Scripts, the wasm module and the style sheet.
pub(super) fn pkg(options: &LeptosOptions) -> Router {
    let folder = format!("{}/{}", options.site_root, options.site_pkg_dir);
    Router::new()
        .fallback_service(compressed(ServeDir::new(folder)))
        .layer(from_fn(|request: Request, next: Next| cached(request, next, "no-cache")))
}

/// Pictures and the icon; where there is no such file, the shop's 404 page.
pub(super) fn public(state: &HttpState) -> Router {
    let options = state.options.clone();
    let not_found = render_app_async_with_context(page_context(state), move || shell(options.clone()));
    let files = compressed(ServeDir::new(&*state.options.site_root))
        .append_index_html_on_directories(false)
        .call_fallback_on_method_not_allowed(true)
        .fallback(any(not_found));
    Router::new()
        .fallback_service(files)
        .layer(from_fn(|request: Request, next: Next| cached(request, next, "public, max-age=3600")))
}

/// The release build puts compressed files beside the others. A debug build serves what `cargo leptos watch` has just
/// written, beside which there may be those of an earlier release.
fn compressed<F>(files: ServeDir<F>) -> ServeDir<F> {
    if cfg!(debug_assertions) { files } else { files.precompressed_br().precompressed_gzip() }
}

/// Says how long an answer may be kept, where it is a file that says nothing itself. Several ranges of a file would
/// have to be answered as one body of many parts; a server may answer the whole file instead.
async fn cached(mut request: Request, next: Next, policy: &'static str) -> Response {
    if request.headers().get(RANGE).is_some_and(|range| range.as_bytes().contains(&b',')) {
        request.headers_mut().remove(RANGE);
    }
    let mut response = next.run(request).await;
    let is_file = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    if is_file {
        response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static(policy));
    }
    response
}
