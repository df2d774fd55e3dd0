//! `POST /admin/account`: the owner's forms for the account, each named by its field `do`. Plain posts, answered with a
//! redirect to the page, or with the page and what is wrong. Called by the router, behind the guard.

mod browser_name;
mod factor;
pub(super) mod last_use;
pub(super) mod picture;
pub(super) mod sign_in;
mod ticket;

pub(super) use browser_name::browser_name;

use app::account::{AccountForm, AccountNotice};
use app::api::OwnerSession;
use app::cookies::came_over_https;
use app::pages::LoginFailure;
use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::provide_context;
use store::{Ended, NewPassword, Owner, StoreError};

use super::limits;
use super::login_attempts::Attempter;
use super::login_desk::{attempter_of, retry_after, status_of};
use super::owner_paths::LOGIN_PATH;
use super::posted::{field, posted};
use super::session::{cleared_cookie, with_cookie};
use super::shown_again::shown_again;
use super::state::HttpState;
use crate::password::{hash_password, password_problem};

/// Where the page is.
const ACCOUNT_PATH: &str = "/admin/account";

/// A form that was posted.
struct Posted<'a> {
    state: &'a HttpState,
    body: &'a [u8],
    form: AccountForm,
    session: &'a OwnerSession,
    attempter: Attempter,
}

/// What became of it.
enum Became {
    /// It is done; the page says so.
    Done,
    /// It is done, and these are shown once.
    Codes(Vec<String>),
    /// No session is left.
    SignedOut,
    /// A field is wrong.
    Wrong(Vec<(&'static str, String)>),
    /// Too many attempts, or no answer.
    Failed(LoginFailure),
    /// The account changed meanwhile.
    Stale,
}

impl From<StoreError> for Became {
    fn from(error: StoreError) -> Became {
        tracing::warn!(%error, "the owner's account could not be changed");
        Became::Failed(LoginFailure::Unavailable)
    }
}

/// `POST /admin/account`.
pub(super) async fn change(
    State(state): State<HttpState>,
    Extension(session): Extension<OwnerSession>,
    request: Request,
) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let asked = field(&body, "do").unwrap_or_default();
    let Some(form) = AccountForm::ALL.into_iter().find(|form| form.name() == asked) else {
        return Redirect::to(ACCOUNT_PATH).into_response();
    };
    let attempter = attempter_of(&state.shop.store, &parts).await;
    let posted = Posted { state: &state, body: &body, form, session: &session, attempter };
    let became = match form {
        AccountForm::Password => posted.change_password().await,
        AccountForm::EndSession => posted.end(Ended::Listed(posted.typed("session"))).await,
        AccountForm::EndOthers => posted.end(Ended::Others(session.token_hash.clone())).await,
        AccountForm::EndAll => posted.end(Ended::All).await,
        AccountForm::RenewKeys => posted.renew_keys().await,
        _ => posted.change_factor().await,
    };
    answer(&state, parts, form, became).await
}

async fn answer(state: &HttpState, parts: Parts, form: AccountForm, became: Became) -> Response {
    let mut notice = AccountNotice { form: Some(form), ..AccountNotice::default() };
    let mut again = None;
    let status = match became {
        Became::Done => return Redirect::to(&format!("{ACCOUNT_PATH}?done={}", form.name())).into_response(),
        Became::SignedOut => {
            let cookie = cleared_cookie(came_over_https(&parts.headers));
            return with_cookie(Redirect::to(LOGIN_PATH), cookie);
        }
        Became::Codes(codes) => {
            notice.codes = codes;
            StatusCode::OK
        }
        Became::Wrong(problems) => {
            notice.problems = problems.into_iter().map(|(name, words)| (name.to_owned(), words)).collect();
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Became::Stale => {
            notice.failure = Some(
                "The account was changed elsewhere meanwhile, so nothing was done. Look at it as it is now.".into(),
            );
            StatusCode::CONFLICT
        }
        Became::Failed(failure) => {
            notice.failure = Some(match failure {
                LoginFailure::TooManyAttempts(_) => format!("{} Nothing was done.", failure.text()),
                _ => {
                    "The database does not answer, so it is not known whether this was done. Load this page again in a \
                      moment."
                        .to_owned()
                }
            });
            again = retry_after(failure, state.shop.store.now());
            status_of(failure)
        }
    };
    let mut response = shown_again(state, parts, status, move || provide_context(notice.clone())).await;
    if let Some(seconds) = again {
        response.headers_mut().insert(axum::http::header::RETRY_AFTER, seconds);
    }
    response
}

impl Posted<'_> {
    fn typed(&self, name: &str) -> String {
        field(self.body, name).unwrap_or_default()
    }

    /// The owner, where the field `current` is the password. The attempt counts until [`Posted::succeeded`].
    async fn owner(&self) -> Result<Owner, Became> {
        match self.state.login_desk.compare(&self.state.shop.store, self.attempter, self.typed("current")).await {
            Ok((owner, true)) => Ok(owner),
            Ok((_, false)) => Err(Became::Wrong(vec![("current", "This is not the current password.".to_owned())])),
            Err(failure) => Err(Became::Failed(failure)),
        }
    }

    fn succeeded(&self) {
        self.state.login_desk.succeeded(self.attempter);
    }

    async fn change_password(&self) -> Became {
        let (new, repeated) = (self.typed("new"), self.typed("repeated"));
        let mut problems = Vec::new();
        problems.extend(password_problem(&new).map(|words| ("new", words)));
        if problems.is_empty() && new != repeated {
            problems.push(("repeated", "This is not the same as above.".to_owned()));
        }
        if !problems.is_empty() {
            return Became::Wrong(problems);
        }
        let owner = match self.owner().await {
            Ok(owner) => owner,
            Err(became) => return became,
        };
        self.succeeded();
        let hash = match tokio::task::spawn_blocking(move || hash_password(&new)).await {
            Ok(Ok(hash)) => hash,
            Ok(Err(_)) | Err(_) => {
                tracing::error!("the owner's new password could not be hashed");
                return Became::Failed(LoginFailure::Unavailable);
            }
        };
        let new = NewPassword {
            hash,
            generation: Some(owner.generation),
            kept_session: Some(self.session.token_hash.clone()),
            ..NewPassword::default()
        };
        match self.state.shop.store.set_password(new).await {
            Ok(true) => {
                tracing::info!("the owner's password was changed");
                Became::Done
            }
            Ok(false) => Became::Stale,
            Err(error) => error.into(),
        }
    }

    async fn end(&self, ended: Ended) -> Became {
        let is_all = ended == Ended::All;
        match self.state.shop.store.end_sessions(ended).await {
            Ok(()) if is_all => Became::SignedOut,
            Ok(()) => Became::Done,
            Err(error) => error.into(),
        }
    }

    async fn renew_keys(&self) -> Became {
        match self.state.shop.store.renew_cookie_key().await {
            Ok(()) => {
                tracing::info!("the key that signs cookies was renewed");
                Became::Done
            }
            Err(error) => error.into(),
        }
    }
}
