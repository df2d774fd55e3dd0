//! The files of the site: `/pkg` as the build made them, pictures and icon as they are in `public`.
//!
//! Pages name files of `/pkg` with the build's version: those a browser keeps for good. Without it, it asks each time
//! whether its own is still the present one.

use app::{SiteVersion, shell};
use axum::Router;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, RANGE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::any;
use leptos_axum::render_app_async_with_context;
use sha2::{Digest, Sha256};
use std::path::Path;
use tower_http::services::ServeDir;

use super::state::{HttpState, page_context};

/// What a page loads of the build.
const FILES: [&str; 3] = ["pantry.css", "pantry.js", "pantry.wasm"];
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// A version is so many bytes of a hash.
const VERSION_BYTES: usize = 8;

/// The version of the files in this folder; those that are not there do not count.
#[must_use]
pub fn version_of(folder: &Path) -> SiteVersion {
    let mut hash = Sha256::new();
    for content in FILES.iter().filter_map(|file| std::fs::read(folder.join(file)).ok()) {
        hash.update(Sha256::digest(content));
    }
    let version: String = hash.finalize().iter().take(VERSION_BYTES).map(|byte| format!("{byte:02x}")).collect();
    SiteVersion(version.into())
}

/// Scripts, the wasm module and the style sheet.
pub(super) fn pkg(state: &HttpState) -> Router {
    let folder = format!("{}/{}", state.options.site_root, state.options.site_pkg_dir);
    let present = state.site.query();
    Router::new().fallback_service(compressed(ServeDir::new(folder))).layer(from_fn(
        move |request: Request, next: Next| {
            let is_present = request.uri().query() == Some(&present);
            cached(request, next, if is_present { FOR_GOOD } else { "no-cache" })
        },
    ))
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

#[cfg(test)]
mod tests {
    use super::super::owner_tests::{door, header_of, text_of};
    use super::*;
    use axum::http::Method;

    #[test]
    fn another_build_has_another_version() {
        let folder = tempfile::tempdir().unwrap();
        let versions = ["a", "a", "b"].map(|style| {
            std::fs::write(folder.path().join("pantry.css"), style).unwrap();
            version_of(folder.path())
        });
        assert_eq!((versions[0].clone(), versions[0].0.len()), (versions[1].clone(), 16));
        assert_ne!(versions[1], versions[2]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn only_a_page_with_an_island_loads_the_module_ahead() {
        let door = door().await;
        for (path, is_ahead) in [("/", false), ("/my-orders", false), ("/order-new", true)] {
            let page = text_of(door.ask(Method::GET, path, "").await).await;
            let links: Vec<&str> = page.split("<link").filter(|link| link.contains("rel=\"preload\"")).collect();
            assert_eq!(links.len(), usize::from(is_ahead), "{path}: {page}");
            assert!(links.iter().all(|link| link.contains("href=\"/pkg/pantry.wasm?v=abc\"")), "{path}: {links:?}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn pages_name_the_present_build_and_only_that_is_kept() {
        let door = door().await;
        let page = text_of(door.ask(Method::GET, "/", "").await).await;
        for address in ["href=\"/pkg/pantry.css?v=abc\"", "'/pkg/pantry.wasm?v=abc'", "'/pkg/pantry.js?v=abc'"] {
            assert!(page.contains(address), "{address}: {page}");
        }
        std::fs::create_dir(door.folder.path().join("pkg")).unwrap();
        std::fs::write(door.folder.path().join("pkg/pantry.css"), "p {}").unwrap();
        for (query, policy) in [("?v=abc", FOR_GOOD), ("", "no-cache"), ("?v=abd", "no-cache"), ("?v=", "no-cache")] {
            let answer = door.ask(Method::GET, &format!("/pkg/pantry.css{query}"), "").await;
            assert_eq!(answer.status(), StatusCode::OK, "{query}");
            assert_eq!(header_of(&answer, CACHE_CONTROL), policy, "{query}");
        }
    }
}
