//! `POST /admin/login` and `POST /admin/logout`: plain forms, answered with redirects or with the log-in page and
//! what went wrong. Never says whether anything but the password was wrong. Called by the router.

use super::account::last_use::LastUse;
use super::account::sign_in::{Step, step};
use super::arrival::arrival;
use super::client_address::Client;
use super::known_browser::KnownBrowser;
use super::login_attempts::{Attempter, LoginAttempts};
use super::owner_paths::LOGIN_PATH;
use super::session::cleared_cookie;
use crate::password::password_matches;
use app::api::OwnerSession;
use app::cookies::came_over_https;
use app::pages::{CodeAsked, LoginFailure};
use axum::extract::{Extension, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use leptos::prelude::provide_context;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::Owner;
use tokio::sync::Semaphore;

use super::limits;
use super::plain_page::plain_page;
use super::posted::posted;
use super::router::HttpState;
use super::shown_again::shown_again;

/// So many passwords are compared at once: each takes 19 MiB and a processor for tens of milliseconds.
const VERIFICATIONS_MAX: usize = 2;
/// A log-in waits so long for its turn.
const TURN_WAIT_MAX: Duration = Duration::from_secs(5);

/// What the log-ins of this process share.
#[derive(Debug)]
pub struct LoginDesk {
    attempts: Mutex<LoginAttempts>,
    verifications: Arc<Semaphore>,
    pub(super) last_use: LastUse,
}

impl Default for LoginDesk {
    fn default() -> Self {
        LoginDesk {
            attempts: Mutex::default(),
            verifications: Arc::new(Semaphore::new(VERIFICATIONS_MAX)),
            last_use: LastUse::default(),
        }
    }
}

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

/// Whose attempts a request's are: those of a browser that the owner signed in with before, otherwise its address's.
pub(super) async fn attempter_of(state: &HttpState, parts: &Parts) -> Attempter {
    let keys = state.shop.store.cookie_keys().await;
    match KnownBrowser::of_request(&parts.headers, &keys) {
        Some(browser) => browser.attempter(),
        None => Client::of(&parts.extensions).address.into(),
    }
}

/// The owner, and whether the password is the owner's. It counts as a failed attempt until [`LoginDesk::succeeded`].
///
/// # Errors
/// Too many attempts failed, or it cannot be told now.
pub(super) async fn compare(
    state: &HttpState,
    attempter: Attempter,
    password: String,
) -> Result<(Owner, bool), LoginFailure> {
    let now = state.shop.store.now();
    state.login_desk.begin(attempter, now).map_err(LoginFailure::TooManyAttempts)?;
    let compared = check_password(state, password).await;
    if compared.is_none() {
        state.login_desk.attempts().abandoned(attempter, now);
    }
    compared.ok_or(LoginFailure::Unavailable)
}

/// The owner, and whether the password is the owner's; `None`, logged, when that cannot be told now.
async fn check_password(state: &HttpState, password: String) -> Option<(Owner, bool)> {
    let turn = tokio::time::timeout(TURN_WAIT_MAX, Arc::clone(&state.login_desk.verifications).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else {
        tracing::warn!(verifications_max = VERIFICATIONS_MAX, "too many log-ins at once");
        return None;
    };
    let owner = match state.shop.store.owner().await {
        Ok(Some(owner)) => owner,
        Ok(None) => {
            tracing::error!("no owner's password is set");
            return None;
        }
        Err(error) => {
            tracing::warn!(error = %error, "the owner's account could not be read");
            return None;
        }
    };
    let hash = owner.password_hash.clone();
    let compared = tokio::task::spawn_blocking(move || {
        let compared = password_matches(&password, &hash);
        drop(turn);
        compared
    });
    match compared.await {
        Ok(Ok(matches)) => Some((owner, matches)),
        Ok(Err(error)) => {
            tracing::error!(error = %error, "the owner's password could not be compared");
            None
        }
        Err(error) => {
            tracing::error!(error = %error, "the owner's password could not be compared");
            None
        }
    }
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

/// The status of a failure.
pub(super) fn status_of(failure: LoginFailure) -> StatusCode {
    match failure {
        LoginFailure::WrongPassword | LoginFailure::WrongCode | LoginFailure::TooLate => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        LoginFailure::TooManyAttempts(_) => StatusCode::TOO_MANY_REQUESTS,
        LoginFailure::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// When to try again.
pub(super) fn retry_after(failure: LoginFailure, now: Timestamp) -> Option<HeaderValue> {
    match failure {
        LoginFailure::TooManyAttempts(until) => Some(HeaderValue::from(seconds_until(until, now))),
        LoginFailure::Unavailable => Some(HeaderValue::from(2)),
        LoginFailure::WrongPassword | LoginFailure::WrongCode | LoginFailure::TooLate => None,
    }
}

/// Whole seconds, rounded up: who waits them is let in.
fn seconds_until(until: Timestamp, now: Timestamp) -> i64 {
    (until.micros_since(now).max(0) + 999_999) / 1_000_000
}

pub(super) fn with_cookie(redirect: Redirect, cookie: Option<HeaderValue>) -> Response {
    let mut response = redirect.into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

impl LoginDesk {
    /// Enters an attempt as a failed one.
    ///
    /// # Errors
    /// Too many failed: the time from which on the next one is allowed.
    pub(super) fn begin(&self, attempter: Attempter, now: Timestamp) -> Result<(), Timestamp> {
        self.attempts().begin(attempter, now)
    }

    /// Whoever tried has proved to be the owner.
    pub(super) fn succeeded(&self, attempter: Attempter) {
        self.attempts().succeeded(attempter);
    }

    fn attempts(&self) -> std::sync::MutexGuard<'_, LoginAttempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::posted::field;
    use super::*;

    #[test]
    fn a_form_without_password_is_an_empty_one() {
        for (body, password) in
            [("password=a%26b+c", "a&b c"), ("username=owner&password=x", "x"), ("username=owner", ""), ("%ff", "")]
        {
            assert_eq!(field(body.as_bytes(), "password").unwrap_or_default(), password);
        }
    }

    #[test]
    fn waiting_is_rounded_up() {
        let at = Timestamp::from_micros;
        for (until, now, seconds) in [(0, 0, 0), (1, 0, 1), (1_000_000, 0, 1), (0, 9, 0)] {
            assert_eq!(seconds_until(at(until), at(now)), seconds);
        }
    }
}
