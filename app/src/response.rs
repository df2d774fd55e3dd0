//! Status and headers of the page that is being rendered.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// When to try again after a 503, in seconds.
pub const RETRY_AFTER_SECONDS: &str = "5";

/// This page was asked for, but does not exist: 404.
pub fn not_found() {
    set_status(StatusCode::NOT_FOUND);
}

/// This page's address asks for what cannot be: 400.
pub fn bad_request() {
    set_status(StatusCode::BAD_REQUEST);
}

/// This page's data cannot be had now: 503, worth another try in [`RETRY_AFTER_SECONDS`].
pub fn unavailable() {
    set_status(StatusCode::SERVICE_UNAVAILABLE);
    set_header(header::RETRY_AFTER, RETRY_AFTER_SECONDS);
}

/// No cache may keep this page: it carries a key of its own, or what one customer alone may read.
pub fn no_store() {
    set_header(header::CACHE_CONTROL, "no-store");
}

fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

fn set_header(name: HeaderName, value: &'static str) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(name, HeaderValue::from_static(value));
    }
}
