//! The owner's forms for dead letters: plain posts, answered with a redirect to the list, or with the letter and what
//! is wrong. The pages themselves are in the route table of the app. Called by the router.

use app::{LetterForm, LetterRefusal};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use domain::DiscardReason;
use leptos::prelude::provide_context;
use store::{Handled, StoreError};

use super::limits;
use super::plain_page::plain_page;
use super::posted::{field, posted};
use super::shown_again::shown_again;
use super::state::HttpState;
use pipeline::redrive::{self, Redriven};

/// Where the letters are.
const LETTERS_PATH: &str = "/admin/dead-letters";

/// `GET /admin/dead-letters/redrive-all`: whoever loads the address of that form again wants the list.
pub(super) async fn list() -> Redirect {
    Redirect::to(LETTERS_PATH)
}

/// `POST /admin/dead-letters/{id}/redrive`, with the value to send back; a blank one means the letter's own.
pub(super) async fn redrive(State(state): State<HttpState>, Path(id): Path<String>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let typed = field(&body, "value").unwrap_or_default();
    let correction = Some(typed.as_str()).filter(|typed| !typed.trim().is_empty());
    let Some(id) = number(&id) else {
        return letter_again(&state, parts, None, StatusCode::NOT_FOUND).await;
    };
    let refused = |why: String| Some(LetterRefusal { form: LetterForm::Redrive, why, typed: typed.clone() });
    let (refusal, status) = match redrive::redrive(&state.shop.store, id, correction).await {
        Ok(Redriven::Sent) => return done(id),
        Ok(Redriven::Before) => (refused(BEFORE.to_owned()), StatusCode::CONFLICT),
        Ok(Redriven::Unknown) => (None, StatusCode::NOT_FOUND),
        Ok(Redriven::Refused(why)) => (refused(why), StatusCode::UNPROCESSABLE_ENTITY),
        Err(error) => (refused(no_answer(&error)), StatusCode::SERVICE_UNAVAILABLE),
    };
    letter_again(&state, parts, refusal, status).await
}

/// `POST /admin/dead-letters/{id}/discard`, with the reason.
pub(super) async fn discard(State(state): State<HttpState>, Path(id): Path<String>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let typed = field(&body, "reason").unwrap_or_default();
    let Some(id) = number(&id) else {
        return letter_again(&state, parts, None, StatusCode::NOT_FOUND).await;
    };
    let refused = |why: String| Some(LetterRefusal { form: LetterForm::Discard, why, typed: typed.clone() });
    let (refusal, status) = match DiscardReason::parse(&typed) {
        Err(error) => (refused(error.to_string()), StatusCode::UNPROCESSABLE_ENTITY),
        Ok(reason) => match state.shop.store.discard(id, reason).await {
            Ok(Handled::Now) => return done(id),
            Ok(Handled::Before | Handled::Erased) => (refused(BEFORE.to_owned()), StatusCode::CONFLICT),
            Ok(Handled::Unknown) => (None, StatusCode::NOT_FOUND),
            Err(error) => (refused(no_answer(&error)), StatusCode::SERVICE_UNAVAILABLE),
        },
    };
    letter_again(&state, parts, refusal, status).await
}

/// `POST /admin/dead-letters/redrive-all`: sends back what can be read, and tells how many that were.
pub(super) async fn redrive_all(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((_, body)) = posted(request).await else { return limits::too_large() };
    let below = field(&body, "below").and_then(|below| number(&below));
    match redrive::redrive_all(&state.shop.store, below).await {
        Ok(all) => {
            let below = all.below.map_or(String::new(), |below| format!("&below={below}"));
            Redirect::to(&format!("{LETTERS_PATH}?sent={}&unreadable={}{below}", all.sent, all.unreadable))
                .into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "dead letters could not be sent back");
            plain_page(
                StatusCode::SERVICE_UNAVAILABLE,
                "The database does not answer",
                "Some letters may have been sent back, others not. Go back to the list: each letter there waits still, \
                 and none is ever counted twice.",
            )
        }
    }
}

const BEFORE: &str = "This letter was dealt with before, so nothing was done now.";

fn no_answer(error: &StoreError) -> String {
    tracing::warn!(%error, "a dead letter could not be dealt with");
    "The database does not answer, so it is not known whether this was done. Try again in a moment: it is done once only."
        .to_owned()
}

/// The list, which says what became of this letter.
fn done(id: i64) -> Response {
    Redirect::to(&format!("{LETTERS_PATH}?done={id}")).into_response()
}

pub(super) fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number >= 1)
}

/// The letter with what is wrong with its form.
async fn letter_again(state: &HttpState, parts: Parts, refusal: Option<LetterRefusal>, status: StatusCode) -> Response {
    let provide = move || {
        if let Some(refusal) = refusal.clone() {
            provide_context(refusal);
        }
    };
    shown_again(state, parts, status, provide).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_whole() {
        for (text, expected) in [("7", Some(7)), ("0", None), ("-1", None), ("x", None), ("99999999999999999999", None)]
        {
            assert_eq!(number(text), expected, "{text}");
        }
    }
}
