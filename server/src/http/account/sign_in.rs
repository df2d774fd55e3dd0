//! The steps of a sign-in: the password, and where the owner has a second factor, its code. With a second factor the
//! first step always leads to the second, whether the password was right or not. Called by the log-in.

use app::pages::{CodeAsked, LoginFailure};
use axum::http::request::Parts;
use store::{Owner, Proof, SignIn};

use super::super::client_address::Client;
use super::super::login_desk::attempter_of;
use super::super::posted::field;
use super::super::session::{SESSION_MICROS, SessionToken};
use super::super::state::HttpState;
use super::ticket::{self, Ticket};
use super::{browser_name, factor};

/// What a step leads to.
pub(in crate::http) enum Step {
    /// The owner is in.
    In(SessionToken),
    /// A code is asked for; what was wrong with the last one.
    AskCode(CodeAsked, Option<LoginFailure>),
}

/// One step of a sign-in.
pub(in crate::http) async fn step(state: &HttpState, parts: &Parts, body: &[u8]) -> Result<Step, LoginFailure> {
    match field(body, "ticket") {
        Some(ticket) => second(state, parts, ticket, field(body, "code").unwrap_or_default()).await,
        // Nothing, where the form lacks it.
        None => first(state, parts, field(body, "password").unwrap_or_default()).await,
    }
}

async fn first(state: &HttpState, parts: &Parts, password: String) -> Result<Step, LoginFailure> {
    let attempter = attempter_of(&state.shop.store, parts).await;
    let (owner, is_right) = state.login_desk.compare(&state.shop.store, attempter, password).await?;
    if owner.factor_secret.is_some() {
        // The attempt goes on counting: a right password alone makes no room for more tries.
        let keys = state.shop.store.cookie_keys().await;
        let ticket = ticket::issue(is_right, owner.generation, state.shop.store.now(), &keys.current)
            .map_err(|_| LoginFailure::Unavailable)?;
        return Ok(Step::AskCode(CodeAsked { ticket }, None));
    }
    if !is_right {
        let address = Client::of(&parts.extensions).address;
        tracing::warn!(%address, "a log-in with a wrong password");
        return Err(LoginFailure::WrongPassword);
    }
    let token = start(state, parts, &owner, Proof::None).await?.ok_or(LoginFailure::Unavailable)?;
    state.login_desk.succeeded(attempter);
    Ok(Step::In(token))
}

async fn second(state: &HttpState, parts: &Parts, ticket: String, code: String) -> Result<Step, LoginFailure> {
    let (attempter, store) = (attempter_of(&state.shop.store, parts).await, &state.shop.store);
    let ask_again = |failure| Ok(Step::AskCode(CodeAsked { ticket: ticket.clone() }, Some(failure)));
    if let Err(until) = state.login_desk.begin(attempter, store.now()) {
        return ask_again(LoginFailure::TooManyAttempts(until));
    }
    let owner = match store.owner().await {
        Ok(Some(owner)) => owner,
        Ok(None) => return Err(LoginFailure::Unavailable),
        Err(error) => {
            tracing::warn!(%error, "the owner's account could not be read");
            return ask_again(LoginFailure::Unavailable);
        }
    };
    // The newest keys: another server may have taken the first step.
    let keys = store.newest_cookie_keys().await;
    let proof = factor::proof(&owner, &code, store.now());
    let token = match (ticket::read(&ticket, owner.generation, store.now(), &keys), proof) {
        (Ticket::TooLate, _) => return Err(LoginFailure::TooLate),
        (Ticket::Right, Some(proof)) => match start(state, parts, &owner, proof).await {
            Ok(token) => token,
            Err(failure) => return ask_again(failure),
        },
        _ => None,
    };
    match token {
        Some(token) => {
            state.login_desk.succeeded(attempter);
            Ok(Step::In(token))
        }
        None => {
            let address = Client::of(&parts.extensions).address;
            tracing::warn!(%address, "a log-in with a wrong password or code");
            ask_again(LoginFailure::WrongCode)
        }
    }
}

/// Starts a session; `None` where the proof turned out to be none.
async fn start(
    state: &HttpState,
    parts: &Parts,
    owner: &Owner,
    proof: Proof,
) -> Result<Option<SessionToken>, LoginFailure> {
    let store = &state.shop.store;
    let token = SessionToken::random().map_err(|error| {
        tracing::error!(error = %error, "no randomness for a session");
        LoginFailure::Unavailable
    })?;
    let sign_in = SignIn {
        token_hash: token.hash(),
        expires_at: store.now().plus_micros(SESSION_MICROS),
        browser: browser_name(&parts.headers),
        generation: owner.generation,
        proof,
    };
    match store.sign_in(sign_in).await {
        Ok(is_in) => Ok(is_in.then_some(token)),
        Err(error) => {
            tracing::warn!(error = %error, "a session could not be started");
            Err(LoginFailure::Unavailable)
        }
    }
}
