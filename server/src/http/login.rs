//! `POST /admin/login` and `POST /admin/logout`: plain forms, answered with redirects or with the log-in page and
//! what went wrong. Never says whether anything but the password was wrong. Called by the router.

use super::account::sign_in::{Step, step};
use super::arrival::arrival;
use super::known_browser::KnownBrowser;
use super::limits;
use super::login_desk::{retry_after, status_of};
use super::owner_paths::LOGIN_PATH;
use super::plain_page::plain_page;
use super::posted::posted;
use super::session::{cleared_cookie, with_cookie};
use super::shown_again::shown_again;
use super::state::HttpState;
use app::api::OwnerSession;
use app::cookies::came_over_https;
use app::pages::{CodeAsked, LoginFailure};
use axum::extract::{Extension, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Redirect, Response};
use leptos::prelude::provide_context;

/// `POST /admin/login`: the password, or the code after it.
pub(super) async fn log_in(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    match step(&state, &parts, &body).await {
        Ok(Step::In(token)) => {
            let is_https = came_over_https(&parts.headers);
            let response = with_cookie(Redirect::to(&arrival(&parts.uri)), token.cookie(is_https));
            known_again(response, &state, &parts.headers, is_https).await
        }
        Ok(Step::AskCode(asked, failure)) => login_again(&state, parts, failure, Some(asked)).await,
        Err(failure) => login_again(&state, parts, Some(failure), None).await,
    }
}

/// `POST /admin/logout`.
pub(super) async fn log_out(
    State(state): State<HttpState>,
    Extension(session): Extension<OwnerSession>,
    headers: HeaderMap,
) -> Response {
    if let Err(error) = state.shop.store.revoke_session(session.token_hash).await {
        tracing::warn!(error = %error, "a session could not be revoked");
        return plain_page(
            StatusCode::SERVICE_UNAVAILABLE,
            "You could not be logged out",
            "The database does not answer. Try again in a moment.",
        );
    }
    with_cookie(Redirect::to(LOGIN_PATH), cleared_cookie(came_over_https(&headers)))
}

/// Lets the browser be known when the owner signs in with it again.
async fn known_again(mut response: Response, state: &HttpState, headers: &HeaderMap, is_https: bool) -> Response {
    let keys = state.shop.store.cookie_keys().await;
    let browser = KnownBrowser::of_request(headers, &keys).or_else(|| KnownBrowser::random().ok());
    if let Some(cookie) = browser.and_then(|browser| browser.cookie(&keys.current, is_https)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The log-in page, what went wrong, its status, and when to try again.
async fn login_again(
    state: &HttpState,
    parts: Parts,
    failure: Option<LoginFailure>,
    asked: Option<CodeAsked>,
) -> Response {
    let status = failure.map_or(StatusCode::OK, status_of);
    let provide = move || {
        if let Some(failure) = failure {
            provide_context(failure);
        }
        if let Some(asked) = asked.clone() {
            provide_context(asked);
        }
    };
    let mut response = shown_again(state, parts, status, provide).await;
    if let Some(seconds) = failure.and_then(|failure| retry_after(failure, state.shop.store.now())) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::super::posted::field;

    #[test]
    fn a_form_without_password_is_an_empty_one() {
        for (body, password) in
            [("password=a%26b+c", "a&b c"), ("username=owner&password=x", "x"), ("username=owner", ""), ("%ff", "")]
        {
            assert_eq!(field(body.as_bytes(), "password").unwrap_or_default(), password);
        }
    }
}
