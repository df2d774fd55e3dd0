//! Status and headers of the page that is being rendered. In the browser, where a page has neither, all of it
//! does nothing, so that pages may call it without asking where they run.

/// This page was asked for, but does not exist: 404.
pub fn not_found() {
    #[cfg(feature = "ssr")]
    on_server::set_status(axum::http::StatusCode::NOT_FOUND);
}

/// This page's address asks for what cannot be: 400.
pub fn bad_request() {
    #[cfg(feature = "ssr")]
    on_server::set_status(axum::http::StatusCode::BAD_REQUEST);
}

/// This page's data cannot be had now: 503, worth another try in [`RETRY_AFTER_SECONDS`].
pub fn unavailable() {
    #[cfg(feature = "ssr")]
    {
        on_server::set_status(axum::http::StatusCode::SERVICE_UNAVAILABLE);
        on_server::set_header(axum::http::header::RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
}

/// No cache may keep this page: it carries a key of its own, or what one customer alone may read.
pub fn no_store() {
    #[cfg(feature = "ssr")]
    on_server::set_header(axum::http::header::CACHE_CONTROL, "no-store");
}

/// When to try again after a 503, in seconds.
pub const RETRY_AFTER_SECONDS: &str = "5";

#[cfg(feature = "ssr")]
mod on_server {
    use axum::http::{HeaderName, HeaderValue, StatusCode};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;

    pub(super) fn set_status(status: StatusCode) {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(status);
        }
    }

    pub(super) fn set_header(name: HeaderName, value: &'static str) {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.insert_header(name, HeaderValue::from_static(value));
        }
    }
}
