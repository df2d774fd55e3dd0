//! The newsletter's forms, which need no JavaScript: `POST /newsletter` asks for a subscription, `/newsletter/confirm`
//! joins it, `/newsletter/leave` ends it. Links in mails are opened by scanners too, so that a GET changes nothing.
//! Called by the router.

use app::NewsletterRefusal;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use domain::subscription::{ASKED_ADDRESS, JOINED_ADDRESS, LEFT_ADDRESS};
use domain::{Email, Problem, SubscriptionToken};
use leptos::prelude::provide_context;
use store::{AskedFor, StoreError};

use super::limits;
use super::plain_page::plain_page;
use super::posted::{field, posted};
use super::rate_limits::NothingLeft;
use super::shown_again::shown_again;
use super::state::HttpState;

/// What a mail program posts by itself for whoever unsubscribes in it (RFC 8058).
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// Asks for a subscription, or shows the form again. The answer is the same whether the address is known or not.
pub(super) async fn ask(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let typed = field(&body, app::pages::newsletter::EMAIL_NAME).unwrap_or_default();
    let (problem, status) = match Email::parse(&typed) {
        _ if parts.extensions.get::<NothingLeft>().is_some() => (None, StatusCode::TOO_MANY_REQUESTS),
        Err(problem) => (Some(problem), StatusCode::UNPROCESSABLE_ENTITY),
        Ok(email) => match state.shop.store.ask_subscription(email).await {
            Ok(AskedFor::ByMail) => return Redirect::to(ASKED_ADDRESS).into_response(),
            Ok(AskedFor::Link(token)) => return Redirect::to(&token.at(ASKED_ADDRESS)).into_response(),
            Err(error) => {
                tracing::warn!(%error, "a subscription could not be asked for");
                (None, StatusCode::SERVICE_UNAVAILABLE)
            }
        },
    };
    shown_with(&state, parts, status, problem, typed).await
}

async fn shown_with(
    state: &HttpState,
    parts: Parts,
    status: StatusCode,
    problem: Option<Problem>,
    typed: String,
) -> Response {
    let refusal = NewsletterRefusal { problem, typed };
    shown_again(state, parts, status, move || provide_context(refusal.clone())).await
}

/// Joins the subscription that the page's token confirms.
pub(super) async fn confirm(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((parts, _)) = posted(request).await else { return limits::too_large() };
    let Some(token) = token_of(&parts) else { return unknown(&state, parts).await };
    match state.shop.store.join_subscription(&token).await {
        Ok(Some(leave)) => Redirect::to(&leave.at(JOINED_ADDRESS)).into_response(),
        Ok(None) => unknown(&state, parts).await,
        Err(error) => not_changed(&error),
    }
}

/// Ends the subscription of the page's token, or of the address that a mail program posts to.
pub(super) async fn leave(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let Some(token) = token_of(&parts) else { return unknown(&state, parts).await };
    match state.shop.store.leave_subscription(&token).await {
        // A program is not led on: many do not follow.
        Ok(true) if field(&body, ONE_CLICK.0).is_some_and(|value| value == ONE_CLICK.1) => {
            plain_page(StatusCode::OK, "You have left", "You get no newsletter any more.")
        }
        Ok(true) => Redirect::to(LEFT_ADDRESS).into_response(),
        Ok(false) => unknown(&state, parts).await,
        Err(error) => not_changed(&error),
    }
}

/// That of the address.
fn token_of(parts: &Parts) -> Option<SubscriptionToken> {
    let token = field(parts.uri.query().unwrap_or_default().as_bytes(), "token");
    token.and_then(|token| SubscriptionToken::parse(&token))
}

/// The page of the same address says that its link does not work.
async fn unknown(state: &HttpState, parts: Parts) -> Response {
    shown_again(state, parts, StatusCode::NOT_FOUND, || {}).await
}

fn not_changed(error: &StoreError) -> Response {
    tracing::warn!(%error, "a subscription could not be changed");
    plain_page(
        StatusCode::SERVICE_UNAVAILABLE,
        "We could not do that right now",
        "Go back, and press the button again in a minute. It does no harm to press it twice.",
    )
}
