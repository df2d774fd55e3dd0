//! What whoever gives a password passes: whose attempt it is, whether it may be made, whether the password is right,
//! and how a failure is answered. Shared by the log-in and the owner's account.

use super::account::last_use::LastUse;
use super::client_address::Client;
use super::known_browser::KnownBrowser;
use super::login_attempts::{Attempter, LoginAttempts};
use crate::password::password_matches;
use app::pages::LoginFailure;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use domain::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{Owner, Store};
use tokio::sync::Semaphore;

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

    /// The owner, and whether the password is the owner's. It counts as a failed attempt until
    /// [`LoginDesk::succeeded`].
    ///
    /// # Errors
    /// Too many attempts failed, or it cannot be told now.
    pub(super) async fn compare(
        &self,
        store: &Store,
        attempter: Attempter,
        password: String,
    ) -> Result<(Owner, bool), LoginFailure> {
        let now = store.now();
        self.begin(attempter, now).map_err(LoginFailure::TooManyAttempts)?;
        let compared = self.check_password(store, password).await;
        if compared.is_none() {
            self.attempts().abandoned(attempter, now);
        }
        compared.ok_or(LoginFailure::Unavailable)
    }

    /// The owner, and whether the password is the owner's; `None`, logged, when that cannot be told now.
    async fn check_password(&self, store: &Store, password: String) -> Option<(Owner, bool)> {
        let turn = tokio::time::timeout(TURN_WAIT_MAX, Arc::clone(&self.verifications).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            tracing::warn!(verifications_max = VERIFICATIONS_MAX, "too many log-ins at once");
            return None;
        };
        let owner = match store.owner().await {
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

    fn attempts(&self) -> std::sync::MutexGuard<'_, LoginAttempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whose attempts a request's are: those of a browser that the owner signed in with before, otherwise its address's.
pub(super) async fn attempter_of(store: &Store, parts: &Parts) -> Attempter {
    let keys = store.cookie_keys().await;
    match KnownBrowser::of_request(&parts.headers, &keys) {
        Some(browser) => browser.attempter(),
        None => Client::of(&parts.extensions).address.into(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_rounded_up() {
        let at = Timestamp::from_micros;
        for (until, now, seconds) in [(0, 0, 0), (1, 0, 1), (1_000_000, 0, 1), (0, 9, 0)] {
            assert_eq!(seconds_until(at(until), at(now)), seconds);
        }
    }
}
