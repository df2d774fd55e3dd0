//! Headers that tell the browser what this site never does, and the guard against forged requests.
//!
//! A page may run only the scripts that carry its nonce, and those that they load. No page works inside a frame.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use leptos::nonce::use_nonce;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::client_address::Client;
use super::plain_page::plain_page;

/// What holds for every answer that brings no policy of its own: it may load nothing.
const NO_CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'";
/// A browser that came over https comes over https only, for a year.
const HTTPS_ONLY: &str = "max-age=31536000";
const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The policy of a page whose scripts carry `nonce`. At `reload_port` `cargo leptos watch` tells of
/// changes, to a page at whatever name the browser has for this machine.
fn page_policy(nonce: &str, reload_port: Option<u16>) -> String {
    let reload_socket =
        reload_port.map_or(String::new(), |port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"));
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'{reload_socket}; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// Gives the page that is being rendered the policy for its nonce. Called in leptos' context of one request.
pub(super) fn set_page_policy(reload_port: Option<u16>) {
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::try_from(page_policy(&nonce, reload_port))
    {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Puts onto every answer what it does not carry yet.
pub(super) async fn set_headers(request: Request, next: Next) -> Response {
    let is_https = Client::of(request.extensions()).is_https;
    let mut response = next.run(request).await;
    if is_https {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HTTPS_ONLY));
    }
    let defaults = [
        (CONTENT_SECURITY_POLICY, NO_CONTENT_POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        // An order's address is a secret of its customer. Not `no-referrer`: then forms would name no origin.
        (REFERRER_POLICY, "same-origin"),
        (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    ];
    for (name, value) in defaults {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Refuses requests that change something and were sent by another site's page.
pub(super) fn forgery_layer() -> CsrfLayer<impl Fn(ProtectionError) -> Response<Body> + Clone> {
    CsrfLayer::new().with_rejection_response(|_| {
        plain_page(
            StatusCode::FORBIDDEN,
            "This request was not sent from the shop",
            "Another site sent it in your name, so nothing was done. Open the shop and try again there.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::page_policy;

    #[test]
    fn the_policy_names_the_nonce_and_allows_no_inline_code() {
        let policy = page_policy("abc", None);
        assert!(policy.contains("script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval';"));
        assert!(policy.contains("connect-src 'self';"));
        assert!(!policy.contains("unsafe-inline"));
    }

    #[test]
    fn under_watch_the_reload_socket_may_be_reached() {
        let policy = page_policy("abc", Some(3001));
        assert!(policy.contains("connect-src 'self' ws://127.0.0.1:3001 ws://localhost:3001;"));
    }
}
