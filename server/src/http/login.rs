//! `POST /admin/login` and `POST /admin/logout`: plain forms, answered with redirects or with the log-in page and
//! what went wrong. Never says whether anything but the password was wrong. Called by the router.

use super::arrival::arrival;
use super::client_address::Client;
use super::known_browser::KnownBrowser;
use super::login_attempts::{Attempter, LoginAttempts};
use super::owner_paths::LOGIN_PATH;
use super::session::{SESSION_MICROS, SessionToken, cleared_cookie};
use crate::password::password_matches;
use app::api::OwnerSession;
use app::my_orders::came_over_https;
use app::pages::LoginFailure;
use axum::extract::{Extension, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::Timestamp;
use leptos::prelude::provide_context;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

use super::limits;
use super::plain_page::plain_page;
use super::posted::{field, posted};
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
}

impl Default for LoginDesk {
    fn default() -> Self {
        LoginDesk { attempts: Mutex::default(), verifications: Arc::new(Semaphore::new(VERIFICATIONS_MAX)) }
    }
}

/// `POST /admin/login`.
pub(super) async fn log_in(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let (address, known) = (Client::of(&parts.extensions).address, known_browser(&state, &parts.headers));
    let is_https = came_over_https(&parts.headers);
    // Nothing, where the form lacks it.
    let password = field(&body, "password").unwrap_or_default();
    match try_log_in(&state, address, known, password).await {
        Ok(token) => {
            let response = with_cookie(Redirect::to(&arrival(&parts.uri)), &token.cookie(is_https));
            known_again(response, &state, known, is_https)
        }
        Err(failure) => login_again(&state, parts, failure).await,
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
    with_cookie(Redirect::to(LOGIN_PATH), &cleared_cookie(came_over_https(&headers)))
}

fn known_browser(state: &HttpState, headers: &HeaderMap) -> Option<KnownBrowser> {
    KnownBrowser::of_request(headers, state.shop.store.cookie_key())
}

/// Lets the browser be known when it signs in again.
fn known_again(mut response: Response, state: &HttpState, known: Option<KnownBrowser>, is_https: bool) -> Response {
    let browser = known.or_else(|| KnownBrowser::random().ok());
    if let Some(cookie) = browser.and_then(|browser| browser.cookie(state.shop.store.cookie_key(), is_https)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn try_log_in(
    state: &HttpState,
    address: IpAddr,
    known: Option<KnownBrowser>,
    password: String,
) -> Result<SessionToken, LoginFailure> {
    let attempter = known.map_or_else(|| Attempter::from(address), KnownBrowser::attempter);
    let store = &state.shop.store;
    let now = store.now();
    state.login_desk.attempts().begin(attempter, now).map_err(LoginFailure::TooManyAttempts)?;
    let matches = check_password(state, password).await;
    match matches {
        Some(true) => state.login_desk.attempts().succeeded(attempter),
        Some(false) => {
            tracing::warn!(%address, "a log-in with a wrong password");
            return Err(LoginFailure::WrongPassword);
        }
        None => {
            state.login_desk.attempts().abandoned(attempter, now);
            return Err(LoginFailure::Unavailable);
        }
    }
    start_session(state).await.ok_or(LoginFailure::Unavailable)
}

/// Whether the password is the owner's; `None`, logged, when that cannot be told now.
async fn check_password(state: &HttpState, password: String) -> Option<bool> {
    let turn = tokio::time::timeout(TURN_WAIT_MAX, Arc::clone(&state.login_desk.verifications).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else {
        tracing::warn!(verifications_max = VERIFICATIONS_MAX, "too many log-ins at once");
        return None;
    };
    let hash = match state.shop.store.owner_password_hash().await {
        Ok(Some(hash)) => hash,
        Ok(None) => {
            tracing::error!("no owner's password is set");
            return None;
        }
        Err(error) => {
            tracing::warn!(error = %error, "the owner's password hash could not be read");
            return None;
        }
    };
    let compared = tokio::task::spawn_blocking(move || {
        let compared = password_matches(&password, &hash);
        drop(turn);
        compared
    });
    match compared.await {
        Ok(Ok(matches)) => Some(matches),
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

async fn start_session(state: &HttpState) -> Option<SessionToken> {
    let store = &state.shop.store;
    let token = SessionToken::random()
        .inspect_err(|error| tracing::error!(error = %error, "no randomness for a session"))
        .ok()?;
    let expires_at = store.now().plus_micros(SESSION_MICROS);
    match store.start_session(token.hash(), expires_at).await {
        Ok(()) => Some(token),
        Err(error) => {
            tracing::warn!(error = %error, "a session could not be started");
            None
        }
    }
}

/// The log-in page with what went wrong, its status, and when to try again.
async fn login_again(state: &HttpState, parts: Parts, failure: LoginFailure) -> Response {
    let (status, retry_seconds) = match failure {
        LoginFailure::WrongPassword => (StatusCode::UNPROCESSABLE_ENTITY, None),
        LoginFailure::TooManyAttempts(until) => {
            (StatusCode::TOO_MANY_REQUESTS, Some(seconds_until(until, state.shop.store.now())))
        }
        LoginFailure::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, Some(2)),
    };
    let mut response = shown_again(state, parts, status, move || provide_context(failure)).await;
    if let Some(seconds) = retry_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Whole seconds, rounded up: who waits them is let in.
fn seconds_until(until: Timestamp, now: Timestamp) -> i64 {
    (until.micros_since(now).max(0) + 999_999) / 1_000_000
}

fn with_cookie(redirect: Redirect, cookie: &str) -> Response {
    let mut response = redirect.into_response();
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

impl LoginDesk {
    fn attempts(&self) -> std::sync::MutexGuard<'_, LoginAttempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
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
