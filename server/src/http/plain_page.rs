//! A page for when no page can be rendered: fixed HTML, no data, no scripts. Layers answer with it.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::any::Any;

/// `status` with a few words; they are written into the HTML as they are, so they are never anybody's input.
pub(super) fn plain_page(status: StatusCode, title: &'static str, text: &'static str) -> Response<Body> {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"/pkg/pantry.css\"></head><body><main><section class=\"notice\">\
         <h1>{title}</h1><p>{text}</p><p><a class=\"button secondary\" href=\"/\">Back to the shop</a></p>\
         </section></main></body></html>\n"
    );
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    let mut response = (status, headers, html).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let seconds = HeaderValue::from_static(app::response::RETRY_AFTER_SECONDS);
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}

/// The answer of a request whose code panicked; the log has the panic itself.
pub(super) fn panicked(_: Box<dyn Any + Send>) -> Response<Body> {
    tracing::error!("a request panicked");
    plain_page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong",
        "That is our mistake, not yours. If you were ordering, go back and send the form again: it makes one order \
         only.",
    )
}
