//! `POST /order-new-complete?order=TOKEN`: what a customer says of an order, from the form on its receipt. It answers
//! 303 to the receipt, or the receipt again with what was typed and what is wrong. Called by the router.

use app::FeedbackRefusal;
use app::components::feedback::ANCHOR;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{FeedbackProblem, NewFeedback, OrderToken};
use leptos::prelude::provide_context;
use store::FeedbackOutcome;

use super::limits;
use super::posted::{field, posted};
use super::rate_limits::NothingLeft;
use super::shown_again::shown_again;
use super::state::HttpState;

/// Keeps what was said, once for an order, or shows the receipt again.
pub(super) async fn submit(State(state): State<HttpState>, request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let token = field(parts.uri.query().unwrap_or_default().as_bytes(), "order");
    let typed = |name| field(&body, name).unwrap_or_default();
    let (stars, comment) = (typed("stars"), typed("comment"));

    let (problems, status) =
        match (token.and_then(|token| OrderToken::parse(&token)), NewFeedback::parse(&stars, &comment)) {
            _ if parts.extensions.get::<NothingLeft>().is_some() => {
                (vec![FeedbackProblem::Unavailable], StatusCode::TOO_MANY_REQUESTS)
            }
            // The page itself says that there is no such order.
            (None, _) => (Vec::new(), StatusCode::NOT_FOUND),
            (Some(_), Err(problems)) => (problems, StatusCode::UNPROCESSABLE_ENTITY),
            (Some(token), Ok(said)) => match state.shop.store.give_feedback(token.clone(), said).await {
                Ok(FeedbackOutcome::Kept) => {
                    return Redirect::to(&format!("{}#{ANCHOR}", token.address())).into_response();
                }
                Ok(FeedbackOutcome::GivenBefore) => (vec![FeedbackProblem::GivenBefore], StatusCode::CONFLICT),
                Ok(FeedbackOutcome::UnknownOrder) => (Vec::new(), StatusCode::NOT_FOUND),
                Err(error) => {
                    tracing::warn!(%error, "feedback could not be kept");
                    (vec![FeedbackProblem::Unavailable], StatusCode::SERVICE_UNAVAILABLE)
                }
            },
        };
    let refusal = FeedbackRefusal { problems, stars, comment };
    shown_again(&state, parts, status, move || provide_context(refusal.clone())).await
}
