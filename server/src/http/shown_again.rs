//! The page of a form that was refused, as its address shows it, with what was typed and what is wrong. Called by
//! whatever takes a form without JavaScript.

use app::shell;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::RETRY_AFTER;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use leptos_axum::render_app_async_with_context;

use super::state::{HttpState, page_context};

/// Renders the page with what `provide` puts into its context. A page that has a status of its own, such as 404 or 503,
/// keeps it.
pub(super) async fn shown_again(
    state: &HttpState,
    mut parts: Parts,
    status: StatusCode,
    provide: impl Fn() + Clone + Send + Sync + 'static,
) -> Response {
    parts.method = Method::GET;
    let context = page_context(state);
    let options = state.options.clone();
    let render = render_app_async_with_context(
        move || {
            context();
            provide();
        },
        move || shell(options.clone()),
    );
    let mut response = render(Request::from_parts(parts, Body::empty())).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        let seconds = HeaderValue::from_static(app::response::RETRY_AFTER_SECONDS);
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}
